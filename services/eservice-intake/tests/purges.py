"""What the clock does with cases that have ended, for tests."""

from datetime import UTC, datetime
from uuid import UUID

from bus.process import Liveness
from eservice_intake.app import settings
from eservice_intake.cases.models import Case
from eservice_intake.clock.process import Clock
from eservice_intake.people.purging import DUE_RETENTION

LATER = datetime(2045, 1, 1, 12, tzinfo=UTC)
"""When the time of every case that has ended now is over."""


async def purge_cases(database, at: datetime) -> int:
    """What the clock does by then. Returns how many cases it looked at."""
    return await Clock(settings, database, Liveness(), [DUE_RETENTION]).do_due(at)


async def case_of(database, case_id: UUID) -> Case | None:
    async with database.reading() as session:
        return await session.get(Case, case_id)
