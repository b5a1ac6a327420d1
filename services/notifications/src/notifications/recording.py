"""What came of deliveries, in the database, as far as they are still ours."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

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
from shared.clock import now
from shared.database import Session
from shared.events import MailDelivered, MailFailed

RECORDED = ("status", "attempts", "next_attempt_at", "last_error", "accepted_at")
_record = DELIVERY.update().where(DELIVERY.c.id == sa.bindparam("of_id")).values(lease_token=None)


async def record(
    tx: Session, outcomes: Sequence[tuple[Delivery, Outcome]], going: Sequence[Delivery] = ()
) -> set[UUID]:
    """Save what came of the deliveries, and which are about to be handed over.

    Returns those that are ours still. Of one whose lease has gone to another mailer nothing is saved.
    """
    held = await _held(tx, [*(delivery for delivery, _ in outcomes), *going])
    ours = [(delivery, outcome) for delivery, outcome in outcomes if (delivery.id, delivery.lease_token) in held]
    connection = await tx.connection()
    if ours:
        rows = [{"of_id": one.id, **{name: getattr(one, name) for name in RECORDED}} for one, _ in ours]
        await connection.execute(_record, rows)
    if going:
        ids = [one.id for one in going if (one.id, one.lease_token) in held]
        await connection.execute(DELIVERY.update().where(DELIVERY.c.id.in_(ids)).values(handed_over_at=now()))
    _tell(tx, [delivery for delivery, _ in ours if delivery.is_proof and delivery.status in FINISHED])
    await open_for_unsent(tx, [delivery for delivery, outcome in ours if _is_for_staff(delivery, outcome)], now())
    await _suppress(tx, [(outcome.digest, outcome.reason) for _, outcome in ours if outcome.digest])
    return {delivery_id for delivery_id, _ in held}


async def _held(tx: Session, deliveries: Sequence[Delivery]) -> set[tuple[UUID, UUID | None]]:
    """The deliveries that are ours yet, locked, each with its lease."""
    leases = sa.select(DELIVERY.c.id, DELIVERY.c.lease_token).where(DELIVERY.c.id.in_([one.id for one in deliveries]))
    rows = await (await tx.connection()).execute(leases.order_by(DELIVERY.c.id).with_for_update())
    return {(row.id, row.lease_token) for row in rows} & {(one.id, one.lease_token) for one in deliveries}


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
