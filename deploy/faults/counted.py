"""What became of what was accepted, as the databases and the mail server have it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from eservice_intake.cases.models import Case
from notifications.models.deliveries import DELIVERY, FINISHED, DeliveryStatus
from notifications.models.tasks import Task
from shared.database import Database
from shared.settings import Settings
from shared.tables import OUTBOX

WAITING = sa.select(sa.func.count()).select_from(OUTBOX).where(OUTBOX.c.published_at.is_(None))
DEAD = sa.text("SELECT count(*) FROM dead_letter")
COUNTS: dict[str, tuple[str, sa.Executable]] = {
    "cases": ("eservice-intake", sa.select(sa.func.count()).select_from(Case)),
    "unpublished": ("eservice-intake", WAITING),
    "unpublished here": ("notifications", WAITING),
    "tasks": ("notifications", sa.select(sa.func.count()).select_from(Task)),
    "accepted": ("notifications", sa.select(sa.func.count()).where(DELIVERY.c.status == DeliveryStatus.ACCEPTED)),
    "unfinished": ("notifications", sa.select(sa.func.count()).where(DELIVERY.c.status.not_in(FINISHED))),
    "dead": ("notifications", DEAD),
    "dead there": ("eservice-intake", DEAD),
}


@dataclass(frozen=True)
class Counted:
    """Of the whole run until now, or between two moments of it."""

    cases: int
    tasks: int
    deliveries: int
    """That a mail server has accepted."""
    mailed: int
    """Different mails, by their Message-ID."""
    second_mails: int
    dead_letters: int
    waiting: int
    """Events that are not published, and deliveries that are not finished."""

    def since(self, before: "Counted") -> "Counted":
        return Counted(*(getattr(self, name) - getattr(before, name) for name in self.__dataclass_fields__))

    def is_all(self, accepted: int) -> bool:
        """Whether each that was accepted has become one of everything, and nothing else is left or was set aside."""
        each = {self.cases, self.tasks, self.deliveries, self.mailed}
        return each == {accepted} and not self.dead_letters and not self.waiting


async def count(notes: Path) -> Counted:
    found = {name: await _scalar(service, query) for name, (service, query) in COUNTS.items()}
    times = mails(notes)
    return Counted(
        cases=found["cases"],
        tasks=found["tasks"],
        deliveries=found["accepted"],
        mailed=len(times),
        second_mails=sum(times.values()) - len(times),
        dead_letters=found["dead"] + found["dead there"],
        waiting=found["unpublished"] + found["unpublished here"] + found["unfinished"],
    )


def mails(notes: Path) -> Mapping[str, int]:
    """How often the mail server took each mail, by its recipient and its Message-ID."""
    return Counter(notes.read_text(encoding="utf-8").splitlines())


async def _scalar(service: str, query: sa.Executable) -> int:
    database = Database(Settings(service=service))
    try:
        async with database.reading() as session:
            return int((await (await session.connection()).execute(query)).scalar_one())
    finally:
        await database.close()
