"""Times: the free ones for everybody, and one's own by the receipt's secret or the link in a mail."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import col, select

from eservice_intake.bookings.booking import book, booked_in, cancel
from eservice_intake.bookings.models import (
    BookingForm,
    FreeSlot,
    NotBookable,
    NothingBooked,
    OwnSlot,
    TimeGivenUp,
)
from eservice_intake.cases.applicants import OPENING, ApplicantStep, Applying
from eservice_intake.cases.finding import lock_case_of
from eservice_intake.cases.slots import Slot, SlotPassed, SlotTaken, UnknownSlot
from eservice_intake.cases.states import WrongState
from eservice_intake.catalogue.eservices import UnknownEService, catalogue
from eservice_intake.identities.residents import MAY_SIGN_IN
from shared.pagination import Page, Paging, page_of
from web import Now, Reading, Router, Transaction, refusals
from web.mailed_links import Secret, opened_by_link

router = Router(tags=["Times"])
BOOKING = (UnknownSlot, SlotTaken, SlotPassed, NotBookable, WrongState)


class FreeTimes(Paging):
    eservice: str


@router.get(
    "/slots", response_model=Page[FreeSlot], operation_id="list_free_times", responses=refusals(UnknownEService)
)
async def list_free(wanted: Annotated[FreeTimes, Query()], reading: Reading, at: Now) -> Page[FreeSlot]:
    """The times that can be booked for an e-service, the next one first."""
    unit = catalogue().find(wanted.eservice).unit
    free = select(Slot).where(
        col(Slot.unit) == unit, col(Slot.starts_at) > at, col(Slot.case_id).is_(None), col(Slot.closed_at).is_(None)
    )
    order = (col(Slot.starts_at).asc(), col(Slot.id).asc())
    return await page_of(reading, free, wanted, order, FreeSlot.model_validate)


@router.get(
    "/applications/{reference}/booking",
    response_model=OwnSlot,
    operation_id="show_booked_time",
    responses=refusals(*OPENING, NothingBooked),
    openapi_extra=MAY_SIGN_IN,
)
async def show_booked(step: Applying) -> OwnSlot:
    """The time that is booked in one's case."""
    return OwnSlot.of(await booked_in(step.tx, step.case), step.case)


@router.post(
    "/applications/{reference}/booking",
    response_model=OwnSlot,
    operation_id="book_time",
    responses=refusals(*OPENING, *BOOKING),
    openapi_extra=MAY_SIGN_IN,
)
async def book_time(form: BookingForm, step: Applying) -> OwnSlot:
    """Book a time, or another one in place of the earlier, which is free then. A mail confirms it."""
    return OwnSlot.of(await book(step.tx, step.case, form.slot_id, step.at), step.case)


@router.post(
    "/applications/{reference}/booking/cancellation",
    response_model=TimeGivenUp,
    operation_id="cancel_booked_time",
    responses=refusals(*OPENING, NothingBooked, SlotPassed, WrongState),
    openapi_extra=MAY_SIGN_IN,
)
async def cancel_time(step: Applying) -> TimeGivenUp:
    """Cancel the time, which somebody else can book then. The case goes on."""
    await cancel(step.tx, step.case, await booked_in(step.tx, step.case), step.at)
    return TimeGivenUp(reference=step.case.reference)


async def _opened(slot_id: UUID, tx: Transaction, at: Now, secret: Secret = "") -> tuple[Slot, ApplicantStep]:
    slot = await opened_by_link(tx, Slot, slot_id, secret, UnknownSlot)
    if slot.case_id is None:
        raise UnknownSlot
    case = await lock_case_of(tx, slot)
    if slot.case_id != case.id or not slot.opens_with_link(secret):
        raise UnknownSlot
    return slot, ApplicantStep(case, tx, at)


ByLink = Annotated[tuple[Slot, ApplicantStep], Depends(_opened, scope="function")]
"""What the link in a mail leads to: the time, and its case, locked."""


@router.get(
    "/slots/{slot_id}", response_model=OwnSlot, operation_id="show_time_by_link", responses=refusals(UnknownSlot)
)
async def show_by_link(opened: ByLink) -> OwnSlot:
    """The time that the link in a mail is about."""
    slot, step = opened
    return OwnSlot.of(slot, step.case)


@router.post(
    "/slots/{slot_id}/move",
    response_model=OwnSlot,
    operation_id="move_time_by_link",
    responses=refusals(*BOOKING),
)
async def move_by_link(form: BookingForm, opened: ByLink) -> OwnSlot:
    """Another time in place of this one. A mail confirms it, with a link of its own: this one opens nothing then."""
    _, step = opened
    return OwnSlot.of(await book(step.tx, step.case, form.slot_id, step.at), step.case)


@router.post(
    "/slots/{slot_id}/cancellation",
    response_model=TimeGivenUp,
    operation_id="cancel_time_by_link",
    responses=refusals(UnknownSlot, SlotPassed, WrongState),
)
async def cancel_by_link(opened: ByLink) -> TimeGivenUp:
    """Cancel the time, which somebody else can book then. The case goes on."""
    slot, step = opened
    await cancel(step.tx, step.case, slot, step.at)
    return TimeGivenUp(reference=step.case.reference)
