from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import col, select

from recruitment.models.events import (
    AlreadyRegistered,
    EventFilter,
    EventForm,
    EventNotFound,
    EventStarted,
    PartyTooLarge,
    PublicEvent,
    RecruitmentEvent,
    Registration,
    RegistrationClosed,
    RegistrationForm,
    RegistrationReceipt,
    email_key,
)
from recruitment.rules import objections_to_event
from shared.contacts import Contact
from shared.database import Session
from shared.errors import Invalid
from shared.events import EventAnnounced, EventRegistered
from shared.pagination import Page, page_of
from shared.staff import ADMINISTRATOR, RECRUITMENT
from web import Now, Reading, RecipientLimit, RequireRole, Router, TooManyMails, Transaction, refusals

OFFICER = Depends(RequireRole("recruitment-officer", ADMINISTRATOR, units=[RECRUITMENT]))

router = Router(tags=["Events"])


@router.post(
    "/events", status_code=201, response_model=PublicEvent, operation_id="announce_event", dependencies=[OFFICER]
)
async def announce(form: EventForm, tx: Transaction, at: Now) -> RecruitmentEvent:
    """Announce an event. Registration is open until it closes or the event starts."""
    if objections := objections_to_event(form, at):
        raise Invalid(*objections)
    event = RecruitmentEvent.model_validate(form)
    tx.add(event)
    tx.publish(
        EventAnnounced(
            recruitment_event_id=event.id, title=event.title, starts_at=event.starts_at, capacity=event.capacity
        )
    )
    return event


@router.get("/events", response_model=Page[PublicEvent], operation_id="list_events")
async def upcoming(wanted: Annotated[EventFilter, Query()], reading: Reading, at: Now) -> Page[PublicEvent]:
    """Events that have not begun, the soonest first."""
    query = select(RecruitmentEvent).where(RecruitmentEvent.starts_at > at)
    if wanted.kind:
        query = query.where(RecruitmentEvent.kind == wanted.kind)
    soonest = col(RecruitmentEvent.starts_at).asc(), col(RecruitmentEvent.id).asc()
    return await page_of(reading, query, wanted, soonest, PublicEvent.model_validate)


@router.get(
    "/events/{event_id}", response_model=PublicEvent, operation_id="show_event", responses=refusals(EventNotFound)
)
async def show(event_id: UUID, reading: Reading) -> RecruitmentEvent:
    """An event, and how many seats are left."""
    return existing(await reading.get(RecruitmentEvent, event_id))


async def asked_for(form: RegistrationForm, recipients: RecipientLimit) -> RegistrationForm:
    """The form. The limits are asked about its address before the transaction begins, or others would wait for them."""
    await recipients.ask(form.email)
    return form


@router.post(
    "/events/{event_id}/registrations",
    status_code=201,
    response_model=RegistrationReceipt,
    operation_id="register_for_event",
    responses=refusals(EventNotFound, EventStarted, RegistrationClosed, PartyTooLarge, AlreadyRegistered, TooManyMails),
)
async def register(
    event_id: UUID,
    form: Annotated[RegistrationForm, Depends(asked_for)],
    tx: Transaction,
    recipients: RecipientLimit,
    at: Now,
) -> Registration:
    """Register for an event. Everybody in the party gets a seat, or all wait for one."""
    event = existing(await tx.get(RecruitmentEvent, event_id, with_for_update=True))
    await require_new(tx, event_id, form.email)
    participant = Contact.model_validate(form)
    registration = event.register(form, participant, at)
    recipients.require()
    tx.add(participant)
    await tx.flush()
    tx.add(registration)
    tx.publish(registered(event, registration))
    return registration


def registered(event: RecruitmentEvent, registration: Registration) -> EventRegistered:
    return EventRegistered(
        recruitment_event_id=event.id,
        registration_id=registration.id,
        title=event.title,
        place=event.place,
        starts_at=event.starts_at,
        status=registration.status.value,
        participant_contact_id=registration.participant_contact_id,
        party_size=registration.party_size,
    )


def existing(event: RecruitmentEvent | None) -> RecruitmentEvent:
    if event is None:
        raise EventNotFound
    return event


async def require_new(tx: Session, event_id: UUID, email: str) -> None:
    """Raise AlreadyRegistered when the address has registered for the event before."""
    query = select(Registration.id).where(Registration.event_id == event_id, Registration.email_key == email_key(email))
    if (await tx.exec(query)).first() is not None:
        raise AlreadyRegistered
