"""Submissions that arrive at the same time share a commit.

While one commit is under way the next batch gathers, and whoever has come when it begins is in it; no delay is added.
What is pending is written by one statement (on SQLite, one per table), and whoever waits is told when it is committed.
When the database refuses a batch it is tried in halves, down to the submission that is refused, whose caller alone gets
the error.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import SQLModel

from shared.bulk import Row, Rows, insert_all
from shared.cloudevents import outbox_row
from shared.engine import is_retryable
from shared.events import Event
from shared.notifier import Notifier
from shared.tables import KEPT_ANSWER, OUTBOX

MOST_AT_ONCE = 500
TURNS_TO_COME = 3
"""Turns of the event loop, which take microseconds. A request that has come needs two to be among those that wait."""

Committing = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Reading = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class KeyTaken(Exception):
    """The submission's Idempotency-Key has been used, so nothing of it was saved."""


class NewRow(SimpleNamespace):
    """A row that is about to be saved, with its columns as attributes."""


@dataclass(frozen=True, eq=False)
class Shape:
    """The columns of rows: which are given, which are made for each row, and what is the same in all of them."""

    table: sa.Table
    given: Sequence[str]
    made: Mapping[str, Callable[[], Any]]
    constants: Row


@dataclass(eq=False)
class Inserts:
    """What one submission saves: rows, the events about them, and the answer kept under its Idempotency-Key."""

    rows: dict[Shape, list[Row]] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    answer: Row | None = None

    @property
    def key(self) -> str | None:
        """The Idempotency-Key, as it is kept."""
        return None if self.answer is None else str(self.answer["key"])

    def insert(self, model: type[SQLModel], form: SQLModel | None = None, **values: Any) -> NewRow:
        """Save a new row of the model: the values given, else the form's, else the model's own defaults.

        Returns the row, with its columns as attributes. The rows of a table are written before those that refer to it.
        """
        given = {**vars(form), **values} if form is not None else values
        shape = _shape_of(model, tuple(given))
        row = {name: given[name] for name in shape.given} | {name: make() for name, make in shape.made.items()}
        self.rows.setdefault(shape, []).append(row)
        return NewRow(**shape.constants, **row)

    def publish(self, event: Event) -> None:
        """Save the event together with the rows; a relay sends it when they are committed."""
        self.events.append(outbox_row(event))


@cache
def _shape_of(model: type[SQLModel], named: tuple[str, ...]) -> Shape:
    mapper = sa.inspect(model)
    fields = {column.name: model.model_fields[mapper.get_property_by_column(column).key] for column in mapper.columns}
    others = {name: field for name, field in fields.items() if name not in named}
    return Shape(
        mapper.local_table,
        [name for name in named if name in fields],
        {name: cast(Any, field.default_factory) for name, field in others.items() if field.default_factory},
        {name: field.default for name, field in others.items() if not field.default_factory},
    )


@dataclass(eq=False)
class Waiting:
    """A submission, and the handler that waits until it is committed."""

    inserts: Inserts
    saved: asyncio.Future[None]

    def settle(self, error: BaseException | None) -> None:
        if self.saved.done():
            return
        if error is None:
            self.saved.set_result(None)
        else:
            self.saved.set_exception(error)


