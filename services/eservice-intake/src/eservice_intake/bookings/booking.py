"""A time is booked, moved and cancelled under the lock of the case and of the time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from eservice_intake.bookings.models import NotBookable, NothingBooked
from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.slots import Slot, SlotPassed, UnknownSlot, slot_of
from eservice_intake.cases.steps import APPLICANT, Step
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.due import CLOCK, Due
from shared.database import Session
from shared.events import TimeBooked, TimeCancelled, TimeComing
from shared.mailed_links import page_in
from shared.staff import Person
from web.contacts import FindTexts, Texts


async def book(tx: Session, case: Case, slot_id: UUID, at: datetime) -> Slot:
    """Book the time for the case, whose earlier time is free then. Raises what `Slot.book` does, and NotBookable."""
    eservice = catalogue().of_case(case.eservice)
    if not eservice.bookable:
        raise NotBookable
    case.take(Step.BOOK_TIME)
    earlier, wanted = await _both_locked(tx, case, slot_id)
    if earlier is not None and earlier.id == wanted.id:
        return wanted
    if earlier is not None:
        earlier.free()
        await tx.flush()  # a case has one time: the earlier is free before
    wanted.book(case, eservice.unit, at)
    tx.add(wanted)
    event = TimeBooked(**facts(case), **times_of(wanted), moved=earlier is not None)
    await record(tx, case, Step.BOOK_TIME, event, at, APPLICANT, APPLICANT, **_told(wanted))
    tx.audit(APPLICANT, "book time", case=case.diary, slot=str(wanted.id))
    return wanted


async def cancel(tx: Session, case: Case, slot: Slot, at: datetime, staff: Person | None = None) -> None:
    """Free the time, and tell both. Raises SlotPassed."""
    if slot.starts_at <= at:
        raise SlotPassed
    case.take(Step.CANCEL_TIME)
    told = _told(slot)
    event = TimeCancelled(**facts(case), **times_of(slot), by_staff=staff is not None)
    slot.free()
    tx.add(slot)
    by, name = (staff.subject, staff.name) if staff else (APPLICANT, APPLICANT)
    await record(tx, case, Step.CANCEL_TIME, event, at, by, name, **told)
    tx.audit(by, "cancel time", case=case.diary, slot=str(slot.id))


async def booked_in(tx: Session, case: Case) -> Slot:
    """Raises NothingBooked."""
    slot = await slot_of(tx, case)
    if slot is None:
        raise NothingBooked
    return slot


async def _both_locked(tx: Session, case: Case, slot_id: UUID) -> tuple[Slot | None, Slot]:
    """The time that the case has, and the wanted one. All lock them in one order: two who want each other's do not wait
    crosswise. Raises UnknownSlot."""
    either = select(Slot).where((col(Slot.case_id) == case.id) | (col(Slot.id) == slot_id)).order_by(col(Slot.id))
    found = (await tx.exec(either.with_for_update())).all()
    wanted = next((slot for slot in found if slot.id == slot_id), None)
    if wanted is None:
        raise UnknownSlot
    return next((slot for slot in found if slot.case_id == case.id), None), wanted


async def locked(tx: Session, slot_id: UUID) -> Slot:
    """Raises UnknownSlot."""
    slot = await tx.get(Slot, slot_id, with_for_update=True, populate_existing=True)
    if slot is None:
        raise UnknownSlot
    return slot


def times_of(slot: Slot) -> dict[str, Any]:
    return {"slot_id": slot.id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}


def _told(slot: Slot) -> dict[str, str]:
    return {"starts_at": slot.starts_at.isoformat()}


async def remind(tx: Session, slot: Slot, at: datetime) -> None:
    """Tell that the time is tomorrow. After a clock that was down until it has begun, there is nothing to tell."""
    slot.remind_at = None
    tx.add(slot)
    if slot.case_id is None or slot.starts_at <= at:
        return
    case = await tx.get_one(Case, slot.case_id)
    tx.publish(TimeComing(**facts(case), **times_of(slot)))
    tx.audit(CLOCK, "remind of time", case=case.diary)


DUE_TIMES = Due("reminders of times", Slot, "remind_at", remind, first="case_id")


def find_links(pages: str) -> FindTexts:
    """Where it is, whom one meets, and the link to move or cancel it. Its secret is made when the mail is written."""

    async def found(tx: Session, ids: Collection[UUID]) -> Texts:
        query = select(Slot, Case).join(Case, col(Case.id) == col(Slot.case_id)).where(col(Slot.id).in_(ids))
        rows = await tx.exec(query.order_by(col(Slot.id)).with_for_update(of=Slot))
        return {
            slot.id: {
                "place": slot.place,
                "host": slot.host_name,
                "link": slot.new_link(page_in(case.language, pages, "tider")),
            }
            for slot, case in rows
        }

    return found
