"""Staff open and close the times of their unit."""

import pytest
from sqlmodel import select

from shared.events import TimeCancelled
from shared.tables import AuditEntry

from ..cases import take
from .booking import HALF_AN_HOUR, THURSDAY, asked, book, free, opening


async def test_staff_who_close_a_booked_time_tell_who_has_booked_it(client, nora, slots, receipt, told):
    await book(client, receipt, slots[0])

    closed = await client.post(f"/slots/{slots[0]}/closure", headers=nora)

    *_, event = await told()
    assert (closed.status_code, closed.json()["is_closed"]) == (200, True)
    assert isinstance(event, TimeCancelled)
    assert event.by_staff
    assert await free(client) == slots[1:]


async def test_staff_see_which_cases_the_times_of_their_unit_are_booked_for(client, nora, slots, receipt):
    await book(client, receipt, slots[1])

    listed = (await client.get("/slots/opened?unit=foretagslots", headers=nora)).json()["items"]

    assert [slot["reference"] for slot in listed] == [None, receipt["reference"]]


async def test_which_case_a_time_is_booked_for_is_not_told_of_a_confidential_one(client, staff, nora, slots, receipt):
    await book(client, receipt, slots[0])
    await take(client, nora, receipt, "secrecy", {"confidential": True})
    head = staff("unit-head", subject="hugo", units=["foretagslots"])

    nora_sees, head_sees = [
        (await client.get("/slots/opened?unit=foretagslots", headers=who)).json()["items"] for who in (nora, head)
    ]

    assert [(slot["is_booked"], slot["reference"]) for slot in nora_sees] == [(True, None), (False, None)]
    assert [slot["reference"] for slot in head_sees] == [receipt["reference"], None]


@pytest.mark.parametrize("step", ["closure", "merger"])
async def test_a_case_that_staff_end_gives_its_time_to_others(client, nora, slots, receipt, step):
    await book(client, receipt, slots[0])
    other = await asked(client)

    ended = await take(client, nora, receipt, step, {"reference": other["reference"]} if step == "merger" else None)

    assert ended.status_code == 200, ended.text
    assert await free(client) == slots


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/slots", opening()),
        ("GET", "/slots/opened?unit=foretagslots", None),
        ("POST", "/slots/{slot}/closure", None),
    ],
)
async def test_times_of_another_unit_are_not_for_its_staff(client, staff, slots, method, path, form):
    stranger = staff("caseworker", subject="maja", units=["avlopp"])

    refused = await client.request(method, path.format(slot=slots[0]), json=form, headers=stranger)

    assert (refused.status_code, refused.json()["code"]) == (403, "NotYourUnit")


async def test_nobody_opens_two_times_of_their_own_that_overlap(client, nora, slots):
    refused = await client.post("/slots", json=opening(THURSDAY + HALF_AN_HOUR / 2), headers=nora)

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyOpen")


async def test_a_time_that_was_closed_is_opened_again(client, nora, slots):
    await client.post(f"/slots/{slots[0]}/closure", headers=nora)

    again = await client.post("/slots", json=opening(count=1), headers=nora)

    assert (again.status_code, len(again.json()["items"])) == (201, 1)


async def test_what_staff_do_with_times_is_audited(client, database, nora, slots):
    await client.get("/slots/opened?unit=foretagslots", headers=nora)
    await client.post(f"/slots/{slots[0]}/closure", headers=nora)

    async with database.transaction() as tx:
        entries = (await tx.exec(select(AuditEntry).where(AuditEntry.who == "nora"))).all()
    assert [entry.action for entry in entries] == ["open times", "read times", "close time"]
