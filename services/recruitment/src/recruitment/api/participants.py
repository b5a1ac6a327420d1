"""Who comes to an event: for those who hold it."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import col, select

from recruitment.api.events import Officer, existing, officer, seats_of
from recruitment.models.events import (
    EventNotFound,
    EventStarted,
    NotWaiting,
    RecruitmentEvent,
    Registration,
    RegistrationNotFound,
    SeatStatus,
    TooFewSeats,
)
from recruitment.models.shown_events import Participant, SeatReceipt, StaffEvent
from shared.contacts import Contact
from shared.database import Session
from shared.events import SeatGiven
from shared.pagination import Page, Paging, page_of
from web import Now, Reading, Router, Transaction, refusals

router = Router(tags=["Events"])


@router.get(
    "/staff/events",
    response_model=Page[StaffEvent],
    operation_id="list_all_events",
    dependencies=[Depends(officer)],
)
async def every_event(wanted: Annotated[Paging, Query()], reading: Reading) -> Page[StaffEvent]:
    """Every event, past ones too, the latest start first. With its seats as they are."""
    latest = col(RecruitmentEvent.starts_at).desc(), col(RecruitmentEvent.id).desc()
    events = await page_of(reading, select(RecruitmentEvent), wanted, latest, lambda event: event)
    return Page(items=await as_staff_see(reading, events.items), next=events.next)


@router.get(
    "/staff/events/{event_id}",
    response_model=StaffEvent,
    operation_id="show_any_event",
    responses=refusals(EventNotFound),
    dependencies=[Depends(officer)],
)
async def show(event_id: UUID, reading: Reading) -> StaffEvent:
    """An event. With its seats as they are."""
    [seen] = await as_staff_see(reading, [existing(await reading.get(RecruitmentEvent, event_id))])
    return seen


@router.get(
    "/staff/events/{event_id}/registrations",
    response_model=Page[Participant],
    operation_id="list_registrations",
    responses=refusals(EventNotFound),
)
async def participants(
    event_id: UUID, wanted: Annotated[Paging, Query()], person: Officer, tx: Transaction
) -> Page[Participant]:
    """Who has registered and not cancelled, in the order they registered. That it was read is audited."""
    existing(await tx.get(RecruitmentEvent, event_id))
    tx.audit(person.subject, "read participants", event=str(event_id))
    query = select(Registration).where(Registration.event_id == event_id, Registration.status != SeatStatus.CANCELLED)
    first = col(Registration.registered_at).asc(), col(Registration.id).asc()
    page = await page_of(tx, query, wanted, first, lambda registration: registration)
    return Page(items=await _with_contacts(tx, page.items), next=page.next)


@router.post(
    "/staff/events/{event_id}/registrations/{registration_id}/seat",
    response_model=SeatReceipt,
    operation_id="give_seat",
    responses=refusals(EventNotFound, RegistrationNotFound, NotWaiting, EventStarted, TooFewSeats),
)
async def give_seat(event_id: UUID, registration_id: UUID, person: Officer, tx: Transaction, at: Now) -> Registration:
    """Give a party that waits its seats, whoever waits before it. A mail says so."""
    event = existing(await tx.get(RecruitmentEvent, event_id, with_for_update=True))
    registration = await tx.get(Registration, registration_id, with_for_update=True)
    if registration is None or registration.event_id != event_id:
        raise RegistrationNotFound
    event.give_seat(registration, at)
    tx.publish(SeatGiven(registration_id=registration.id, **seats_of(event, registration)))
    tx.audit(person.subject, "give seat", event=str(event_id), registration=str(registration_id))
    return registration


async def as_staff_see(session: Session, events: Sequence[RecruitmentEvent]) -> list[StaffEvent]:
    query = (
        select(Registration.event_id, sa.func.sum(Registration.party_size))
        .where(col(Registration.event_id).in_([event.id for event in events]))
        .where(Registration.status == SeatStatus.WAITLISTED)
        .group_by(col(Registration.event_id))
    )
    waiting: dict[UUID, Any] = dict((await session.exec(query)).all())
    return [StaffEvent.model_validate(event, update={"waiting": waiting.get(event.id, 0)}) for event in events]


async def _with_contacts(session: Session, registrations: Sequence[Registration]) -> list[Participant]:
    ids = [registration.participant_contact_id for registration in registrations]
    contacts = {one.id: one for one in await session.exec(select(Contact).where(col(Contact.id).in_(ids)))}
    return [
        Participant.model_validate(registration, update=_reached(contacts[registration.participant_contact_id]))
        for registration in registrations
    ]


def _reached(contact: Contact) -> dict[str, Any]:
    return {"name": contact.name, "email": contact.email, "language": contact.language}
