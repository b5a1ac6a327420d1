"""What many do at once, really committed."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from recruitment.models.events import RecruitmentEvent, Registration
from testkit.committed import delete, events_about, meeting_at
from web.limits import Limiter, Share

SEATS = 10
PEOPLE = 40


@pytest.fixture
async def event_id(committing_client, app, event_form, staff):
    response = await committing_client.post(
        "/events", json={**event_form, "capacity": SEATS}, headers=staff("recruitment-officer")
    )
    event_id = UUID(response.json()["id"])
    yield event_id
    await delete(
        app.state.database,
        sa.delete(Registration).where(Registration.event_id == event_id),
        sa.delete(RecruitmentEvent).where(RecruitmentEvent.id == event_id),
    )


def register(client, event_id, number):
    form = {"name": "Kim", "email": f"kim{number}@example.com"}
    return client.post(f"/events/{event_id}/registrations", json=form)


async def test_forty_at_once_for_ten_seats_fill_ten_and_wait_thirty(committing_client, app, event_id):
    answers = await asyncio.gather(*(register(committing_client, event_id, number) for number in range(PEOPLE)))

    shown = await committing_client.get(f"/events/{event_id}")
    statuses = Counter(answer.json().get("status") for answer in answers)
    assert statuses == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
    assert shown.json()["seats_left"] == 0
    _, *registered = await events_about(app.state.database, event_id)
    assert [event.status for event in registered] == ["confirmed"] * SEATS + ["waitlisted"] * (PEOPLE - SEATS)


@pytest.mark.postgres
async def test_two_who_come_at_the_same_time_do_not_both_get_the_last_seat(committing_client, app, event_id):
    for number in range(SEATS - 1):
        await register(committing_client, event_id, number)

    event = sa.select(RecruitmentEvent.id).where(RecruitmentEvent.id == event_id)
    both = (register(committing_client, event_id, name) for name in ("-first", "-second"))
    answers = await meeting_at(app.state.database, event, *both)

    assert sorted(answer.json()["status"] for answer in answers) == ["confirmed", "waitlisted"]


async def test_one_address_that_registers_ten_times_at_once_gets_one_seat(committing_client, event_id, seats_taken):
    form = {"name": "Kim", "email": "kim@example.com"}

    answers = await asyncio.gather(
        *(committing_client.post(f"/events/{event_id}/registrations", json=form) for _ in range(10))
    )

    assert Counter(answer.json()["status"] for answer in answers) == {"confirmed": 10}
    assert await seats_taken(event_id) == 1


async def test_nobody_waits_for_a_seat_while_the_limits_are_asked(committing_client, app, event_id, monkeypatch):
    pool = app.state.database.engine.pool
    held, at_rest = [], pool.checkedout()

    async def count(limiter: Limiter, share: Share) -> bool:
        held.append(pool.checkedout())
        return True

    monkeypatch.setattr(Limiter, "count", count)
    form, key = {"name": "Kim", "email": "kim@example.com"}, {"Idempotency-Key": uuid4().hex}

    response = await committing_client.post(f"/events/{event_id}/registrations", json=form, headers=key)

    assert response.status_code == 201
    assert held == [at_rest] * 4


@pytest.mark.postgres
async def test_two_who_cancel_at_the_same_time_give_back_their_own_seats_alone(
    committing_client, app, event_id, seats_taken, staff
):
    first, second = [(await register(committing_client, event_id, number)).json()["id"] for number in range(2)]
    for number in range(2, SEATS + 1):
        await register(committing_client, event_id, number)

    def cancel(registration_id):
        address = f"/staff/events/{event_id}/registrations/{registration_id}/cancellation"
        return committing_client.post(address, headers=staff("recruitment-officer"))

    event = sa.select(RecruitmentEvent.id).where(RecruitmentEvent.id == event_id)
    answers = await meeting_at(app.state.database, event, cancel(first), cancel(second))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert await seats_taken(event_id) == SEATS - 1
