"""What is urgent, what is news and what is due: how a case's task is placed in its holder's list."""

from datetime import date
from uuid import uuid4

import pytest

from shared.database import Database
from shared.events import (
    ApplicationSubmitted,
    CaseClosed,
    CaseCompleted,
    CaseExtended,
    CaseMessageSent,
    DecisionOverdue,
    DecisionProposed,
    OpinionReceived,
    OpinionRequested,
    Outcome,
    SupplementOverdue,
    SupplementReceived,
    SupplementRequested,
)

from .cases import DUE, NAME, claim, facts, received, task_of, tasks_of
from .events import handle


async def test_a_task_says_from_the_beginning_by_when_the_case_is_to_be_decided(database: Database):
    case = received(due_on=DUE)

    await handle(database, case)

    assert (await task_of(database, case)).due_on == DUE


async def test_what_was_late_is_not_urgent_any_longer_when_the_time_is_extended(database: Database):
    case = received()
    await handle(database, case, DecisionOverdue(**facts(case), due_on=DUE))
    late = await task_of(database, case)

    await handle(database, CaseExtended(**facts(case), due_on=date(2030, 6, 1)))

    assert (late.urgent, (await task_of(database, case)).urgent) == (True, False)


async def test_what_was_urgent_is_not_so_in_the_next_task_when_the_case_was_done_with(database: Database):
    case = received(urgent=True)
    await handle(database, case, CaseClosed(**facts(case)), SupplementReceived(**facts(case)))

    assert [task.urgent for task in await tasks_of(database, case)] == [True, False]


async def test_a_supplement_puts_the_task_on_top_of_its_holders_list(client, database: Database, anna):
    old, urgent, supplemented = received(), received(urgent=True), received()
    await handle(database, old, urgent, supplemented)
    for case in (old, urgent, supplemented):
        await claim(client, anna, await task_of(database, case))

    await handle(database, SupplementReceived(**facts(supplemented)))
    mine = await client.get("/queues/avlopp/tasks?mine=true", headers=anna)
    all_ = await client.get("/queues/avlopp/tasks", headers=anna)

    cases = [task["about"] for task in mine.json()["items"]]
    assert cases == [str(case.application_id) for case in (supplemented, urgent, old)]
    assert [task["urgent"] for task in all_.json()["items"]] == [True, False, False]


async def test_a_list_is_read_page_by_page_in_the_order_of_its_holder(client, database: Database, anna):
    cases = [received(urgent=number % 2 == 0) for number in range(5)]
    await handle(database, *cases, *(SupplementReceived(**facts(case)) for case in cases[2:4]))
    for case in cases:
        await claim(client, anna, await task_of(database, case))

    found, after = [], ""
    while after is not None:
        page = (await client.get(f"/queues/avlopp/tasks?mine=true&limit=2{after}", headers=anna)).json()
        found += [task["about"] for task in page["items"]]
        after = page["next"] and f"&after={page['next']}"

    assert found == [str(cases[number].application_id) for number in (2, 3, 0, 4, 1)]


async def test_what_staff_do_next_takes_the_news_away(database: Database):
    case = received()
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE), SupplementReceived(**facts(case)))
    with_news = await task_of(database, case)

    await handle(database, CaseCompleted(**facts(case), earliest_start_on=DUE))

    done = await task_of(database, case)
    assert (with_news.has_news, with_news.due_on) == (True, None)
    assert (done.has_news, done.due_on, done.title) == (False, DUE, f"{NAME}, komplett")


async def test_an_extension_changes_the_due_date_alone(database: Database):
    case = received()
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))

    await handle(database, CaseExtended(**facts(case), due_on=date(2030, 4, 1)))

    task = await task_of(database, case)
    assert (task.due_on, task.title) == (date(2030, 4, 1), f"{NAME}, komplettering begärd")


def opinion(case: ApplicationSubmitted) -> OpinionReceived:
    return OpinionReceived(**facts(case), referral_id=uuid4())


def late_supplement(case: ApplicationSubmitted) -> SupplementOverdue:
    return SupplementOverdue(**facts(case), due_on=DUE)


def completed(case: ApplicationSubmitted) -> CaseCompleted:
    return CaseCompleted(**facts(case), earliest_start_on=DUE)


def message(case: ApplicationSubmitted, by_applicant: bool = False) -> CaseMessageSent:
    return CaseMessageSent(**facts(case), message_id=uuid4(), by_applicant=by_applicant)


def asked_anew(case: ApplicationSubmitted) -> SupplementRequested:
    return SupplementRequested(**facts(case), due_on=DUE)


def referred(case: ApplicationSubmitted) -> OpinionRequested:
    return OpinionRequested(**facts(case), referral_id=uuid4(), party_contact_id=uuid4(), due_on=DUE)


def proposed(case: ApplicationSubmitted) -> DecisionProposed:
    return DecisionProposed(**facts(case), decision_id=uuid4(), outcome=Outcome.APPROVED)


async def is_urgent(database: Database, case: ApplicationSubmitted) -> bool:
    return (await task_of(database, case)).urgent


async def test_an_opinion_that_arrives_makes_the_task_urgent(database: Database):
    case = received()

    await handle(database, case, opinion(case))

    task = await task_of(database, case)
    assert (task.urgent, task.has_news) == (True, True)


@pytest.mark.parametrize("step", [completed, message, asked_anew, referred, proposed])
@pytest.mark.parametrize("came", [opinion, late_supplement])
async def test_what_came_in_is_not_urgent_any_longer_when_the_handler_has_acted_on_it(database: Database, came, step):
    case = received()
    await handle(database, case, came(case))
    before = await is_urgent(database, case)

    await handle(database, step(case))

    assert (before, await is_urgent(database, case)) == (True, False)


async def test_what_the_applicant_does_leaves_it_urgent(database: Database):
    case = received()
    await handle(database, case, late_supplement(case))

    await handle(database, SupplementReceived(**facts(case)), message(case, by_applicant=True))

    assert await is_urgent(database, case)


@pytest.mark.parametrize("step", [completed, asked_anew])
async def test_a_case_that_is_urgent_by_itself_is_so_whatever_is_done_with_it(database: Database, step):
    case = received(urgent=True)
    await handle(database, case, opinion(case))

    await handle(database, step(case))

    assert await is_urgent(database, case)


@pytest.mark.parametrize(("step", "is_still_urgent"), [(message, True), (asked_anew, False)])
async def test_a_late_decision_is_urgent_until_it_has_more_time(database: Database, step, is_still_urgent):
    case = received()
    await handle(database, case, DecisionOverdue(**facts(case), due_on=DUE), opinion(case))

    await handle(database, step(case))

    assert await is_urgent(database, case) is is_still_urgent
