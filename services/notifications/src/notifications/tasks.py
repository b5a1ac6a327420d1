"""What events make of tasks: opened, changed and closed, and told to the others in the same transaction.

A case's events change its tasks in the order that they were made: one that comes again, or late, changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from uuid_utils.compat import uuid7

from notifications.models.deliveries import Delivery
from notifications.models.tasks import STAFF_TASK, TaskStatus
from notifications.rules import OfCase, subject_of, unit_of
from notifications.rules.notices import CaseTask, Priority, StaffTask, Urgency
from shared.bulk import Row
from shared.database import Session
from shared.events import AnyEvent, TaskDone, TaskOpened
from shared.staff import person_id

CHANGED = (
    "title",
    "due_on",
    "urgent",
    "urgency",
    "has_news",
    "confidential",
    "status",
    "done_at",
    "done_because",
    "last_event_id",
)
KEPT = ("name", "confidential", "identified")
"""What a case's next task knows of the one before."""
ABOUT = STAFF_TASK.c.about
NEW: Row = {
    "last_event_id": None,
    "name": None,
    "reference": None,
    "kind": None,
    "due_on": None,
    "urgent": False,
    "urgency": Urgency.NONE,
    "has_news": False,
    "confidential": False,
    "identified": None,
    "status": TaskStatus.OPEN,
    "done_at": None,
    "done_because": None,
}
_change = (
    STAFF_TASK.update()
    .where(STAFF_TASK.c.id == sa.bindparam("of_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in CHANGED})
)


async def open_and_change(
    tx: Session, tasks: Sequence[tuple[StaffTask, AnyEvent]], cases: Sequence[tuple[CaseTask, OfCase]], at: datetime
) -> None:
    """Do what the events ask for, by a few statements for all of them."""
    of_cases = TasksOfCases(await _known(tx, {event.subject for _, event in cases}), at)
    for change, event in cases:
        of_cases.take(change, event)
    rows = [*(_task(task, event, at) for task, event in tasks), *of_cases.opened.values()]
    inserted = {row.id for row in await tx.insert_new(STAFF_TASK, rows, STAFF_TASK.c.id)}
    if of_cases.changed:
        await (await tx.connection()).execute(_change, list(map(_changes, of_cases.changed.values())))
    there = inserted | of_cases.changed.keys()
    _tell(tx, [row for row in rows if row["id"] in inserted], [row for row in of_cases.closed if row["id"] in there])


async def open_for_unsent(tx: Session, deliveries: Sequence[Delivery], at: datetime) -> None:
    """Tell the unit of mails that ended unsent, by what they are about: somebody waits for word in vain."""
    rows = [{**NEW, **_unsent(one), "id": uuid7(), "created_at": at} for one in deliveries]
    inserted = {row.id for row in await tx.insert_new(STAFF_TASK, rows, STAFF_TASK.c.id)} if rows else set()
    _tell(tx, [row for row in rows if row["id"] in inserted], [])


def _unsent(delivery: Delivery) -> Row:
    reference = delivery.context.get("reference")
    return {
        "event_id": delivery.id,
        "about": delivery.about,
        "queue": delivery.unit,
        "title": f"{reference}: ett mejl kom inte fram" if reference else "Ett mejl kom inte fram",
        "urgent": delivery.priority == Priority.STATUTORY,
    }


async def _known(tx: Session, cases: set[str]) -> list[Row]:
    """The tasks of the cases, also those that are done, locked: staff may be claiming them."""
    if not cases:
        return []
    connection = await tx.connection()
    # One array: five hundred parameters take longer to write than the rows to find.
    is_postgres = connection.dialect.name == "postgresql"
    array = sa.any_(sa.literal(list(cases), pg.ARRAY(sa.String)))
    of_cases = array == ABOUT if is_postgres else ABOUT.in_(cases), STAFF_TASK.c.reference.is_not(None)
    query = sa.select(STAFF_TASK).where(*of_cases).order_by(STAFF_TASK.c.id).with_for_update()
    return [dict(row._mapping) for row in await connection.execute(query)]


def _changes(row: Row) -> Row:
    return {"of_id": row["id"], **{f"new_{name}": row[name] for name in CHANGED}}


def _task(task: StaffTask, event: AnyEvent, at: datetime) -> Row:
    return {
        **NEW,
        "id": uuid7(),
        "event_id": event.event_id,
        "about": subject_of(event),
        "queue": unit_of(event),
        "title": task.title,
        "urgent": task.urgent,
        "identified": task.identified,
        "created_at": at,
    }


def _tell(tx: Session, new: Iterable[Row], closed: Sequence[Row]) -> None:
    told = {row["id"] for row in closed}
    for row in new:
        if row["status"] is TaskStatus.OPEN or row["id"] in told:
            tx.publish(TaskOpened(**_facts(row)))
    for row in closed:
        holder = row.get("claimed_by")
        tx.publish(TaskDone(**_facts(row), holder_id=person_id(holder) if holder else None))


def _facts(row: Row) -> dict[str, Any]:
    return {"task_id": row["id"], "about_id": UUID(row["about"]), "queue": row["queue"]}


class TasksOfCases:
    """The tasks of some cases, and what a batch of events makes of them."""

    def __init__(self, known: Iterable[Row], at: datetime) -> None:
        self.opened: dict[UUID, Row] = {}
        self.changed: dict[UUID, Row] = {}
        self.closed: list[Row] = []
        self._at = at
        self._of: dict[str, list[Row]] = defaultdict(list)
        for row in known:
            self._of[row["about"]].append(row)

    def take(self, change: CaseTask, event: OfCase) -> None:
        """Do what the event asks for, unless the case's tasks have seen it, or a later one."""
        rows = self._of[event.subject]
        if any(row["last_event_id"] >= event.event_id for row in rows):
            return
        waiting = [row for row in rows if row["status"] is not TaskStatus.DONE]
        here = next((row for row in waiting if row["queue"] == unit_of(event)), None)
        if here is None and not change.leaves:
            here = next(iter(waiting), None)  # another queue has been published since; it stays until the case moves
        if here is None and change.opens:
            here = self._open(change, event)
        elif change.closes and not rows:
            self._end(self._open(change, event), change.closes)  # lest an earlier event opens one later
        if here is not None:
            _apply(change, here, event)
        if change.confidential is not None:
            self._mark(rows, change.confidential, event)
        for row in waiting:
            if because := change.closes or (change.leaves if row is not here else None):
                self.closed.append(self._end(row, because))
        for row in waiting or rows[-1:]:
            self._see(row, event)

    def _open(self, change: CaseTask, event: OfCase) -> Row:
        """A task that knows what the case's last one knew."""
        rows = self._of[event.subject]
        name = change.name or f"{event.reference}: {event.eservice}"
        row = {
            **NEW,
            **(_kept(rows[-1]) if rows else {"name": name, "identified": change.identified}),
            "id": uuid7(),
            "event_id": event.event_id,
            "last_event_id": event.event_id,
            "about": event.subject,
            "queue": unit_of(event),
            "title": name,
            "reference": event.reference,
            "kind": event.kind,
            "due_on": rows[-1]["due_on"] if change.leaves and rows else None,
            "created_at": self._at,
        }
        self.opened[row["id"]] = row
        rows.append(row)
        return row

    def _end(self, row: Row, because: str) -> Row:
        row |= {"status": TaskStatus.DONE, "done_at": self._at, "done_because": because, "has_news": False}
        return row

    def _mark(self, rows: Iterable[Row], confidential: bool, event: OfCase) -> None:
        """Also those that are done say what they may."""
        for row in rows:
            if row["status"] is TaskStatus.DONE:
                row |= {"confidential": confidential, "title": _name(confidential, row, event)}
            self._see(row, event)

    def _see(self, row: Row, event: OfCase) -> None:
        row["last_event_id"] = event.event_id
        if row["id"] not in self.opened:
            self.changed[row["id"]] = row


def _kept(before: Row) -> Row:
    """What the next task of a case knows. What was urgent is not any longer when the case was done with."""
    urgency = before["urgency"] if before["done_because"] is None else Urgency.NONE
    return {**{name: before[name] for name in KEPT}, "urgency": urgency}


def _apply(change: CaseTask, row: Row, event: OfCase) -> None:
    left = row["urgency"] if row["urgency"] > change.calms else Urgency.NONE
    row["urgency"] = max(left, change.urgency)
    row["urgent"] = row["urgency"] > Urgency.NONE
    if change.has_news is not None:
        row["has_news"] = change.has_news
    if change.due_on is not None or change.clears_due:
        row["due_on"] = change.due_on
    if change.confidential is not None:
        row["confidential"] = change.confidential
    if change.state is not None or change.confidential is not None or row["event_id"] == event.event_id:
        name = _name(row["confidential"], row, event)
        row["title"] = f"{name}, {change.state}" if change.state and not row["confidential"] else name


def _name(confidential: bool, row: Row, event: OfCase) -> str:
    return f"{event.reference}: sekretessmarkerat" if confidential else row["name"]
