"""What became due while no clock ran is done by the next, once."""

from functools import partial

from deploy import submissions
from deploy.compose.stack import compose
from deploy.journeys import Journey, send
from tests.containers.checks.kills import has_come_back, kill
from tests.containers.checks.machine import apis, public_client, require, until

CLOCK = "eservice-intake-clock"
LONG_AGO = """
update eservice_case set received_at = received_at - interval '300 days', look_on = current_date - 1 where id = '{}'
"""
TOLD_LATE = """
select count(*) from outbox
where convert_from(value, 'UTF8')::json->>'type' like '%.decision-overdue.%' and key = '{}'
"""


async def require_done_once() -> None:
    """A case becomes late while no clock runs. The next one tells it, is killed as well, and the one after does not."""
    async with public_client() as http:
        journey = await send(http, await submissions.application(http, apis(), {}))
    killed = await kill(CLOCK)
    query(LONG_AGO.format(journey.id))
    await until(partial(has_come_back, killed), lambda: f"{CLOCK} is not back")
    await until(partial(is_told, journey), lambda: f"{CLOCK} did not do what it missed")
    killed = await kill(CLOCK)
    await until(partial(has_come_back, killed), lambda: f"{CLOCK} is not back again")
    require(await is_told(journey), f"told {query(TOLD_LATE.format(journey.id))} times that the case is late")


async def is_told(journey: Journey) -> bool:
    return query(TOLD_LATE.format(journey.id)) == "1"


def query(statement: str) -> str:
    """What eservice-intake's database answers."""
    psql = ("psql", "--username=postgres", "--dbname=eservice_intake", "--tuples-only", "--no-align", "--quiet")
    return compose("exec", "--no-TTY", "postgres", *psql, "--command", statement).strip()
