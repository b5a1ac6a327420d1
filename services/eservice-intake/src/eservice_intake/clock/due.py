"""What becomes due: rows with the day or the moment in a column, and what is then done with each."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from shared.clock import SWEDEN
from shared.columns import UtcDateTime
from shared.database import Session

Row = TypeVar("Row", bound=SQLModel)

CLOCK = "clock"
"""Who has done it, in timelines and audits."""
FREE: Mapping[str, Any] = {"skip_locked": True, "key_share": True}
"""A lock on what nobody works with. New rows can refer to it meanwhile."""
MORNING = time(7)
"""When what is due on a day is done: nobody is written to at midnight."""


class StillDue(Exception):
    """What was done with a row left the column where it was: it would be done again, and again."""


@dataclass(frozen=True)
class Due(Generic[Row]):
    """Rows of a table that become due, each of them once.

    The column has an index, and is empty when nothing is to come. `act` gets the row, locked, in a transaction that is
    the row's own; it moves the day or moment on, empties the column, or deletes the row. What is moved on and due
    even so, after a long time without a clock, is done again next. `first` is the foreign key to a row that is locked
    before it, by whoever works with the two: nobody then waits for another crosswise.
    """

    what: str
    row: type[Row]
    column: str
    act: Callable[[Session, Row, datetime], Awaitable[None]]
    first: str | None = None

    @property
    def table(self) -> sa.Table:
        table = sa.inspect(self.row).local_table
        assert isinstance(table, sa.Table)
        return table

    @property
    def key(self) -> sa.ColumnElement[UUID]:
        [key] = self.table.primary_key
        return key

    @property
    def when(self) -> sa.ColumnElement[Any]:
        return self.table.c[self.column]

    def limit(self, at: datetime) -> Any:
        """The latest day or moment that is due."""
        return at if isinstance(self.when.type, UtcDateTime) else _latest_day(at)

    def is_due(self, at: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(self.when <= self.limit(at))

    def first_ids(self, at: datetime, but_not: Collection[UUID], most: int) -> sa.Select[Any]:
        """Those that have been due longest."""
        return sa.select(self.key).where(self.is_due(at), self.key.not_in(but_not)).order_by(self.when).limit(most)

    async def do(self, tx: Session, row_id: UUID, at: datetime) -> bool:
        """Do what is due with a row. False when another clock has done it, or somebody works with the row just now."""
        if not await self._lock_first(tx, row_id):
            return False
        still_due = select(self.row).where(self.key == row_id, self.is_due(at))
        row = (await tx.exec(still_due.with_for_update(**FREE))).first()
        if row is None:
            return False
        was_due = getattr(row, self.column)
        await self.act(tx, row, at)
        is_gone = row not in tx or row in tx.deleted
        when = None if is_gone else getattr(row, self.column)
        if when is not None and when <= was_due:
            raise StillDue(self.what)
        return True

    async def _lock_first(self, tx: Session, row_id: UUID) -> bool:
        """False when somebody works with the row that comes first."""
        if self.first is None:
            return True
        [to] = self.table.c[self.first].foreign_keys
        of = sa.select(self.table.c[self.first]).where(self.key == row_id).correlate(None).scalar_subquery()
        lock = sa.select(to.column).where(to.column == of).with_for_update(**FREE)
        return (await (await tx.connection()).execute(lock)).first() is not None


def moment_of(when: date | datetime) -> datetime:
    """When what is due on that day, or at that moment, is done."""
    return when if isinstance(when, datetime) else datetime.combine(when, MORNING, tzinfo=SWEDEN)


def _latest_day(at: datetime) -> date:
    local = at.astimezone(SWEDEN)
    return local.date() if local.time() >= MORNING else local.date() - timedelta(1)
