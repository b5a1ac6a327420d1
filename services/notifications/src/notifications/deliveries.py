"""What the mailer asks of the database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col, select

from notifications.models.deliveries import (
    DELIVERY,
    DUE,
    FINISHED,
    KEEP_SUPPRESSED,
    SUPPRESSED_ADDRESS,
    UNSENT,
    Delivery,
    DeliveryStatus,
    SuppressedAddress,
)
from notifications.outcomes import Outcome, Verdict
from notifications.rules.notices import Priority
from notifications.tasks import open_for_unsent
from shared.clock import now
from shared.database import Database, Session
from shared.events import MailDelivered, MailFailed

MOST_COUNTED = 10_000
RECORDED = ("status", "attempts", "next_attempt_at", "last_error", "accepted_at")


@dataclass(frozen=True)
class Lease:
    """Its time is shared out: look-ups end after a sixth of it and mails begin within the first third; then connecting
    has a sixth and sending a third."""

    started_at: float
    seconds: float

    @property
    def look_up_before(self) -> float:
        return self.started_at + self.seconds / 6

    @property
    def begin_before(self) -> float:
        return self.started_at + self.seconds / 3

    @property
    def ends_at(self) -> float:
        return self.started_at + self.seconds


def by_publisher(deliveries: Iterable[Delivery]) -> Mapping[str, Sequence[Delivery]]:
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.publisher].append(delivery)
    return groups


def _one_due(priority: sa.ColumnElement[bool]) -> sa.Select[Any]:
    due = sa.select(DELIVERY.c.id).where(DUE, priority, DELIVERY.c.next_attempt_at <= sa.bindparam("at"))
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


_ONE_DUE = sa.union_all(*map(_one_due, _each_priority())).limit(1)


async def any_due(database: Database) -> bool:
    """Whether there is anything to claim. Takes no lock, so that an idle mailer is in nobody's way."""
    async with database.reading() as session:
        return (await (await session.connection()).execute(_ONE_DUE, {"at": now()})).first() is not None


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


async def claim_due(tx: Session, limit: int, lease_seconds: float) -> list[Delivery]:
    """Take what is due, or whose lease has lapsed, most urgent first; no other mailer gets it meanwhile."""
    at = now()
    due = (
        select(Delivery.id)
        .where(DUE, col(Delivery.next_attempt_at) <= at)
        .order_by(col(Delivery.priority), col(Delivery.next_attempt_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    lapsed = sa.case((col(Delivery.status) == DeliveryStatus.SENDING, 1), else_=0)
    claim = (
        sa.update(Delivery)
        .where(col(Delivery.id).in_(sa.select(due.c.id)))
        .values(
            status=DeliveryStatus.SENDING,
            attempts=col(Delivery.attempts) + 1,
            lapses=col(Delivery.lapses) + lapsed,
            lease_token=uuid4(),
            next_attempt_at=at + timedelta(seconds=lease_seconds),
        )
        .returning(Delivery)
    )
    result = await tx.exec(claim, execution_options={"synchronize_session": False})
    return list(result.scalars())


async def suppressed(database: Database, digests: Iterable[str]) -> set[str]:
    """Which of the addresses take no mail. A mailbox that was missing may have been made since, so none is for ever."""
    known = select(SuppressedAddress.digest).where(
        col(SuppressedAddress.digest).in_(list(digests)), SuppressedAddress.suppressed_at > now() - KEEP_SUPPRESSED
    )
    async with database.reading() as session:
        return set(await session.exec(known))


async def record(tx: Session, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    """Save what came of the deliveries, except those whose lease has gone to another mailer."""
    held = await _held(tx, [delivery for delivery, _ in outcomes])
    ours = [(delivery, outcome) for delivery, outcome in outcomes if (delivery.id, delivery.lease_token) in held]
    if not ours:
        return
    update = DELIVERY.update().where(DELIVERY.c.id == sa.bindparam("of_id")).values(lease_token=None)
    rows = [{"of_id": one.id, **{name: getattr(one, name) for name in RECORDED}} for one, _ in ours]
    await (await tx.connection()).execute(update, rows)
    _tell(tx, [delivery for delivery, _ in ours if delivery.is_proof and delivery.status in FINISHED])
    await open_for_unsent(tx, [delivery for delivery, outcome in ours if _is_for_staff(delivery, outcome)], now())
    await _suppress(tx, [(outcome.digest, outcome.reason) for _, outcome in ours if outcome.digest])


async def _held(tx: Session, deliveries: Sequence[Delivery]) -> set[tuple[UUID, UUID | None]]:
    """The deliveries that are ours yet, locked, each with its lease."""
    leases = sa.select(DELIVERY.c.id, DELIVERY.c.lease_token).where(DELIVERY.c.id.in_([one.id for one in deliveries]))
    rows = await (await tx.connection()).execute(leases.order_by(DELIVERY.c.id).with_for_update())
    return {(row.id, row.lease_token) for row in rows}


def _is_for_staff(delivery: Delivery, outcome: Outcome) -> bool:
    """Whether staff are to see that it ended unsent. Of mails that are proof its publisher tells them."""
    if delivery.is_proof or delivery.status not in UNSENT:
        return False
    return outcome.verdict is Verdict.UNSENDABLE or delivery.priority == Priority.STATUTORY


async def _suppress(tx: Session, refused: Sequence[tuple[str, str]]) -> None:
    if not refused:
        return
    past = SUPPRESSED_ADDRESS.c.suppressed_at <= now() - KEEP_SUPPRESSED
    await (await tx.connection()).execute(SUPPRESSED_ADDRESS.delete().where(past))
    rows = [SuppressedAddress(digest=digest, reason=reason).model_dump() for digest, reason in refused]
    await tx.insert_new(SUPPRESSED_ADDRESS, rows)


def _tell(tx: Session, ended: Sequence[Delivery]) -> None:
    """Tell the others what became of mails that prove something."""
    for one in ended:
        event = MailDelivered if one.status is DeliveryStatus.ACCEPTED else MailFailed
        tx.publish(event(about_id=UUID(one.about), told_event_id=one.event_id, contact_id=one.contact_id))
