"""Staff open times for their unit, see which are booked, and close them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlmodel import col, select

from eservice_intake.bookings.booking import cancel, locked
from eservice_intake.bookings.models import (
    AlreadyOpen,
    JustBooked,
    OpenedSlots,
    OpeningForm,
    StaffSlot,
)
from eservice_intake.cases.finding import find_cases, lock_cases
from eservice_intake.cases.handling import Caseworker
from eservice_intake.cases.models import Case
from eservice_intake.cases.rules import may_see
from eservice_intake.cases.slots import SLOT, Slot, SlotPassed, UnknownSlot
from eservice_intake.cases.states import WrongState
from shared.database import Session
from shared.pagination import Page, Paging, page_of
from shared.staff import NotYourUnit, Person
from web import Now, Router, Transaction, refusals

router = Router(tags=["Times"])


class OpenedTimes(Paging):
    unit: str | None = None


@router.post(
    "/slots",
    status_code=201,
    response_model=OpenedSlots,
    operation_id="open_times",
    responses=refusals(NotYourUnit, AlreadyOpen, SlotPassed),
)
async def open_times(
    form: OpeningForm, person: Caseworker, tx: Transaction, at: Now, response: Response
) -> OpenedSlots:
    """Open times in a row, which people can book with you."""
    person.require_unit(form.unit)
    if form.starts_at <= at:
        raise SlotPassed
    slots = form.slots(person)
    others = select(Slot.id).where(
        col(Slot.host) == person.subject,
        col(Slot.closed_at).is_(None),
        col(Slot.starts_at) < slots[-1].ends_at,
        col(Slot.ends_at) > form.starts_at,
    )
    if (await tx.exec(others.limit(1))).first() is not None:
        raise AlreadyOpen
    opened = await tx.insert_new(SLOT, [slot.model_dump() for slot in slots], SLOT.c.id)
    if len(opened) < len(slots):  # the same times were opened meanwhile
        raise AlreadyOpen
    response.headers["Location"] = f"/slots/opened?unit={form.unit}"
    tx.audit(person.subject, "open times", unit=form.unit, count=form.count, starts_at=form.starts_at.isoformat())
    return OpenedSlots(items=[_shown(slot, None) for slot in slots])


@router.get(
    "/slots/opened",
    response_model=Page[StaffSlot],
    operation_id="list_unit_times",
    responses=refusals(NotYourUnit),
)
async def list_times(
    wanted: Annotated[OpenedTimes, Query()], person: Caseworker, tx: Transaction, at: Now
) -> Page[StaffSlot]:
    """The times to come of one's units, or of one of them. With the cases that one may open; it is audited."""
    if wanted.unit:
        person.require_unit(wanted.unit)
    tx.audit(person.subject, "read times", unit=wanted.unit)
    coming = select(Slot).where(col(Slot.ends_at) > at)
    if wanted.unit or not person.sees_all:
        coming = coming.where(col(Slot.unit).in_([wanted.unit] if wanted.unit else sorted(person.units)))
    page = await page_of(tx, coming, wanted, (col(Slot.starts_at).asc(), col(Slot.id).asc()), lambda slot: slot)
    references = await _references(tx, page.items, person)
    return Page(items=[_shown(slot, references.get(slot.case_id)) for slot in page.items], next=page.next)


@router.post(
    "/slots/{slot_id}/closure",
    response_model=StaffSlot,
    operation_id="close_time",
    responses=refusals(NotYourUnit, UnknownSlot, SlotPassed, JustBooked, WrongState),
)
async def close_time(slot_id: UUID, person: Caseworker, tx: Transaction, at: Now) -> StaffSlot:
    """Close a time, so that nobody books it. Whoever has booked it is told by a mail that it is cancelled."""
    slot = await _with_case(tx, slot_id)
    person.require_unit(slot.unit)
    slot.close(at)
    if slot.case_id is not None:
        case = await tx.get_one(Case, slot.case_id)
        await cancel(tx, case, slot, at, person)
    tx.add(slot)
    tx.audit(person.subject, "close time", unit=slot.unit, slot=str(slot.id))
    return _shown(slot, None)


async def _with_case(tx: Session, slot_id: UUID) -> Slot:
    """The time, locked after the case that it is booked for, as by who books. Raises UnknownSlot and JustBooked."""
    seen = await tx.get(Slot, slot_id)
    case_id = seen.case_id if seen else None
    await lock_cases(tx, *[case_id] if case_id else [])
    slot = await locked(tx, slot_id)
    if slot.case_id not in (None, case_id):
        raise JustBooked  # to lock that case now could be to wait for somebody who waits for the time
    return slot


async def _references(tx: Session, slots: list[Slot], person: Person) -> dict[UUID | None, str]:
    """Of the cases that the person may open."""
    cases = await find_cases(tx, [slot.case_id for slot in slots if slot.case_id])
    return {case.id: case.reference for case in cases.values() if may_see(case, person)}


def _shown(slot: Slot, reference: str | None) -> StaffSlot:
    known = slot.model_dump(include=set(StaffSlot.model_fields))
    is_booked = slot.case_id is not None
    return StaffSlot(**known, is_closed=slot.closed_at is not None, is_booked=is_booked, reference=reference)
