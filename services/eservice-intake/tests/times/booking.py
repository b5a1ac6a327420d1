"""Times with staff, for tests."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bus.process import Liveness
from eservice_intake.app import settings
from eservice_intake.bookings.booking import DUE_TIMES
from eservice_intake.bookings.models import Slot
from eservice_intake.clock.process import Clock
from shared.clock import SWEDEN

from ..applications import application
from ..cases import secret_of
from ..enquiries import FOUNDER

MONDAY = datetime(2026, 11, 30, 9, tzinfo=SWEDEN)
THURSDAY = datetime(2026, 12, 3, 9, tzinfo=SWEDEN)
HALF_AN_HOUR = timedelta(minutes=30)


def opening(starts_at=THURSDAY, **other):
    usual = {"unit": "foretagslots", "starts_at": starts_at.isoformat(), "minutes": 30, "count": 2, "place": "Rådhuset"}
    return usual | other


async def asked(client):
    answer = await client.post("/applications", json=application(FOUNDER, "foretagslots"))
    assert answer.status_code == 201, answer.text
    return answer.json()


def book(client, receipt, slot_id):
    path = f"/applications/{receipt['reference']}/booking"
    return client.post(path, json={"slot_id": slot_id}, headers=secret_of(receipt))


async def free(client):
    listed = await client.get("/slots", params={"eservice": "foretagslots"})
    return [slot["id"] for slot in listed.json()["items"]]


async def reminders(database):
    """When the times that wait for one are reminded of."""
    async with database.reading() as session:
        found = (await (await session.connection()).execute(sa.select(col(Slot.remind_at)))).scalars()
        return [at for at in found if at is not None]


async def clock_strikes(database, at):
    one = Clock(settings, database, Liveness(), [DUE_TIMES])
    while await one.do_due(at):
        pass
