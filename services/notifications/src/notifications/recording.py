"""What came of deliveries, in the database, as far as they are still ours."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.models.deliveries import (
    DELIVERY,
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
from shared.bulk import Row, given
from shared.clock import now
from shared.columns import UtcDateTime
from shared.database import Database, Session
from shared.events import MailDelivered, MailFailed

LEASE = ("id", "lease_token")
RECORDED = ("status", "attempts", "next_attempt_at", "last_error", "accepted_at")
_ended = given(DELIVERY, (*LEASE, *RECORDED), "ended.")
_going = given(DELIVERY, LEASE, "going.")
_at = sa.bindparam("at", type_=UtcDateTime())
_of_id = DELIVERY.c.id == sa.bindparam("of_id")
_record = DELIVERY.update().where(_of_id).values(lease_token=None)
_note = DELIVERY.update().where(_of_id).values(handed_over_at=_at)


async def record(
    database: Database, outcomes: Sequence[tuple[Delivery, Outcome]], going: Sequence[Delivery] = ()
) -> set[UUID]:
    """Save what came of the deliveries, and which are about to be handed over, all of it or nothing.

    Returns those that are ours still. Of one whose lease has gone to another mailer nothing is saved.
    """
    ended = [delivery for delivery, _ in outcomes]
    if not any(_concerns_others(delivery, outcome) for delivery, outcome in outcomes):
        async with database.committing() as connection:
            return await _save(connection, ended, going)
    async with database.transaction() as tx:
        held = await _save(await tx.connection(), ended, going)
        await _tell_others(tx, [(delivery, outcome) for delivery, outcome in outcomes if delivery.id in held])
    return held


async def _save(connection: AsyncConnection, ended: Sequence[Delivery], going: Sequence[Delivery]) -> set[UUID]:
    """On PostgreSQL by one statement: a round trip costs more than the rows do."""
    if connection.dialect.name == "postgresql":
        values = _arrays("ended.", ended, (*LEASE, *RECORDED)) | _arrays("going.", going, LEASE)
        return set((await connection.execute(_save_together, {**values, "at": now()})).scalars())
    held = await _held(connection, [*ended, *going])
    for statement, deliveries, names in ((_record, ended, RECORDED), (_note, going, ())):
        ours = [one for one in deliveries if one.id in held]
        rows = [{"of_id": one.id, "at": now(), **{name: getattr(one, name) for name in names}} for one in ours]
        if rows:
            await connection.execute(statement, rows)
    return held


async def _held(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> set[UUID]:
    """The deliveries that are ours yet."""
    leases = sa.select(DELIVERY.c.id, DELIVERY.c.lease_token).where(DELIVERY.c.id.in_([one.id for one in deliveries]))
    rows = {(row.id, row.lease_token) for row in await connection.execute(leases)}
    return {one.id for one in deliveries if (one.id, one.lease_token) in rows}


def _arrays(prefix: str, deliveries: Sequence[Delivery], names: Sequence[str]) -> Row:
    return {prefix + name: [getattr(one, name) for one in deliveries] for name in names}


def _saved(rows: sa.Subquery, name: str, **values: Any) -> sa.Select[Any]:
    """Saves the values of those that are ours yet, and finds which were."""
    ours = (DELIVERY.c.id == rows.c.id, DELIVERY.c.lease_token == rows.c.lease_token)
    saved = DELIVERY.update().where(*ours).values(**values).returning(DELIVERY.c.id).cte(name)
    return sa.select(saved.c.id)


_save_together = sa.union_all(
    _saved(_ended, "recorded", lease_token=None, **{name: _ended.c[name] for name in RECORDED}),
    _saved(_going, "noted", handed_over_at=_at),
)


def _concerns_others(delivery: Delivery, outcome: Outcome) -> bool:
    return _is_proved(delivery) or _is_for_staff(delivery, outcome) or outcome.digest != ""


async def _tell_others(tx: Session, ours: Sequence[tuple[Delivery, Outcome]]) -> None:
    _tell(tx, [delivery for delivery, _ in ours if _is_proved(delivery)])
    await open_for_unsent(tx, [delivery for delivery, outcome in ours if _is_for_staff(delivery, outcome)], now())
    await _suppress(tx, [(outcome.digest, outcome.reason) for _, outcome in ours if outcome.digest])


def _is_proved(delivery: Delivery) -> bool:
    return delivery.is_proof and delivery.status in FINISHED


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
