"""Events and registrations as they are told: to the public, to those who hold them, and to who registered."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from recruitment.models.events import EventFacts, Kind, Party, SeatStatus
from shared.events import Language
from shared.pagination import Paging


class PublicEvent(EventFacts):
    id: UUID
    seats_left: int = Field(
        description="Rounded up to tens, and 0 when the event is full: nobody can tell from it who has registered."
    )


class StaffEvent(EventFacts):
    """An event as those see it who hold it: with its seats as they are."""

    id: UUID
    seats_taken: int
    seats_left: int
    waiting: int = Field(description="How many people wait for a seat, everybody in each party counted.")
    announced_at: datetime
    announced_by: str


class Participant(Party):
    """Who has registered, for whom, and what they got."""

    id: UUID
    name: str | None
    email: str
    language: Language
    status: SeatStatus
    held_back: bool = Field(
        description="Its client had its share of the seats: while it waits, it gets one only if staff give it."
    )
    registered_at: datetime


class OwnRegistration(Party):
    """A registration, for whoever has the link in its mail."""

    id: UUID
    status: SeatStatus
    registered_at: datetime
    cancelled_at: datetime | None
    event: PublicEvent


class CancellationReceipt(SQLModel):
    id: UUID
    status: SeatStatus
    cancelled_at: datetime


class SeatReceipt(SQLModel):
    id: UUID
    status: SeatStatus


class EventFilter(Paging):
    kind: Kind | None = None


class RegistrationReceipt(SQLModel):
    """The same whether or not the address was registered before: that is for its owner to know, who gets a mail."""

    id: UUID
    event_id: UUID
    status: SeatStatus = Field(description="What the seats allow now. The mail says what is so.")
    party_size: int
    registered_at: datetime
