"""Times with staff: opened by them, and booked for a case, one case each."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from eservice_intake.cases.models import Case
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime
from shared.errors import Conflict, NotFound
from shared.fields import Line
from shared.mailed_links import OpenedByLink
from shared.staff import Person

DAY = timedelta(days=1)
MOST_AT_ONCE = 40


class UnknownSlot(NotFound):
    """There is no such time, or the link does not open it: it is somebody else's, or was cancelled."""

    concerns_security = True
    sv = "Det finns ingen sådan tid, eller så öppnar länken den inte: den är någon annans, eller är avbokad."


class NothingBooked(NotFound):
    """No time is booked in the case."""

    sv = "Ingen tid är bokad i ärendet."


class SlotTaken(Conflict):
    """Somebody else has booked the time, or it is closed. Choose another."""

    sv = "Tiden är bokad av någon annan, eller stängd. Välj en annan."


class SlotPassed(Conflict):
    """The time has begun. Nothing can be done with it any longer."""

    sv = "Tiden har börjat. Inget mer kan göras med den."


class NotBookable(Conflict):
    """No times are booked for this e-service."""

    sv = "Inga tider bokas för den här e-tjänsten."


class AlreadyOpen(Conflict):
    """You have another time open then. Choose times that do not overlap."""

    sv = "Du har redan en annan tid då. Välj tider som inte överlappar."


class Times(SQLModel):
    """When it is, and where."""

    starts_at: datetime = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-12-03T09:00:00Z"]})
    ends_at: datetime = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-12-03T09:30:00Z"]})
    place: str = Field(max_length=200, schema_extra={"examples": ["Rådhuset, Östersund"]})


class Slot(OpenedByLink, Times, table=True):
    """A time of a member of staff. The links are those of the mails to whoever has booked it."""

    __tablename__ = "eservice_slot"
    __table_args__ = (
        UniqueConstraint("host", "starts_at", name="uq_eservice_slot_host_starts_at"),
        Index("ix_eservice_slot_unit_starts_at", "unit", "starts_at", "id"),
    )

    unit: str = Field(max_length=100)
    host: str
    host_name: str
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    case_id: UUID | None = Field(default=None, foreign_key="eservice_case.id", unique=True)
    booked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    def book(self, case: Case, unit: str, at: datetime) -> None:
        """Raises UnknownSlot, SlotPassed or SlotTaken."""
        if self.unit != unit:
            raise UnknownSlot
        if self.starts_at <= at:
            raise SlotPassed
        if self.case_id is not None or self.closed_at is not None:
            raise SlotTaken
        self.case_id, self.booked_at = case.id, at
        self.remind_at = self.starts_at - DAY if day_in_sweden(self.starts_at - DAY) > day_in_sweden(at) else None

    def free(self) -> None:
        """Somebody else may book it. The links of its mails open nothing any longer."""
        self.case_id = self.booked_at = self.remind_at = None
        self.link_hashes = []

    def close(self, at: datetime) -> None:
        """Raises SlotPassed."""
        if self.starts_at <= at:
            raise SlotPassed
        self.closed_at = self.closed_at or at


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
    reference: str | None = Field(
        description="Of the case that it is booked for.", schema_extra={"examples": ["K7MP-2XWB"]}
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
