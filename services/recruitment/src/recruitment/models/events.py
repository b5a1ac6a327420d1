"""Courses, relocation and recruitment events, trips; and who comes. A confirmed seat is never sold twice."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.contacts import Contact, ContactForm
from shared.errors import Conflict, NotFound
from shared.events import Language
from shared.fields import Integer, Line, Prose, Time
from shared.mailed_links import OpenedByLink


class EventNotFound(NotFound):
    """There is no event with that id."""

    sv = "Det finns inget evenemang med det id:t."


class EventStarted(Conflict):
    """The event has started, so registration is closed."""

    sv = "Evenemanget har börjat, så anmälan är stängd."


class RegistrationClosed(Conflict):
    """Registration for the event is closed."""

    sv = "Anmälan till evenemanget är stängd."


class PartyTooLarge(Conflict):
    """The event has fewer seats in all than your party needs. Register a smaller party."""

    sv = "Evenemanget har färre platser totalt än ert sällskap behöver. Anmäl ett mindre sällskap."


class UnknownRegistration(NotFound):
    """There is no registration with that id and secret. The link in the latest mail has both."""

    concerns_security = True
    sv = "Det finns ingen anmälan med det id:t och den hemligheten. Båda står i länken i det senaste mejlet."


class RegistrationNotFound(NotFound):
    """The event has no registration with that id."""

    sv = "Evenemanget har ingen anmälan med det id:t."


class AlreadyCancelled(Conflict):
    """The registration has been cancelled already."""

    sv = "Anmälan är redan avbokad."


class TooLateToCancel(Conflict):
    """The event has started, so the registration can no longer be cancelled."""

    sv = "Evenemanget har börjat, så anmälan kan inte längre avbokas."


class NotWaiting(Conflict):
    """The registration does not wait for a seat: it has one already, or is cancelled."""

    sv = "Anmälan väntar inte på plats: den har redan plats, eller är avbokad."


class TooFewSeats(Conflict):
    """The event has fewer seats left than the party needs. Cancel for somebody first."""

    sv = "Evenemanget har färre lediga platser än sällskapet behöver. Avboka först åt någon annan."


class Kind(StrEnum):
    COURSE = "course"
    RELOCATION = "relocation"
    RECRUITMENT = "recruitment"
    TRIP = "trip"


class Role(StrEnum):
    PARTICIPANT = "participant"
    CANDIDATE = "candidate"
    EMPLOYER = "employer"


class SeatStatus(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class EventFacts(SQLModel):
    model_config = {"json_schema_serialization_defaults_required": True}

    title: Line = Field(max_length=200, schema_extra={"examples": ["Inflyttarkväll"]})
    description: Prose = Field(
        max_length=10_000, schema_extra={"examples": ["Träffa företag, föreningar och grannar."]}
    )
    starts_at: Time = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-06-01T18:00:00+02:00"]})
    ends_at: Time = Field(sa_type=UtcDateTime, schema_extra={"examples": ["2026-06-01T21:00:00+02:00"]})
    place: Line = Field(max_length=200, schema_extra={"examples": ["Rådhuset, Östersund"]})
    capacity: Integer = Field(ge=1, le=100_000)
    kind: Kind = Field(sa_type=text_enum(Kind))
    language: Language = Field(Language.SWEDISH, sa_type=text_enum(Language), description="Spoken at the event.")
    registration_closes_at: Time | None = Field(None, sa_type=UtcDateTime, description="When it starts, unless given.")


class EventForm(EventFacts):
    """What staff announce."""

    model_config = {"extra": "forbid"}


class Party(SQLModel):
    """Who comes, apart from how to reach them."""

    role: Role = Field(Role.PARTICIPANT, sa_type=text_enum(Role))
    party_size: Integer = Field(1, ge=1, le=10, description="Everybody gets a seat or nobody does.")


class RegistrationForm(Party, ContactForm):
    """What somebody who wants to come sends in."""


class Registration(OpenedByLink, Party, table=True):
    __table_args__ = (
        sa.UniqueConstraint("event_id", "email_key", name="uq_registration_event_id_email_key"),
        sa.Index("ix_registration_event_id", "event_id", "registered_at", "id"),
    )

    event_id: UUID = Field(foreign_key="recruitment_event.id")
    participant_contact_id: UUID = Field(foreign_key="contact.id", index=True)
    email_key: str | None = Field(
        description="The address in small letters: one registration for each. None when it is cancelled."
    )
    status: SeatStatus = Field(sa_type=text_enum(SeatStatus))
    held_back: bool = Field(
        False, description="Its client had its share of the seats: it gets one only if staff give it."
    )
    registered_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(None, sa_type=UtcDateTime)


class RecruitmentEvent(EventFacts, table=True):
    __tablename__ = "recruitment_event"
    __table_args__ = (
        sa.CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity", name="ck_recruitment_event_seats_taken"),
        sa.Index("ix_recruitment_event_starts_at", "starts_at", "id"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    seats_taken: int = 0
    announced_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    announced_by: str = Field(description="The officer's subject.")

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken

    def seat_for(self, party_size: int, at: datetime, may_take_seats: bool = True) -> SeatStatus:
        """What a party that registers now gets. Raises EventStarted, RegistrationClosed, PartyTooLarge."""
        self._require_open(at)
        if party_size > self.capacity:
            raise PartyTooLarge
        fits = may_take_seats and party_size <= self.seats_left
        return SeatStatus.CONFIRMED if fits else SeatStatus.WAITLISTED

    def register(
        self, form: RegistrationForm, participant: Contact, at: datetime, may_take_seats: bool = True
    ) -> Registration:
        """A seat for everybody in the party, or a place on the waiting list. Hold the event's lock meanwhile."""
        status = self.seat_for(form.party_size, at, may_take_seats)
        if status is SeatStatus.CONFIRMED:
            self.seats_taken += form.party_size
        return Registration.model_validate(
            form,
            update={
                "event_id": self.id,
                "participant_contact_id": participant.id,
                "email_key": email_key(form.email),
                "status": status,
                "held_back": not may_take_seats,
                "registered_at": at,
            },
        )

    def cancel(self, registration: Registration, waiting: Sequence[Registration], at: datetime) -> list[Registration]:
        """Free its seats for those who wait, the first first. Returns who got some. Hold the event's lock meanwhile."""
        if registration.status is SeatStatus.CANCELLED:
            raise AlreadyCancelled
        if at >= self.starts_at:
            raise TooLateToCancel
        if registration.status is SeatStatus.CONFIRMED:
            self.seats_taken -= registration.party_size
        registration.status, registration.email_key, registration.cancelled_at = SeatStatus.CANCELLED, None, at
        return list(self._seated(one for one in waiting if one is not registration and not one.held_back))

    def give_seat(self, registration: Registration, at: datetime) -> None:
        """Seats for everybody in a party that waits, whoever waits before it. Hold the event's lock meanwhile.

        Raises NotWaiting, EventStarted, TooFewSeats.
        """
        if registration.status is not SeatStatus.WAITLISTED:
            raise NotWaiting
        if at >= self.starts_at:
            raise EventStarted
        if not list(self._seated([registration])):
            raise TooFewSeats

    def _seated(self, waiting: Iterable[Registration]) -> Iterator[Registration]:
        for one in waiting:
            if one.party_size <= self.seats_left:
                self.seats_taken += one.party_size
                one.status = SeatStatus.CONFIRMED
                yield one

    def _require_open(self, at: datetime) -> None:
        if at >= self.starts_at:
            raise EventStarted
        if self.registration_closes_at is not None and at >= self.registration_closes_at:
            raise RegistrationClosed


def email_key(email: str) -> str:
    return email.lower()
