"""A registration is cancelled: by who has the link in its mail, or by those who hold the event."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlmodel import col, select

from recruitment.api.events import Officer, as_public, seats_of
from recruitment.models.events import (
    AlreadyCancelled,
    RecruitmentEvent,
    Registration,
    RegistrationNotFound,
    SeatStatus,
    TooLateToCancel,
    UnknownRegistration,
)
from recruitment.models.shown_events import CancellationReceipt, OwnRegistration
from shared.database import Session
from shared.events import RegistrationCancelled, SeatGiven
from web import Now, Router, Transaction, refusals
from web.mailed_links import Secret, opened_by_link

router = Router(tags=["Events"])


async def _opened(registration_id: UUID, tx: Transaction, secret: Secret = "") -> Registration:
    return await opened_by_link(tx, Registration, registration_id, secret, UnknownRegistration)


Opened = Annotated[Registration, Depends(_opened, scope="function")]
"""What the link in a mail leads to."""


@router.get(
    "/registrations/{registration_id}",
    response_model=OwnRegistration,
    operation_id="show_registration",
    responses=refusals(UnknownRegistration),
)
async def show(registration: Opened, tx: Transaction) -> OwnRegistration:
    """A registration and its event. The link in the mail has the id and the secret."""
    event = await tx.get_one(RecruitmentEvent, registration.event_id)
    return OwnRegistration.model_validate(registration, update={"event": as_public(event)})


@router.post(
    "/registrations/{registration_id}/cancellation",
    response_model=CancellationReceipt,
    operation_id="cancel_registration",
    responses=refusals(UnknownRegistration, AlreadyCancelled, TooLateToCancel),
)
async def cancel(registration: Opened, tx: Transaction, at: Now) -> Registration:
    """Cancel one's registration. The seats are free again, and who waits for them gets them, the first first."""
    await cancelled(tx, registration, at, by_staff=False)
    return registration


@router.post(
    "/staff/events/{event_id}/registrations/{registration_id}/cancellation",
    response_model=CancellationReceipt,
    operation_id="cancel_any_registration",
    responses=refusals(RegistrationNotFound, AlreadyCancelled, TooLateToCancel),
)
async def cancel_for_somebody(
    event_id: UUID, registration_id: UUID, person: Officer, tx: Transaction, at: Now
) -> Registration:
    """Cancel somebody's registration, who is told by a mail."""
    registration = await tx.get(Registration, registration_id)
    if registration is None or registration.event_id != event_id:
        raise RegistrationNotFound
    await cancelled(tx, registration, at, by_staff=True)
    tx.audit(person.subject, "cancel registration", event=str(event_id), registration=str(registration_id))
    return registration


async def cancelled(tx: Session, registration: Registration, at: Now, by_staff: bool) -> None:
    """Cancel it under the event's lock, and tell the others of it and of who moved up."""
    event = await tx.get_one(RecruitmentEvent, registration.event_id, with_for_update=True)
    waits = col(Registration.status) == SeatStatus.WAITLISTED
    concerned = select(Registration).where(
        Registration.event_id == event.id, waits | (col(Registration.id) == registration.id)
    )
    # In one order, which links in mails are made in too, so that nobody waits in a circle.
    concerned = concerned.order_by(col(Registration.id)).with_for_update().execution_options(populate_existing=True)
    found = (await tx.exec(concerned)).all()
    waiting = [one for one in found if one.status is SeatStatus.WAITLISTED]
    seated = event.cancel(registration, sorted(waiting, key=lambda one: (one.registered_at, one.id)), at)
    about = seats_of(event, registration)
    tx.publish(RegistrationCancelled(registration_id=registration.id, **about, by_staff=by_staff))
    for one in seated:
        tx.publish(SeatGiven(registration_id=one.id, **seats_of(event, one)))
