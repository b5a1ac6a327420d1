"""Tasks, mails and handled events of the last years, nearly all done with: some as rows, on PostgreSQL copies of those.

Each copy has ids and moments of its own, later than all before it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from deploy.bench.load import id_of, run_long
from notifications.models.deliveries import DELIVERY, Delivery, DeliveryStatus
from notifications.models.tasks import STAFF_TASK, Task, TaskStatus
from shared.bulk import Row, Rows, insert_all
from shared.clock import now
from shared.columns import UtcDateTime
from shared.database import Database
from shared.settings import Settings
from shared.tables import INBOX

SERVICE = "notifications"
ORIGINALS, AT_ONCE = 10_000, 1_000
PERIOD, DAY, HOUR = timedelta(days=365 * 5), timedelta(days=1), timedelta(hours=1)
UNITS = ("avlopp", "boende", "halsoskydd", "rekrytering", "avfall", "livsmedel", "miljoskydd", "tillstand")
LEFT, HOLDERS, EVERY_FAILED, EVERY_CONFIDENTIAL = 400, 50, 101, 97
"""How many tasks wait, however many are done; how many people did them; of so many mails one failed, and of so many
cases one is confidential."""
HOLDER = "person-8"
"""Has done tasks of the first unit."""
REFERENCE = "K7M4-P2XR"


class Event(NamedTuple):
    """What became a task and a mail."""

    number: int
    at: datetime
    is_left: bool
    id: UUID
    case: UUID

    @property
    def unit(self) -> str:
        return UNITS[self.number % len(UNITS)]


async def fill(count: int) -> None:
    """So many tasks that are done, and those that wait, each with a mail and the handled event that it comes from."""
    database = Database(Settings(service=SERVICE))
    originals = min(count, ORIGINALS) if database.is_postgres else count
    copies = max(count // originals, 1)
    await _insert(database, originals, now() - PERIOD, PERIOD / copies / originals)
    for table in (INBOX, DELIVERY, STAFF_TASK) if copies > 1 else ():
        await run_long(database, _copies(table, copies))
    await _insert(database, LEFT, now() - LEFT * HOUR, HOUR, are_left=True)
    for statement in ("VACUUM ANALYZE", "CHECKPOINT") if database.is_postgres else ("ANALYZE",):
        await run_long(database, statement)
    await database.close()


async def _insert(database: Database, count: int, began: datetime, apart: timedelta, are_left: bool = False) -> None:
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        events = [_event(number, began + number * apart, are_left) for number in numbers]
        await _save(database, events)


async def _save(database: Database, events: Sequence[Event]) -> None:
    async with database.transaction() as tx:
        connection = await tx.connection()
        for table, row_of in ((INBOX, _entry), (DELIVERY, _mail), (STAFF_TASK, _task)):
            await insert_all(connection, [Rows(table, [row_of(event) for event in events])])


def _event(number: int, at: datetime, is_left: bool) -> Event:
    return Event(number, at, is_left, id_of(at), id_of(at))


def _entry(event: Event) -> Row:
    return {"group": SERVICE, "event_id": event.id, "handled_at": event.at}


def _mail(event: Event) -> Row:
    is_failed = event.is_left or event.number % EVERY_FAILED == 0
    mail = Delivery(
        id=id_of(event.at),
        event_id=event.id,
        about=str(event.case),
        publisher="eservice-intake",
        unit=event.unit,
        contact_id=id_of(event.at),
        template="application_received",
        context={"reference": REFERENCE},
        priority=10,
        status=DeliveryStatus.FAILED if is_failed else DeliveryStatus.ACCEPTED,
        next_attempt_at=event.at,
        created_at=event.at,
        expires_at=event.at + 3 * DAY,
    )
    return _row(DELIVERY, mail)


def _task(event: Event) -> Row:
    holder = {"claimed_by": f"person-{event.number % HOLDERS}", "claimed_by_name": "Anna Ek", "claimed_at": event.at}
    done: dict[str, Any] = {**holder, "status": TaskStatus.DONE, "done_at": event.at + DAY}
    task = Task(
        id=id_of(event.at),
        event_id=event.id,
        about=str(event.case),
        queue=event.unit,
        title=f"{REFERENCE}: Klagomål",
        name=f"{REFERENCE}: Klagomål",
        reference=REFERENCE,
        urgent=event.number % 11 == 0,
        confidential=event.number % EVERY_CONFIDENTIAL == 0,
        created_at=event.at,
        **({} if event.is_left else done),
    )
    return _row(STAFF_TASK, task)


def _row(table: sa.Table, thing: SQLModel) -> Row:
    return {column.name: getattr(thing, column.name) for column in table.c}


def _copies(table: sa.Table, copies: int) -> str:
    """The others, in the order of their time."""
    later = PERIOD.total_seconds() / copies
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(_copied(column, later) for column in table.c)
    order = "event_id" if table is INBOX else "id"
    return f"""
        INSERT INTO {table.name} ({columns}) SELECT {values}
        FROM generate_series(1, {copies - 1}) AS nth CROSS JOIN (SELECT * FROM {table.name} ORDER BY {order}) original
        ORDER BY nth
    """


def _copied(column: sa.Column[Any], later: float) -> str:
    """A column of the nth copy, which comes so many seconds after the one before."""
    original = f'original."{column.name}"'
    if column.name == "reference":
        return "left(md5(original.id::text || nth), 9)"
    if isinstance(column.type, UtcDateTime):
        return f"{original} + nth * interval '{later} seconds'"
    if column.name == "about":
        return f"{_copied_id(original, later)}::text"
    return _copied_id(original, later) if isinstance(column.type, sa.Uuid) else original


def _copied_id(original: str, later: float) -> str:
    digits = f"replace({original}::text, '-', '')"
    at = f"('x' || left({digits}, 12))::bit(48)::bigint + (nth * {later * 1000})::bigint"
    return f"(lpad(to_hex({at}), 12, '0') || left(md5({digits} || nth), 20))::uuid"
