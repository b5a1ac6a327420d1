"""What is told of a case by itself, when its day comes: also by a clock that was down on that day."""

from datetime import timedelta
from uuid import UUID

import httpx
import sqlalchemy as sa

from deploy import submissions
from deploy.journeys import send
from eservice_intake.cases.models import Case
from shared.clock import day_in_sweden, now
from shared.database import Database
from shared.events import read_event
from shared.tables import OUTBOX
from testkit.waiting import until

CLOCK = "eservice-intake-clock"
CASE = sa.inspect(Case).local_table


async def received_earlier(database, case_id, days):
    """Let the case have been received so many days before it was."""
    earlier = {"received_at": now() - timedelta(days), "look_on": day_in_sweden(now()) - timedelta(1)}
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(CASE).where(CASE.c.id == case_id).values(earlier))


async def on_kafka(database, case_id):
    """The types of the case's events that Kafka has."""
    query = sa.select(OUTBOX.c.value).where(OUTBOX.c.key == str(case_id), OUTBOX.c.published_at.is_not(None))
    async with database.reading() as session:
        return [read_event(value).type for value in (await (await session.connection()).execute(query)).scalars()]


async def test_a_late_decision_is_told_once_by_a_clock_that_was_down(system):
    staff = system.token("administrator")
    database = Database(system.settings("eservice-intake"))

    async def told():
        return "eservice-intake.decision-overdue.v1" in await on_kafka(database, case.id)

    async with httpx.AsyncClient() as http:
        case = await send(http, await submissions.application(http, system.apis, staff))
        system.processes.kill(CLOCK)
        await received_earlier(database, UUID(case.id), days=200)
        system.start(CLOCK)
        await until(told, seconds=60)
        shown = await http.get(f"{system.apis.intake}/cases/{case.reference}", headers=staff)
    await database.close()

    assert [(step["step"], step["by_name"]) for step in shown.json()["timeline"]] == [("miss_decision", "systemet")]
