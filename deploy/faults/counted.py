"""What became of what was accepted, as the databases and the mail server have it."""

from collections import Counter
from dataclasses import astuple, dataclass
from pathlib import Path

import sqlalchemy as sa

from deploy.bench.mails import Notes
from eservice_intake.cases.models import Case
from notifications.models.deliveries import DELIVERY, FINISHED, DeliveryStatus
from notifications.models.tasks import Task
from operations.console import opened
from shared.dead_letters import DEAD_LETTER
from shared.tables import OUTBOX

HOW_MANY = sa.select(sa.func.count())
CASES, TASKS = HOW_MANY.select_from(Case), HOW_MANY.select_from(Task)
SET_ASIDE = HOW_MANY.select_from(DEAD_LETTER)
UNPUBLISHED = HOW_MANY.where(OUTBOX.c.published_at.is_(None))
DELIVERED = HOW_MANY.where(DELIVERY.c.status == DeliveryStatus.ACCEPTED)
UNFINISHED = HOW_MANY.where(DELIVERY.c.status.not_in(FINISHED))


@dataclass(frozen=True)
class Counted:
    """Of the whole run until now, or between two moments of it."""

    cases: int
    tasks: int
    delivered: int
    """As the deliveries have it."""
    mailed: int
    """Different mails that the mail server took."""
    second_mails: int
    dead_letters: int
    waiting: int
    """Events that are not published, and deliveries that are not finished."""

    def since(self, before: "Counted") -> "Counted":
        return Counted(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))

    def is_all(self, accepted: int) -> bool:
        """Whether each that was accepted has become one of everything, and nothing else is left or was set aside."""
        each = {self.cases, self.tasks, self.delivered, self.mailed}
        return each == {accepted} and not self.dead_letters and not self.waiting


class Taken:
    """How often the mail server took each mail, by its recipient and its Message-ID."""

    def __init__(self, notes: Path) -> None:
        self._notes = Notes(notes)
        self._times: Counter[str] = Counter()

    def look(self) -> Counter[str]:
        """Until now."""
        self._times.update(self._notes.lines())
        return self._times


async def count(taken: Taken) -> Counted:
    cases, unpublished, set_aside = await _numbers("eservice-intake", CASES, UNPUBLISHED, SET_ASIDE)
    tasks, delivered, *left = await _numbers("notifications", TASKS, DELIVERED, UNFINISHED, UNPUBLISHED, SET_ASIDE)
    times = taken.look()
    return Counted(
        cases=cases,
        tasks=tasks,
        delivered=delivered,
        mailed=len(times),
        second_mails=times.total() - len(times),
        dead_letters=set_aside + left.pop(),
        waiting=unpublished + sum(left),
    )


async def _numbers(service: str, *queries: sa.Select[int]) -> list[int]:
    async with opened(service) as database, database.reading() as session:
        connection = await session.connection()
        return [(await connection.execute(query)).scalar_one() for query in queries]
