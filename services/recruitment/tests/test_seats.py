"""What many do at once, really committed."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest
import sqlalchemy as sa

from recruitment.models.events import RecruitmentEvent, Registration
from shared.events import read_event
from shared.tables import OUTBOX

SEATS = 10
PEOPLE = 40


@pytest.fixture
async def event_id(committing_client, app, event_form, staff):
    response = await committing_client.post(
        "/events", json={**event_form, "capacity": SEATS}, headers=staff("recruitment-officer")
    )
    event_id = UUID(response.json()["id"])
    yield event_id
    async with app.state.database.transaction() as tx:
        connection = await tx.connection()
        await connection.execute(sa.delete(Registration).where(Registration.event_id == event_id))
        await connection.execute(sa.delete(RecruitmentEvent).where(RecruitmentEvent.id == event_id))
        await connection.execute(sa.delete(OUTBOX).where(OUTBOX.c.key == str(event_id)))


async def announced_statuses(database, event_id):
    async with database.reading() as session:
        query = sa.select(OUTBOX.c.value).where(OUTBOX.c.key == str(event_id)).order_by(OUTBOX.c.id)
        events = map(read_event, (await (await session.connection()).execute(query)).scalars())
        return [event.status for event in events if hasattr(event, "registration_id")]


async def test_forty_at_once_for_ten_seats_fill_ten_and_wait_thirty(committing_client, app, event_id):
    answers = await asyncio.gather(
        *(
            committing_client.post(
                f"/events/{event_id}/registrations", json={"name": "Kim", "email": f"kim{number}@example.com"}
            )
            for number in range(PEOPLE)
        )
    )

    shown = await committing_client.get(f"/events/{event_id}")
    statuses = Counter(answer.json().get("status") for answer in answers)
    assert statuses == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
    assert shown.json()["seats_left"] == 0
    assert await announced_statuses(app.state.database, event_id) == ["confirmed"] * SEATS + ["waitlisted"] * 30


async def test_one_address_that_registers_ten_times_at_once_gets_one_seat(committing_client, event_id):
    form = {"name": "Kim", "email": "kim@example.com"}

    answers = await asyncio.gather(
        *(committing_client.post(f"/events/{event_id}/registrations", json=form) for _ in range(10))
    )

    shown = await committing_client.get(f"/events/{event_id}")
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert shown.json()["seats_left"] == SEATS - 1
