"""What registers elsewhere know, as their extracts were imported. Nobody is a person here."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound, Unavailable

_CURRENT = sa.text("is_current")
SEARCHED = sa.String(300).with_variant(sa.String(300, collation="C"), "postgresql")
"""Compared byte by byte, as an index of it is: what begins with a text is what is between two keys."""


class RegisterKind(StrEnum):
    COMPANIES = "companies"
    ADDRESSES = "addresses"
    WATER_PROTECTION = "water-protection"
    DETAILED_PLANS = "detailed-plans"


AREAS = (RegisterKind.WATER_PROTECTION, RegisterKind.DETAILED_PLANS)


class RegisterNotLoaded(Unavailable):
    """The register has not been imported here. Fill in the answer yourself; nothing is checked against it."""

    sv = "Registret är inte inläst här. Fyll i svaret själv; inget kontrolleras mot det."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}


class CompanyNotFound(NotFound):
    """The register has no organisation of that number. It may be newer than the register."""

    sv = "Registret har ingen organisation med det numret. Den kan vara nyare än registret."


class SoleTraderNotKept(NotFound):
    """A sole trader's number is a personal identity number: the register here keeps none."""

    sv = "En enskild näringsidkares nummer är ett personnummer: registret här har inga sådana."


class PropertyNotFound(NotFound):
    """No address in the register belongs to a property of that designation."""

    sv = "Ingen adress i registret hör till en fastighet med den beteckningen."


class AnotherImport(Conflict):
    """Another import of the register has begun meanwhile. Nothing was changed by this one."""

    sv = "En annan inläsning av registret har börjat under tiden. Den här ändrade inget."


class Edition(SQLModel, table=True):
    """An extract as it was imported. Its rows are read once it is current, and go when another is."""

    __tablename__ = "register_edition"
    __table_args__ = (
        sa.Index(
            "ix_register_edition_current",
            "kind",
            unique=True,
            postgresql_where=_CURRENT,
            sqlite_where=_CURRENT,
        ),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    kind: RegisterKind = Field(sa_type=text_enum(RegisterKind))
    file: str = Field(max_length=200)
    began_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    is_current: bool = False
    loaded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    row_count: int = 0


def _edition() -> sa.Column[UUID]:
    """Of which edition a row is: it goes with it."""
    return sa.Column(sa.Uuid(), sa.ForeignKey("register_edition.id", ondelete="CASCADE"), primary_key=True)


class CompanyFacts(SQLModel):
    """An organisation as everybody may know it."""

    model_config = {"json_schema_serialization_defaults_required": True}

    number: str = Field(max_length=10, description="Ten digits.", schema_extra={"examples": ["5560004615"]})
    name: str = Field(max_length=300)
    form: str = Field(max_length=20, description="As the register has it, such as AB.")
    street: str | None = Field(None, max_length=200)
    postal_code: str | None = Field(None, max_length=20)
    city: str | None = Field(None, max_length=100)
    country: str | None = Field(None, max_length=20, description="None in Sweden.")
    deregistered_on: date | None = None


class Company(CompanyFacts, table=True):
    edition_id: UUID = Field(sa_column=_edition())
    number: str = Field(max_length=10, primary_key=True)


class AddressFacts(SQLModel):
    """An address, the property that it belongs to, and where it is: SWEREF 99 TM, in metres."""

    model_config = {"json_schema_serialization_defaults_required": True}

    address: str = Field(max_length=150, schema_extra={"examples": ["Byvägen 12"]})
    postal_code: str = Field(max_length=6)
    city: str = Field(max_length=100)
    property_designation: str = Field(max_length=100)
    easting: float
    northing: float


class Address(AddressFacts, table=True):
    __table_args__ = (
        sa.Index("ix_address_key", "edition_id", "key", "id"),
        sa.Index("ix_address_property_key", "edition_id", "property_key", "id"),
    )

    edition_id: UUID = Field(sa_column=_edition())
    id: int = Field(primary_key=True, description="Its line in the extract.")
    key: str = Field(sa_type=SEARCHED, description="What a search begins with.")
    property_key: str = Field(sa_type=SEARCHED)


class Area(SQLModel, table=True):
    edition_id: UUID = Field(sa_column=_edition())
    id: str = Field(max_length=100, primary_key=True)
    name: str = Field(max_length=300)
    shape: bytes = Field(description="Well-known binary, SWEREF 99 TM.")
