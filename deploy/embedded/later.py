"""Does at once what the clock of an embedded system will do by a later day: `python -m deploy.embedded.later 28`.

It takes the settings of that system from its environment.
"""

import asyncio
import sys
from datetime import timedelta

from bus.process import Liveness
from deploy.casework import pass_time
from eservice_intake.app import DUES, settings
from eservice_intake.clock.process import Clock
from shared.database import Database


async def pass_days(days: int) -> None:
    database = Database(settings)
    await pass_time(Clock(settings, database, Liveness(), DUES), timedelta(days=days))
    await database.close()


if __name__ == "__main__":
    if settings.mode != "embedded":
        sys.exit("Only the clock of an embedded system can be put forward: MODE is not embedded.")
    asyncio.run(pass_days(int(sys.argv[1])))
