from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from recruitment.models.events import (
    EventForm,
    EventNotFound,
    EventStarted,
    PartyTooLarge,
    RecruitmentEvent,
    Registration,
    RegistrationClosed,
    RegistrationForm,
    email_key,
)
from recruitment.models.shown_events import EventFilter, PublicEvent, RegistrationReceipt
from recruitment.rules import objections_to_event, shown_seats
from shared.contacts import Contact
from shared.database import Session
from shared.errors import Invalid
from shared.events import EventAnnounced, EventRegistered, RegistrationRepeated
from shared.pagination import Page, page_of
from shared.staff import ADMINISTRATOR, RECRUITMENT
from web import Now, Person, Reading, RecipientLimit, RequireRole, Router, TooManyMails, Transaction, refusals

officer = RequireRole("recruitment-officer", ADMINISTRATOR, units=[RECRUITMENT])
Officer = Annotated[Person, Depends(officer)]

router = Router(tags=["Events"])


@router.post("/events", status_code=201, response_model=PublicEvent, operation_id="announce_event")
async def announce(form: EventForm, person: Officer, tx: Transaction, at: Now) -> PublicEvent:
    """Announce an event. Registration is open until it closes or the event starts."""
    if objections := objections_to_event(form, at):
        raise Invalid(*objections)
    event = RecruitmentEvent.model_validate(form, update={"announced_by": person.subject})
    tx.add(event)
    tx.audit(person.subject, "announce event", event=str(event.id))
    tx.publish(
        EventAnnounced(
            recruitment_event_id=event.id, title=event.title, starts_at=event.starts_at, capacity=event.capacity
        )
    )
    return as_public(event)


@router.get("/events", response_model=Page[PublicEvent], operation_id="list_events")
async def upcoming(wanted: Annotated[EventFilter, Query()], reading: Reading, at: Now) -> Page[PublicEvent]:
    """Events that have not begun, the soonest first."""
    query = select(RecruitmentEvent).where(RecruitmentEvent.starts_at > at)
    if wanted.kind:
        query = query.where(RecruitmentEvent.kind == wanted.kind)
    soonest = col(RecruitmentEvent.starts_at).asc(), col(RecruitmentEvent.id).asc()
    return await page_of(reading, query, wanted, soonest, as_public)


@router.get(
    "/events/{event_id}", response_model=PublicEvent, operation_id="show_event", responses=refusals(EventNotFound)
)
async def show(event_id: UUID, reading: Reading) -> PublicEvent:
    """An event, and about how many seats are left."""
    return as_public(existing(await reading.get(RecruitmentEvent, event_id)))


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, and whether their share of the event's seats is large enough."""

    form: RegistrationForm
    may_take_seats: bool


async def asked_for(event_id: UUID, form: RegistrationForm, recipients: RecipientLimit) -> Asked:
    """The form. The limits are asked about it before the transaction begins, or others would wait for them."""
    await recipients.reserve(form.email)
    return Asked(form, await recipients.allows_seats(str(event_id), form.party_size))


@router.post(
    "/events/{event_id}/registrations",
    status_code=201,
    response_model=RegistrationReceipt,
    operation_id="register_for_event",
    responses=refusals(EventNotFound, EventStarted, RegistrationClosed, PartyTooLarge, TooManyMails),
)
async def register(
    event_id: UUID,
    asked: Annotated[Asked, Depends(asked_for)],
    tx: Transaction,
    recipients: RecipientLimit,
    at: Now,
) -> RegistrationReceipt:
    """Register for an event. Everybody in the party gets a seat, or all wait for one.

    Nobody proves who they are, so a client that has taken many of an event's seats takes no more: its parties wait.
    An address that is registered already keeps its first registration. The answer does not tell; the mail does.
    """
    event = existing(await tx.get(RecruitmentEvent, event_id, with_for_update=True))
    form = asked.form
    status = event.seat_for(form.party_size, at, asked.may_take_seats)
    recipients.confirm()
    registration_id = await registered(tx, event, asked, at)
    return RegistrationReceipt(
        id=registration_id, event_id=event.id, status=status, party_size=form.party_size, registered_at=at
    )


async def registered(tx: Session, event: RecruitmentEvent, asked: Asked, at: datetime) -> UUID:
    """Register the address once, and tell the others what came of it. Returns the id that is told."""
    key = email_key(asked.form.email)
    query = select(Registration).where(Registration.event_id == event.id, Registration.email_key == key)
    first = (await tx.exec(query)).first()
    if first is not None:
        told = uuid7()
        tx.publish(RegistrationRepeated(registration_id=told, **facts(event, first)))
        return told
    participant = Contact.model_validate(asked.form)
    tx.add(participant)
    await tx.flush()
    registration = event.register(asked.form, participant, at, asked.may_take_seats)
    tx.add(registration)
    tx.publish(EventRegistered(registration_id=registration.id, **facts(event, registration)))
    return registration.id


def facts(event: RecruitmentEvent, registration: Registration) -> dict[str, Any]:
    """What the others are told of who registers, beside the id of the registration."""
    return {**seats_of(event, registration), "status": registration.status.value}


def seats_of(event: RecruitmentEvent, registration: Registration) -> dict[str, Any]:
    """Who it is about, of which event, and how many they are."""
    return {
        "recruitment_event_id": event.id,
        "title": event.title,
        "place": event.place,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "participant_contact_id": registration.participant_contact_id,
        "party_size": registration.party_size,
    }


def existing(event: RecruitmentEvent | None) -> RecruitmentEvent:
    if event is None:
        raise EventNotFound
    return event


def as_public(event: RecruitmentEvent) -> PublicEvent:
    return PublicEvent.model_validate(event, update={"seats_left": shown_seats(event.seats_left, event.capacity)})
