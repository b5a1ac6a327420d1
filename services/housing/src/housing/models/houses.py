import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pydantic
import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.json_schema import Examples
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from housing.models.contacts import PersonForm
from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, FieldError, NotFound
from shared.fields import Integer, Line, Number, PropertyDesignation, Prose, YesOrNo

LONGEST_REASON = 1000


class HouseNotFound(NotFound):
    """There is no published house with that id."""

    sv = "Det finns inget publicerat hus med det id:t."


class AlreadyPublished(Conflict):
    """The house is published already."""

    sv = "Huset är redan publicerat."


class AlreadyDeclined(Conflict):
    """The house has been declined. Its owner may offer it again."""

    sv = "Huset är avslaget. Ägaren kan erbjuda det på nytt."


class Status(StrEnum):
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    DECLINED = "declined"


class HouseType(StrEnum):
    DETACHED = "detached"
    FARM = "farm"
    CROFT = "croft"
    HOLIDAY_HOME = "holiday_home"
    TERRACED = "terraced"
    APARTMENT_BUILDING = "apartment_building"
    OTHER = "other"


class Condition(StrEnum):
    MOVE_IN = "move_in"
    RENOVATE = "renovate"
    RUIN = "ruin"
    PLOT_ONLY = "plot_only"


class Heating(StrEnum):
    DISTRICT = "district"
    HEAT_PUMP = "heat_pump"
    ELECTRIC = "electric"
    WOOD = "wood"
    PELLETS = "pellets"
    OIL = "oil"
    OTHER = "other"
    NONE = "none"


class Water(StrEnum):
    MUNICIPAL = "municipal"
    WELL = "well"
    NONE = "none"


class Sewage(StrEnum):
    APPROVED = "approved"
    FAILED = "failed"
    NONE = "none"


class Offer(StrEnum):
    SALE = "sale"
    RENT = "rent"
    LEASE = "lease"
    UNKNOWN = "unknown"


def _place_name(text: str) -> str:
    if not re.fullmatch(r"[^\W\d_][^\W\d_ .'’()/–-]*(?:[ .:'’()/–-]+[^\W\d_]+)*\)?", text):
        raise FieldError(
            "place_name",
            "Ange byns eller områdets namn, utan siffror, till exempel Lockne.",
            "Give the name of the village or area, without digits, for example Lockne.",
        )
    return text


PlaceName = Annotated[Line, AfterValidator(_place_name), Examples(["Lockne"])]


class Position(BaseModel):
    """SWEREF 99 TM, in metres."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    easting: Number = Field(ge=260_000, lt=925_000, description="Within Sweden.", schema_extra={"examples": [487_500]})
    northing: Number = Field(
        ge=6_130_000, lt=7_680_000, description="Within Sweden.", schema_extra={"examples": [6_990_500]}
    )


class HouseFacts(SQLModel):
    """What everybody may know about a house. A value that is missing is not known, which is not a no."""

    model_config = {"json_schema_serialization_defaults_required": True}

    area: PlaceName = Field(max_length=80)
    house_type: HouseType = Field(sa_type=text_enum(HouseType))
    condition: Condition = Field(sa_type=text_enum(Condition))
    offer: Offer = Field(Offer.UNKNOWN, sa_type=text_enum(Offer))
    price_idea: Integer | None = Field(
        None,
        ge=0,
        le=1_000_000_000,
        description="SEK; a month when rented or leased.",
        schema_extra={"examples": [350_000]},
    )
    rooms: Integer | None = Field(None, ge=0, le=200)
    heating: Heating | None = Field(None, sa_type=text_enum(Heating))
    water: Water | None = Field(None, sa_type=text_enum(Water))
    sewage: Sewage | None = Field(None, sa_type=text_enum(Sewage))
    electricity: YesOrNo | None = None
    fibre: YesOrNo | None = None
    winter_road: YesOrNo | None = None
    years_empty: Integer | None = Field(None, ge=0, le=300)
    description: Prose | None = Field(
        None, max_length=4000, schema_extra={"examples": ["Torp med jordkällare och utsikt över sjön."]}
    )


class ExactFacts(SQLModel):
    """What would point at one property if everybody saw it as it is. The public sees classes and whole kilometres."""

    year_built: Integer | None = Field(None, ge=1200, le=2100)
    living_area_m2: Integer | None = Field(None, ge=1, le=10_000)
    lot_area_m2: Integer | None = Field(None, ge=1, le=100_000_000)
    distance_to_school_km: Number | None = Field(None, ge=0, le=500)
    distance_to_shop_km: Number | None = Field(None, ge=0, le=500)
    distance_to_bus_km: Number | None = Field(None, ge=0, le=500)


class DeclineForm(BaseModel):
    """Why a house is not shown, or no longer is. Its owner reads it in a mail."""

    model_config = ConfigDict(extra="forbid")

    reason: Prose = pydantic.Field(
        max_length=LONGEST_REASON, examples=["Vi visar bara hus i kommunen. Det här ligger i Krokoms kommun."]
    )


class HouseForm(ExactFacts, HouseFacts):
    """What an owner sends in."""

    model_config = {"extra": "forbid"}

    property_designation: PropertyDesignation = Field(max_length=100)
    position: Position
    owner: PersonForm
    listing_consent: YesOrNo = Field(description="That everybody may see it. Without it the house is not accepted.")


class House(ExactFacts, HouseFacts, table=True):
    __table_args__ = (
        sa.Index("ix_house_board", "status", "published_at", "id"),
        sa.Index("ix_house_received_at", "received_at", "id"),
        sa.Index("ix_house_status", "status", "received_at", "id"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    status: Status = Field(Status.SUBMITTED, sa_type=text_enum(Status))
    property_designation: str = Field(max_length=100)
    easting: float
    northing: float
    area_key: str = Field(index=True, description="The area as it is searched for.")
    owner_contact_id: UUID = Field(foreign_key="contact.id", index=True)
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    listing_consent_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    published_at: datetime | None = Field(None, sa_type=UtcDateTime)
    published_by: str | None = Field(None, description="The officer's subject.")
    declined_at: datetime | None = Field(None, sa_type=UtcDateTime)
    declined_by: str | None = Field(None, description="The officer's subject.")
    decline_reason: str | None = Field(None, max_length=LONGEST_REASON)

    @property
    def position(self) -> Position:
        return Position(easting=self.easting, northing=self.northing)

    def publish(self, by: str, at: datetime) -> None:
        if self.status is Status.PUBLISHED:
            raise AlreadyPublished
        self._require_not_declined()
        self.status, self.published_at, self.published_by = Status.PUBLISHED, at, by

    def decline(self, reason: str, by: str, at: datetime) -> None:
        """Nobody sees it any longer, if they did."""
        self._require_not_declined()
        self.status, self.declined_at, self.declined_by = Status.DECLINED, at, by
        self.decline_reason = reason

    def _require_not_declined(self) -> None:
        if self.status is Status.DECLINED:
            raise AlreadyDeclined
