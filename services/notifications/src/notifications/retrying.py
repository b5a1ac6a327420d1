"""Mails that ended unsent are sent again when what stopped them has been mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from notifications.models.deliveries import DELIVERY, KEEP_TRYING, MAILS, DeliveryStatus
from notifications.rules.notices import Priority
from shared.clock import now
from shared.database import Database

RETRIED = (DeliveryStatus.FAILED, DeliveryStatus.EXPIRED)
AT_ONCE = 1_000


@dataclass(frozen=True)
class Wanted:
    """Mails from that time that ended for that cause; `cause` is how `last_error` begins."""

    since: datetime
    until: datetime
    cause: str = ""

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        """Not what proves something: that is sent again by the step of the case, which tells the others."""
        ended = DELIVERY.c.created_at >= self.since, DELIVERY.c.created_at < self.until
        caused = [DELIVERY.c.last_error.startswith(self.cause, autoescape=True)] if self.cause else []
        return sa.and_(DELIVERY.c.status.in_(RETRIED), ~DELIVERY.c.is_proof, *ended, *caused)


async def causes(database: Database, wanted: Wanted) -> Sequence[sa.Row[Any]]:
    """How many there are of each status and cause, the commonest first."""
    what = DELIVERY.c.status, DELIVERY.c.last_error
    query = sa.select(*what, sa.func.count().label("mails")).where(wanted.condition).group_by(*what)
    async with database.reading() as session:
        return (await (await session.connection()).execute(query.order_by(sa.desc("mails")))).all()


async def retry(database: Database, wanted: Wanted, operator: str) -> int:
    """Let them be sent as if they were new, and say how many. Some at a time, each lot audited."""
    done = 0
    while some := await _retry_some(database, wanted, operator):
        done += some
    return done


async def _retry_some(database: Database, wanted: Wanted, operator: str) -> int:
    at = now()
    some = sa.select(DELIVERY.c.id).where(wanted.condition).order_by(DELIVERY.c.id).limit(AT_ONCE).with_for_update()
    anew = {"status": DeliveryStatus.QUEUED, "attempts": 0, "lapses": 0, "last_error": None, "next_attempt_at": at}
    keep = {one.value: at + one.keep_trying for one in Priority}
    expires_at = sa.case(keep, value=DELIVERY.c.priority, else_=at + KEEP_TRYING)
    async with database.transaction() as tx:
        connection = await tx.connection()
        ids = list((await connection.execute(some)).scalars())
        if ids:
            chosen = DELIVERY.update().where(DELIVERY.c.id.in_(ids))
            await connection.execute(chosen.values(**anew, expires_at=expires_at))
            period = {"since": wanted.since.isoformat(), "until": wanted.until.isoformat()}
            tx.audit(operator, "retry deliveries", mails=len(ids), cause=wanted.cause, **period)
            tx.wake(MAILS)
    return len(ids)
