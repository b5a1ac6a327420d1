"""The portal's own tables."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum


class Kind(StrEnum):
    """Who signs in."""

    STAFF = "staff"
    RESIDENT = "resident"


class SignedIn(SQLModel, table=True):
    """Somebody who has signed in, in one browser. The cookie's id is known by its digest alone."""

    __tablename__ = "signed_in"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    digest: bytes = Field(unique=True)
    kind: Kind = Field(sa_type=text_enum(Kind))
    person: UUID = Field(index=True, description="Tells nobody who it is who does not know the subject.")
    sealed: bytes = Field(description="The claims and the tokens, sealed with a key made of the cookie's id.")
    browser: str = Field(max_length=60)
    began_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    used_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


class Presence(SQLModel, table=True):
    """Somebody of the staff has a case open in a browser. It ends by itself when the page no longer says so."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    reference: str = Field(max_length=40, index=True)
    person: UUID
    name: str = Field(description="As colleagues see it while it lasts.")
    until: datetime = Field(sa_type=UtcDateTime, index=True)


class SavedView(SQLModel, table=True):
    """An address of the inbox to which somebody of the staff has given a name of their own."""

    __tablename__ = "saved_view"

    person: UUID = Field(primary_key=True, description="Tells nobody who it is who does not know the subject.")
    address: str = Field(primary_key=True)
    name: str = Field(max_length=60)
