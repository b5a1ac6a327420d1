"""The times that are booked for cases: a case has one at most, and gives it up when it ends."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, Table, text
from sqlmodel import Field, SQLModel, col, select

from eservice_intake.cases.models import Case
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime
from shared.database import Session
from shared.errors import Conflict, NotFound
from shared.mailed_links import OpenedByLink

DAY = timedelta(days=1)


class UnknownSlot(NotFound):
    """There is no such time, or the link does not open it: it is somebody else's, or was cancelled."""

    concerns_security = True
    sv = "Det finns ingen sådan tid, eller så öppnar länken den inte: den är någon annans, eller är avbokad."


class SlotTaken(Conflict):
    """Somebody else has booked the time, or it is closed. Choose another."""

    sv = "Tiden är bokad av någon annan, eller stängd. Välj en annan."


class SlotPassed(Conflict):
    """The time has begun. Nothing can be done with it any longer."""

    sv = "Tiden har börjat. Inget mer kan göras med den."


class Times(SQLModel):
    """When it is, and where."""

    starts_at: datetime = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-12-03T09:00:00Z"]})
    ends_at: datetime = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-12-03T09:30:00Z"]})
    place: str = Field(max_length=200, schema_extra={"examples": ["Rådhuset, Östersund"]})


OPEN = text("closed_at IS NULL")


class Slot(OpenedByLink, Times, table=True):
    """A time of a member of staff. The links are those of the mails to whoever has booked it."""

    __tablename__ = "eservice_slot"
    __table_args__ = (
        Index("uq_eservice_slot_open", "host", "starts_at", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
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


SLOT: Table = SQLModel.metadata.tables["eservice_slot"]


async def slot_of(tx: Session, case: Case) -> Slot | None:
    """The time that is booked in the case, locked."""
    return (await tx.exec(select(Slot).where(col(Slot.case_id) == case.id).with_for_update())).first()


async def give_up_slot(tx: Session, case: Case) -> None:
    """Somebody else may have the time of a case that has ended."""
    slot = await slot_of(tx, case)
    if slot is not None:
        slot.free()
        tx.add(slot)
