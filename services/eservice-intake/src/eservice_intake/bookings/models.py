"""Times with staff, as they are opened and shown."""

from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlmodel import Field

from eservice_intake.cases.models import Case
from eservice_intake.cases.slots import Slot, Times
from shared.errors import Conflict, NotFound
from shared.fields import Line
from shared.staff import Person

MOST_AT_ONCE = 40


class NothingBooked(NotFound):
    """No time is booked in the case."""

    sv = "Ingen tid är bokad i ärendet."


class NotBookable(Conflict):
    """No times are booked for this e-service."""

    sv = "Inga tider bokas för den här e-tjänsten."


class AlreadyOpen(Conflict):
    """You have another time open then. Choose times that do not overlap."""

    sv = "Du har redan en annan tid då. Välj tider som inte överlappar."


class JustBooked(Conflict):
    """Somebody booked the time just now. Close it again if you want to cancel that booking."""

    sv = "Tiden bokades alldeles nyss. Stäng den igen om du vill avboka den."


class FreeSlot(Times):
    """A time that can be booked."""

    id: UUID


class OwnSlot(FreeSlot):
    """The time that is booked in one's case."""

    host_name: str = Field(description="Whom one meets.", schema_extra={"examples": ["Nora Vik"]})
    reference: str = Field(schema_extra={"examples": ["K7MP-2XWB"]})
    eservice: str = Field(schema_extra={"examples": ["foretagslots"]})

    @classmethod
    def of(cls, slot: Slot, case: Case) -> Self:
        return cls(reference=case.reference, eservice=case.eservice, **slot.model_dump(include=set(cls.model_fields)))


class StaffSlot(FreeSlot):
    """A time as staff see it."""

    host_name: str = Field(schema_extra={"examples": ["Nora Vik"]})
    unit: str = Field(schema_extra={"examples": ["foretagslots"]})
    is_closed: bool
    is_booked: bool
    reference: str | None = Field(
        description="Of the case that it is booked for, to those who may open it.",
        schema_extra={"examples": ["K7MP-2XWB"]},
    )


class TimeGivenUp(BaseModel):
    reference: str = Field(schema_extra={"examples": ["K7MP-2XWB"]})


class OpenedSlots(BaseModel):
    items: list[StaffSlot]


class BookingForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    slot_id: UUID


class OpeningForm(BaseModel):
    """Times in a row, of the same length."""

    model_config = ConfigDict(extra="forbid")

    unit: str = Field(max_length=100, schema_extra={"examples": ["foretagslots"]})
    starts_at: AwareDatetime = Field(schema_extra={"examples": ["2026-12-03T09:00:00+01:00"]})
    minutes: int = Field(ge=5, le=480, schema_extra={"examples": [30]})
    count: int = Field(1, ge=1, le=MOST_AT_ONCE, schema_extra={"examples": [4]})
    place: Line = Field(max_length=200, schema_extra={"examples": ["Rådhuset, Östersund"]})

    def slots(self, person: Person) -> list[Slot]:
        length = timedelta(minutes=self.minutes)
        starts = [self.starts_at + length * number for number in range(self.count)]
        known: dict[str, Any] = {
            "unit": self.unit,
            "place": self.place,
            "host": person.subject,
            "host_name": person.name,
        }
        return [Slot(starts_at=start, ends_at=start + length, **known) for start in starts]