class GroupCommit:
    """The one writer of a process's submissions."""

    def __init__(self, committing: Committing, reading: Reading, notifier: Notifier) -> None:
        self._committing = committing
        self._reading = reading
        self._notifier = notifier
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def save(self, inserts: Inserts) -> None:
        """Return when all of it is committed.

        Raises KeyTaken, IntegrityError when the database refuses one of its rows, OutcomeUnknown when the database went
        away during the commit, and the database's error when it was away before: then nothing of it is saved.
        """
        loop = asyncio.get_running_loop()
        waiting = Waiting(inserts, loop.create_future())
        self._waiting.append(waiting)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        await waiting.saved

    async def _write(self) -> None:
        while self._waiting:
            await self._until_all_have_come()
            batch = self._next_batch()
            try:
                await self._save(batch)
            except Exception as error:  # whatever it is, those who wait are told
                _settle(batch, error)
            except asyncio.CancelledError as error:
                _settle([*batch, *self._waiting], error)
                raise

    async def _until_all_have_come(self) -> None:
        """Wait for nothing but what can go on at once: whoever has arrived by then shares the commit."""
        before = 0
        while before < len(self._waiting) < MOST_AT_ONCE:
            before = len(self._waiting)
            for _ in range(TURNS_TO_COME):
                await asyncio.sleep(0)

    def _next_batch(self) -> Sequence[Waiting]:
        """Those who wait longest, one for each Idempotency-Key."""
        batch: dict[object, Waiting] = {}
        for waiting in self._waiting[:MOST_AT_ONCE]:
            batch.setdefault(waiting.inserts.key or waiting, waiting)
        taken = set(batch.values())
        self._waiting = [waiting for waiting in self._waiting if waiting not in taken]
        return list(batch.values())

    async def _save(self, batch: Sequence[Waiting]) -> None:
        try:
            await self._commit([waiting.inserts for waiting in batch])
        except IntegrityError as error:
            await self._save_apart(batch, error)
        except Exception as error:  # whatever it is, it fails one submission and not all
            await self._halve(batch, error)
        else:
            self._notifier.notify({"outbox"})
            _settle(batch, None)

    async def _save_apart(self, batch: Sequence[Waiting], error: Exception) -> None:
        """Save a batch without those whose Idempotency-Key is taken; or else find the one that is refused."""
        taken = await self._taken({waiting.inserts.key for waiting in batch} - {None})
        _settle([waiting for waiting in batch if waiting.inserts.key in taken], KeyTaken())
        rest = [waiting for waiting in batch if waiting.inserts.key not in taken]
        if rest and taken:
            await self._save(rest)
        elif rest:
            await self._halve(rest, error)

    async def _halve(self, batch: Sequence[Waiting], error: Exception) -> None:
        if len(batch) == 1 or is_retryable(error):
            _settle(batch, error)
            return
        middle = len(batch) // 2
        await self._save(batch[:middle])
        await self._save(batch[middle:])

    async def _commit(self, batch: Sequence[Inserts]) -> None:
        async with self._committing() as connection:
            await insert_all(connection, rows_of(batch))

    async def _taken(self, keys: Collection[str | None]) -> set[str | None]:
        if not keys:
            return set()
        async with self._reading() as session:
            query = sa.select(KEPT_ANSWER.c.key).where(KEPT_ANSWER.c.key.in_(keys))
            return set((await (await session.connection()).execute(query)).scalars())

    async def close(self) -> None:
        if self._writing is not None:
            await self._writing


def _settle(batch: Sequence[Waiting], error: BaseException | None) -> None:
    for waiting in batch:
        waiting.settle(error)


def rows_of(batch: Sequence[Inserts]) -> list[Rows]:
    """The rows of each table: a table before those that refer to it, and the events last.

    Kept answers are in the order of their keys everywhere, or two processes could wait for each other.
    """
    answers = sorted((inserts.answer for inserts in batch if inserts.answer is not None), key=itemgetter("key"))
    rows: dict[Shape, list[Row]] = defaultdict(list)
    for inserts in batch:
        for shape, some in inserts.rows.items():
            rows[shape] += some
    order = _in_order(frozenset(shape.table for shape in rows))
    shapes = sorted(rows, key=lambda shape: order.index(shape.table))
    events = [event for inserts in batch for event in inserts.events]
    tables = [Rows(KEPT_ANSWER, answers), *(Rows(shape.table, rows[shape], shape.constants) for shape in shapes)]
    return [one for one in (*tables, Rows(OUTBOX, events)) if one.rows]


@cache
def _in_order(tables: frozenset[sa.Table]) -> list[sa.Table]:
    return sa.schema.sort_tables(sorted(tables, key=str))
