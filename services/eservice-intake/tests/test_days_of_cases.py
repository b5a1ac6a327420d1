"""A case knows its days from the moment it is received; the applicant and staff see the same."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import Step
from eservice_intake.cases.times import keep_days
from shared.clock import day_in_sweden, now
from shared.events import CaseCompleted

from .cases import received, shown, take
from .days import ESERVICES, FOOD, RECEIVED, REFRIGERANT


async def clock_shown(client, receipt):
    headers = {"X-Application-Secret": receipt["secret"]}
    response = await client.get(f"/applications/{receipt['reference']}", headers=headers)
    return response.raise_for_status().json()["progress"]["clock"]


@pytest.mark.parametrize("eservice", ESERVICES.values(), ids=lambda eservice: eservice.id)
async def test_a_case_knows_its_days_from_the_moment_it_is_received(database, received_on, eservice):
    answers = REFRIGERANT if eservice.deadline else {}
    case = await received_on(RECEIVED, eservice.id, **answers)
    known = case.decision_due_on, case.look_on

    async with database.transaction() as tx:
        again = await tx.get_one(Case, case.id)
        await keep_days(tx, again)

    assert (again.decision_due_on, again.look_on) == known


async def test_an_application_is_looked_at_when_its_first_day_comes(client, database):
    receipt = await received(client)

    async with database.reading() as session:
        case = (await session.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
    assert case.look_on == case.decision_due_on + timedelta(1)


async def test_a_case_that_is_complete_anew_goes_on_where_it_was(received_on, on, requested, supplemented):
    async def complete_on_the_first(tx, found):
        found.complete(date(2026, 3, 5))

    async def complete_again(tx, found):
        found.complete(date(2026, 3, 20))

    case = await received_on(RECEIVED, FOOD)
    await on(date(2026, 3, 5), case, Step.COMPLETE, CaseCompleted, complete_on_the_first)
    await requested(date(2026, 3, 10), case, due_on=date(2026, 3, 20))
    await supplemented(date(2026, 3, 20), case)
    found = await on(date(2026, 3, 20), case, Step.COMPLETE, CaseCompleted, complete_again)

    assert (found.completed_on, found.decision_due_on) == (date(2026, 3, 5), date(2026, 3, 30))  # a Sunday, moved on


async def test_whoever_completes_a_case_is_told_when_work_may_begin(client, staff, published, database):
    anna = staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])
    receipt = await received(client)

    await take(client, anna, receipt, "completion", {})

    event = (await published.fetch())[-1]
    assert isinstance(event, CaseCompleted)
    assert event.earliest_start_on is None  # there is nothing to begin after a complaint


async def test_the_applicant_and_staff_see_the_same_clock(client, staff):
    anna = staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])
    receipt = await received(client)
    due_on = (day_in_sweden(now()) + timedelta(14)).isoformat()

    before = await clock_shown(client, receipt)
    await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": due_on})
    after = await clock_shown(client, receipt)

    assert date.fromisoformat(before["answer_expected_on"]) > date.fromisoformat(due_on)
    assert (after["stopped_by"], after["answer_expected_on"]) == ("supplement", None)
    assert (await shown(client, anna, receipt))["clock"] == after


@pytest.mark.postgres
async def test_what_is_due_of_cases_is_found_by_an_index(database):
    async with database.reading() as session:
        connection = await session.connection()
        await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = await connection.execute(sa.text("EXPLAIN SELECT min(look_on) FROM eservice_case"))
        assert "ix_eservice_case_look_on" in "".join(plan.scalars())
