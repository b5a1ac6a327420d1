"""Many who book a time at once, really committed."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from eservice_intake.bookings.models import OpeningForm
from eservice_intake.cases.finding import lock_cases
from eservice_intake.cases.slots import Slot
from shared.clock import now
from shared.staff import Person
from testkit.committed import delete, until_waiting

from .booking import asked, book, opening

PEOPLE = 20
LONGEST_SECONDS = 30
"""How long somebody waits who should not."""


@pytest.fixture
async def nora(app, staff):
    yield staff("caseworker", subject="nora at once", name="Nora Vik", units=["foretagslots"])
    await delete(app.state.database, sa.delete(Slot).where(col(Slot.host) == "nora at once"))


async def opened(client, nora, count):
    form = opening(now() + timedelta(days=30), count=count)
    return [slot["id"] for slot in (await client.post("/slots", json=form, headers=nora)).json()["items"]]


async def booked(client, nora):
    listed = await client.get("/slots/opened", params={"unit": "foretagslots", "limit": 100}, headers=nora)
    return [slot["reference"] for slot in listed.json()["items"]]


async def test_of_twenty_who_book_a_time_at_once_one_gets_it(committing_client, nora):
    [slot] = await opened(committing_client, nora, 1)
    receipts = [await asked(committing_client) for _ in range(PEOPLE)]

    answers = await asyncio.gather(*(book(committing_client, receipt, slot) for receipt in receipts))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: PEOPLE - 1}
    [winner] = [answer.json()["reference"] for answer in answers if answer.status_code == 200]
    assert await booked(committing_client, nora) == [winner]


async def test_who_books_two_times_at_once_has_one(committing_client, nora):
    slots = await opened(committing_client, nora, 2)
    receipt = await asked(committing_client)

    answers = await asyncio.gather(*(book(committing_client, receipt, slot) for slot in slots))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(await booked(committing_client, nora), key=str) == sorted([None, receipt["reference"]], key=str)


async def test_two_who_want_each_others_times_are_both_refused_and_keep_their_own(committing_client, nora):
    slots = await opened(committing_client, nora, 2)
    receipts = [await asked(committing_client) for _ in slots]
    for receipt, slot in zip(receipts, slots, strict=True):
        await book(committing_client, receipt, slot)
    crosswise = list(zip(receipts, reversed(slots), strict=True)) * 10

    answers = await asyncio.gather(*(book(committing_client, receipt, slot) for receipt, slot in crosswise))

    assert {answer.status_code for answer in answers} == {409}
    assert await booked(committing_client, nora) == [receipt["reference"] for receipt in receipts]


@pytest.mark.postgres
async def test_who_opens_times_that_they_open_elsewhere_just_then_is_refused(app, committing_client, nora):
    form = opening(now() + timedelta(days=30))
    times = OpeningForm.model_validate(form).slots(Person("nora at once", "Nora Vik", frozenset(), frozenset()))
    database = app.state.database

    async with database.transaction() as elsewhere:
        elsewhere.add(times[1])
        await elsewhere.flush()
        opening_too = asyncio.ensure_future(committing_client.post("/slots", json=form, headers=nora))
        await until_waiting(database, 1)
    answer = await asyncio.wait_for(opening_too, LONGEST_SECONDS)

    assert (answer.status_code, answer.json()["code"]) == (409, "AlreadyOpen")
    assert await booked(committing_client, nora) == [None]


@pytest.mark.postgres
async def test_who_closes_a_time_that_is_booked_meanwhile_waits_for_nobody_who_waits_for_it(
    app, committing_client, nora
):
    [slot] = await opened(committing_client, nora, 1)
    receipt = await asked(committing_client)
    database, case_id = app.state.database, UUID(receipt["id"])

    async with database.transaction() as holder:
        await lock_cases(holder, case_id)
        async with database.transaction() as booking:
            taken = await booking.get_one(Slot, UUID(slot), with_for_update=True)
            closing = asyncio.ensure_future(committing_client.post(f"/slots/{slot}/closure", headers=nora))
            await until_waiting(database, 1)
            taken.case_id = case_id
            booking.add(taken)
        closed = await asyncio.wait_for(closing, LONGEST_SECONDS)

    assert (closed.status_code, closed.json()["code"]) == (409, "JustBooked")
    assert await booked(committing_client, nora) == [receipt["reference"]]
