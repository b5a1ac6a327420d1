"""Cases in numbers, for those who lead a unit."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from eservice_intake.cases.models import Case
from shared.clock import SWEDEN
from tests.test_pages import plan_of

from .cases import received, take
from .decisions import CONTENT

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=SWEDEN)


@pytest.fixture
def numbers(client, chief):
    """The numbers of the last weeks: `await numbers(weeks=4)`."""

    async def ask(headers=None, **wanted):
        response = await client.get("/statistics", params=wanted, headers=headers or chief)
        assert response.status_code == 200, response.text
        return response.json()

    return ask


@pytest.fixture
def came(client, clock, database):
    """Receives a case so many days after the Monday."""

    async def receive(days, **more):
        receipt = await received(client, **more)
        at = MONDAY + timedelta(days=days)
        async with database.transaction() as tx:
            await tx.exec(sa.update(Case).where(Case.reference == receipt["reference"]).values(received_at=at))
        return receipt

    return receive


def on(days):
    return MONDAY + timedelta(days=days)


async def test_cases_are_counted_in_the_weeks_when_they_came_and_were_settled(client, anna, came, numbers, clock):
    early, late, _ = await came(0), await came(8), await came(8)
    clock.at = on(2)
    assert (await take(client, anna, early, "decisions", {"decision": CONTENT})).status_code == 200
    clock.at = on(9)
    assert (await take(client, anna, late, "closure", {"reason": "Dubblett"})).status_code == 200

    told = await numbers(weeks=2)

    assert told["weeks"] == [
        {"begins_on": "2026-11-02", "received": 1, "settled": 1},
        {"begins_on": "2026-11-09", "received": 2, "settled": 1},
    ]
    assert (told["open"], told["received"], told["settled"]) == (1, 3, 2)


async def test_the_median_is_of_what_was_decided_and_of_the_period_before(client, anna, came, numbers, clock):
    cases = [await came(day) for day in (0, 0, 7, 7, 7)]
    for case, day in zip(cases, (2, 4, 8, 9, 12), strict=True):
        clock.at = on(day)
        assert (await take(client, anna, case, "decisions", {"decision": CONTENT})).status_code == 200

    told = await numbers(weeks=1)

    assert (told["median_days"], told["median_days_before"]) == (2, 3)
    [one] = told["eservices"]
    assert (one["eservice"], one["decided"], one["median_days"]) == ("klagomal-olagenhet", 3, 2)
    assert one["title"] != one["eservice"]


def open_by_age(told):
    return {age["at_least_days"]: age["open"] for age in told["ages"]}


async def test_open_cases_are_counted_by_their_age(came, numbers, clock):
    clock.at = on(31)
    before = open_by_age(await numbers(weeks=1))
    for day in (0, 23, 24, 31):
        await came(day)
    clock.at = on(31)

    told = await numbers(weeks=1)

    more = {days: number - before[days] for days, number in open_by_age(told).items()}
    assert more == {0: 2, 8: 1, 31: 1, 91: 0, 181: 0}
    assert sum(age["open"] for age in told["ages"]) == told["open"]


async def test_a_case_whose_day_has_passed_is_overdue(client, anna, came, numbers, clock):
    case = await came(0)
    due_on = (on(10)).date().isoformat()
    clock.at = on(1)
    asked = await take(client, anna, case, "supplement-requests", {"wanted": "En karta.", "due_on": due_on})
    assert asked.status_code == 200, asked.text

    clock.at = on(10)
    assert (await numbers())["overdue"] == 0
    clock.at = on(11)
    assert (await numbers())["overdue"] == 1


async def test_a_confidential_case_is_counted_and_in_no_e_services_numbers(client, chief, came, numbers, clock):
    case = await came(0)
    clock.at = on(1)
    assert (await take(client, chief, case, "secrecy", {"confidential": True})).status_code == 200
    assert (await take(client, chief, case, "decisions", {"decision": CONTENT})).status_code == 200

    told = await numbers(weeks=1)

    assert (told["settled"], told["eservices"]) == (1, [])


async def test_a_head_counts_the_cases_of_their_own_units_alone(client, came, numbers, staff, clock):
    await came(0)
    clock.at = on(1)
    other = staff("unit-head", units=["avlopp"])

    elsewhere, everywhere = await numbers(other), await numbers(staff("administrator"))

    assert (elsewhere["open"], elsewhere["received"]) == (0, 0)
    assert [unit["id"] for unit in elsewhere["units"]] == ["avlopp"]
    assert everywhere["received"] == 1
    assert (await client.get("/statistics?unit=halsoskydd", headers=other)).status_code == 403


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("caseworker",), 403), (("unit-head",), 200)])
async def test_numbers_are_for_those_who_lead(client, staff, roles, status):
    response = await client.get("/statistics", headers=staff(*roles) if roles else {})

    assert response.status_code == status


@pytest.mark.parametrize("query", ["weeks=0", "weeks=54", "weeks=1_0", "colour=red"])
async def test_a_period_that_means_nothing_is_refused(client, chief, query):
    response = await client.get(f"/statistics?{query}", headers=chief)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == query.split("=")[0]


@pytest.mark.parametrize("roles", ["unit-head", "administrator"])
async def test_numbers_are_read_along_indexes(client, staff, database, roles):
    engine, seen = database.engine.sync_engine, []

    def note(_connection, _cursor, statement, values, *_):
        if statement.startswith("SELECT") and (
            "FILTER" in statement or "number = " in statement or "due_on <" in statement
        ):
            seen.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        await client.get("/statistics", headers=staff(roles, units=["halsoskydd"]))
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

    async with database.reading() as session:
        connection = await session.connection()
        plans = [await plan_of(connection, statement, values) for statement, values in seen]
    assert len(plans) == 7
    for plan in plans:
        assert not re.search(r"Seq Scan|SCAN \w+$", plan, re.MULTILINE), plan
