from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from housing.models.contacts import PersonForm
from shared.clock import now
from shared.columns import UtcDateTime
from shared.errors import TooManyRequests
from shared.fields import Prose


class AskedTooOften(TooManyRequests):
    """You have written to this house's owner many times lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Du har skrivit till husets ägare många gånger nyligen. Vänta en timme och försök igen."


class InterestForm(PersonForm):
    """What a seeker sends in; the message is relayed to the owner."""

    message: Prose = Field(
        max_length=2000, schema_extra={"examples": ["Vi är en familj på fyra och vill gärna se huset."]}
    )


class Interest(SQLModel, table=True):
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    house_id: UUID = Field(foreign_key="house.id", index=True)
    seeker_contact_id: UUID = Field(foreign_key="contact.id", index=True)
    message: str = Field(max_length=2000)
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class InterestReceipt(SQLModel):
    id: UUID
    received_at: datetime
