"""What the mailer asks of the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from notifications.models.deliveries import DELIVERY, DUE, KEEP_SUPPRESSED, Delivery, DeliveryStatus, SuppressedAddress
from notifications.rules.notices import Priority
from shared.clock import now
from shared.columns import UtcDateTime
from shared.database import Database, Session

MOST_COUNTED = 10_000
NOBODY: frozenset[str] = frozenset()


def by_publisher(deliveries: Iterable[Delivery]) -> Mapping[str, Sequence[Delivery]]:
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.publisher].append(delivery)
    return groups


def _one_due(
    priority: sa.ColumnElement[bool], at: sa.ColumnElement[datetime], without: frozenset[str]
) -> sa.Select[Any]:
    due = sa.select(DELIVERY.c.id).where(DUE, priority, DELIVERY.c.next_attempt_at <= at, *_not_by(without))
    return sa.select(due.limit(1).subquery())


def _each_priority() -> Iterator[sa.ColumnElement[bool]]:
    """Those we know, and what lies between them: a consumer that is newer than we may know others.

    Asked for one by one the index finds them at once, also among thousands that wait for a later attempt.
    """
    known, column = sorted(Priority), DELIVERY.c.priority
    yield from (column == one for one in known)
    yield column < known[0]
    yield column > known[-1]
    yield from ((column > low) & (column < high) for low, high in pairwise(known) if high - low > 1)


def _not_by(without: frozenset[str]) -> Sequence[sa.ColumnElement[bool]]:
    return [DELIVERY.c.publisher.not_in(without)] if without else []


@lru_cache
def _any_due(is_postgres: bool, without: frozenset[str]) -> sa.CompoundSelect[Any]:
    at = sa.func.statement_timestamp() if is_postgres else sa.bindparam("at", type_=UtcDateTime())
    return sa.union_all(*(_one_due(priority, at, without) for priority in _each_priority())).limit(1)


async def any_due(database: Database, without: frozenset[str] = NOBODY) -> bool:
    """Whether there is anything to claim, of others than those publishers.

    Takes no lock, so that an idle mailer is in nobody's way.
    """
    async with database.reading() as session:
        connection = await session.connection()
        is_postgres = connection.dialect.name == "postgresql"
        query, given = _any_due(is_postgres, without), {} if is_postgres else {"at": now()}
        return (await connection.execute(query, given)).first() is not None


def _first_due(priority: Priority) -> sa.Select[Any]:
    may_go = (DELIVERY.c.status == DeliveryStatus.SENDING) | (DELIVERY.c.next_attempt_at <= sa.bindparam("at"))
    due = sa.select(DELIVERY.c.created_at, DELIVERY.c.last_error).where(DUE, DELIVERY.c.priority == priority, may_go)
    return sa.select(due.order_by(DELIVERY.c.next_attempt_at).limit(MOST_COUNTED).subquery())


_first = sa.union_all(*map(_first_due, Priority)).subquery()
_untried = sa.select(sa.func.count(), sa.func.min(_first.c.created_at)).where(_first.c.last_error.is_(None))


async def waiting(database: Database) -> tuple[int, datetime | None]:
    """Mails not yet tried, and since when the oldest waits, among the first of each priority that are due.

    Retries do not count: one full mailbox is not a delay.
    """
    async with database.reading() as session:
        count, oldest = (await (await session.connection()).execute(_untried, {"at": now()})).one()
    return count, oldest


async def claim_due(
    tx: Session, limit: int, lease_seconds: float, under_way: Collection[UUID] = (), without: frozenset[str] = NOBODY
) -> list[Delivery]:
    """Take what is due, or whose lease has lapsed, most urgent first; no other mailer gets it meanwhile.

    What is under way is left, also when its lease has lapsed: it would be sent once more. So is what those publishers
    would be asked about.
    """
    connection = await tx.connection()
    others = _not_among(connection, under_way), *_not_by(without)
    due = select(Delivery.id).where(DUE, col(Delivery.next_attempt_at) <= _clock(connection), *others)
    first = due.order_by(col(Delivery.priority), col(Delivery.next_attempt_at)).limit(limit)
    taken = first.with_for_update(skip_locked=True).cte("due")
    claim = (
        sa.update(Delivery)
        .where(col(Delivery.id).in_(sa.select(taken.c.id)))
        .values(
            status=DeliveryStatus.SENDING,
            attempts=col(Delivery.attempts) + 1,
            lapses=col(Delivery.lapses) + sa.case((col(Delivery.status) == DeliveryStatus.SENDING, 1), else_=0),
            lease_token=uuid4(),
            next_attempt_at=_clock(connection, lease_seconds),
        )
        .returning(Delivery)
    )
    result = await tx.exec(claim, execution_options={"synchronize_session": False})
    return list(result.scalars())


async def renew(tx: Session, deliveries: Sequence[Delivery], lease_seconds: float) -> set[UUID]:
    """Let the leases last so long from now, and return the deliveries of which they were still ours."""
    connection = await tx.connection()
    ours = (
        DELIVERY.c.id.in_([one.id for one in deliveries]),
        DELIVERY.c.lease_token.in_({one.lease_token for one in deliveries}),
    )
    renewal = DELIVERY.update().where(*ours).values(next_attempt_at=_clock(connection, lease_seconds))
    return set((await connection.execute(renewal.returning(DELIVERY.c.id))).scalars())


def _not_among(connection: AsyncConnection, under_way: Collection[UUID]) -> sa.ColumnElement[bool]:
    """On PostgreSQL by one array, so that the statement is the same for any number."""
    if connection.dialect.name != "postgresql":
        return DELIVERY.c.id.not_in(under_way)
    return DELIVERY.c.id != sa.all_(sa.literal(list(under_way), pg.ARRAY(DELIVERY.c.id.type)))


def _clock(connection: AsyncConnection, ahead: float = 0) -> sa.ColumnElement[datetime]:
    """The database server's time: mailers' clocks differ. SQLite has that of the one machine."""
    if connection.dialect.name != "postgresql":
        return sa.literal(now() + timedelta(seconds=ahead), UtcDateTime())
    return sa.func.statement_timestamp() + sa.literal(timedelta(seconds=ahead), sa.Interval())


async def suppressed(database: Database, digests: Iterable[str]) -> set[str]:
    """Which of the addresses take no mail. A mailbox that was missing may have been made since, so none is for ever."""
    known = select(SuppressedAddress.digest).where(
        col(SuppressedAddress.digest).in_(list(digests)), SuppressedAddress.suppressed_at > now() - KEEP_SUPPRESSED
    )
    async with database.reading() as session:
        return set(await session.exec(known))
