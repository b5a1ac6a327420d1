"""A case has one task that waits in its unit's queue, and what happens to the case changes it."""

from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import select
from uuid_utils.compat import uuid7

from notifications.models.tasks import Task, TaskStatus
from notifications.subscribers import notify
from shared.database import Database
from shared.events import (
    AnyEvent,
    ApplicationSubmitted,
    CaseClosed,
    CaseCompleted,
    CaseExtended,
    CaseMerged,
    CaseMessageSent,
    CaseMoved,
    CaseSecrecyChanged,
    CaseWithdrawn,
    DecisionOverdue,
    Language,
    OpinionReceived,
    SupplementReceived,
    SupplementRequested,
    TaskDone,
    TaskOpened,
)
from shared.staff import person_id
from shared.tables import INBOX

REFERENCE = "K7M4-P2XR"
NAME = "K7M4-P2XR: Enskilt avlopp"
DUE = date(2030, 3, 15)


def received(**values: object) -> ApplicationSubmitted:
    about = {"application_id": uuid7(), "eservice": "enskilt-avlopp", "kind": "ansokan", "unit": "avlopp", **values}
    return ApplicationSubmitted(
        reference=REFERENCE, title={Language.SWEDISH: "Enskilt avlopp"}, language=Language.SWEDISH, **about
    )


def facts(case: ApplicationSubmitted, **values: object) -> dict[str, object]:
    """What every event about the case says. It has no applicant to write to."""
    names = ("application_id", "reference", "eservice", "kind", "unit", "language")
    return {**{name: getattr(case, name) for name in names}, **values}


def moved(case: ApplicationSubmitted, to: str = "miljoskydd", of: str = "avlopp") -> CaseMoved:
    return CaseMoved(**facts(case, unit=to), from_unit=of)


async def handle(database: Database, *events: AnyEvent) -> None:
    async with database.transaction() as tx:
        await notify(list(events), tx)


async def handle_anew(database: Database, *events: AnyEvent) -> None:
    """After the inbox has forgotten everything."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(INBOX.delete())
    await handle(database, *events)


async def tasks_of(database: Database, case: ApplicationSubmitted) -> list[Task]:
    async with database.reading() as session:
        query = select(Task).where(Task.about == str(case.application_id)).order_by(Task.id)
        return list(await session.exec(query))


async def task_of(database: Database, case: ApplicationSubmitted) -> Task:
    [task] = await tasks_of(database, case)
    return task


@pytest.fixture
def anna(staff) -> dict[str, str]:
    return staff("caseworker", subject="anna", units=["avlopp", "miljoskydd"])


async def claim(client: httpx.AsyncClient, headers: dict[str, str], task: Task) -> None:
    response = await client.post(f"/tasks/{task.id}/claim", headers=headers)
    assert response.status_code == 200, response.text


async def test_a_task_knows_its_case(client, database: Database, anna):
    case = received(urgent=True)
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))

    response = await client.get(f"/queues/avlopp/tasks?reference={REFERENCE.lower()}", headers=anna)

    [task] = response.json()["items"]
    assert (task["reference"], task["kind"], task["due_on"]) == (REFERENCE, "ansokan", "2030-03-15")
    assert (task["title"], task["urgent"]) == (f"{NAME}, komplettering begärd", True)


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


async def test_an_opinion_that_arrives_makes_the_task_urgent(database: Database):
    case = received()

    await handle(database, case, OpinionReceived(**facts(case), referral_id=uuid4()))

    task = await task_of(database, case)
    assert (task.urgent, task.has_news) == (True, True)


def message(case: ApplicationSubmitted, by_applicant: bool = True) -> CaseMessageSent:
    return CaseMessageSent(**facts(case), message_id=uuid4(), by_applicant=by_applicant)


async def test_a_message_opens_no_task_where_one_waits(database: Database):
    case = received()
    await handle(database, case)

    await handle(database, message(case))

    assert (await task_of(database, case)).has_news


async def test_a_message_opens_a_task_where_none_waits(client, database: Database, anna):
    case = received()
    await handle(database, case)
    await claim(client, anna, await task_of(database, case))
    await client.post(f"/tasks/{(await task_of(database, case)).id}/done", headers=anna)

    await handle(database, message(case, by_applicant=False))
    await handle(database, message(case))

    done, opened = await tasks_of(database, case)
    assert (done.status, opened.status) == (TaskStatus.DONE, TaskStatus.OPEN)
    assert (opened.title, opened.reference, opened.queue) == (NAME, REFERENCE, "avlopp")


def end_of(kind: type[AnyEvent], case: ApplicationSubmitted) -> AnyEvent:
    more = {"into_reference": "A2B3-C4D5"} if kind is CaseMerged else {}
    return kind(**facts(case), **more)


@pytest.mark.parametrize(
    ("kind", "because"),
    [
        (CaseWithdrawn, "Återkallat av den sökande"),
        (CaseClosed, "Avslutat"),
        (CaseMerged, "Fört samman med A2B3-C4D5"),
    ],
)
async def test_a_case_that_ends_closes_its_task_and_says_why(client, database, anna, published, kind, because):
    case = received()
    await handle(database, case)
    await claim(client, anna, await task_of(database, case))

    await handle(database, end_of(kind, case))

    [task] = (await client.get("/queues/avlopp/tasks?status=done", headers=anna)).json()["items"]
    assert (task["done_because"], task["claimed_by"]) == (because, "anna")
    done = (await published.fetch())[-1]
    assert isinstance(done, TaskDone)
    assert (str(done.task_id), done.holder_id) == (task["id"], person_id("anna"))


async def test_a_move_is_told_to_both_units(client, database: Database, anna, published):
    case = received()
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))
    await claim(client, anna, await task_of(database, case))

    await handle(database, moved(case))

    left, there = await tasks_of(database, case)
    assert (left.queue, left.status, left.done_because) == ("avlopp", TaskStatus.DONE, "Flyttat till Miljöskydd")
    assert (there.queue, there.status) == ("miljoskydd", TaskStatus.OPEN)
    assert (there.title, there.due_on) == (f"{NAME}, flyttat från Avlopp, vatten och energi", DUE)
    opened, done = (await published.fetch())[-2:]
    assert (opened.task_id, opened.queue, opened.about_id) == (there.id, "miljoskydd", case.application_id)
    assert (done.task_id, done.queue) == (left.id, "avlopp")


async def test_a_case_that_is_moved_back_has_a_task_there_again(database: Database):
    case = received()

    await handle(database, case, moved(case), moved(case, "avlopp", "miljoskydd"))

    waiting = [task.queue for task in await tasks_of(database, case) if task.status is TaskStatus.OPEN]
    assert waiting == ["avlopp"]


async def test_of_a_confidential_case_the_queue_tells_the_reference_alone(database: Database):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))

    await handle(database, CaseCompleted(**facts(case)))
    hidden = await task_of(database, case)
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=False))

    assert (hidden.title, hidden.confidential) == (f"{REFERENCE}: sekretessmarkerat", True)
    assert (await task_of(database, case)).title == NAME


@pytest.fixture
def head(staff) -> dict[str, str]:
    return staff("unit-head", subject="head", units=["avlopp"])


async def listed(client: httpx.AsyncClient, headers: dict[str, str], **wanted: str) -> dict[str, object]:
    response = await client.get("/queues/avlopp/tasks", params=wanted, headers=headers)
    [task] = response.json()["items"]
    return task


async def test_a_confidential_task_tells_its_kind_and_day_to_the_head_of_the_unit_alone(
    client, database: Database, anna, head
):
    case = received()
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))

    hidden, open_ = await listed(client, anna), await listed(client, head)

    assert (hidden["title"], hidden["kind"], hidden["due_on"]) == (f"{REFERENCE}: sekretessmarkerat", None, None)
    assert (open_["kind"], open_["due_on"]) == ("ansokan", DUE.isoformat())


async def test_tasks_that_were_done_before_a_case_became_confidential_do_not_name_it(client, database: Database, anna):
    case = received()
    await handle(database, case, CaseClosed(**facts(case)))

    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))
    hidden = await listed(client, anna, status="done")
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=False))

    assert (hidden["title"], hidden["done_because"]) == (f"{REFERENCE}: sekretessmarkerat", None)
    assert (await listed(client, anna, status="done"))["title"] == NAME


async def test_the_task_of_a_confidential_case_is_claimed_by_the_head_of_the_unit(
    client, database: Database, anna, head, published
):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))
    task = await task_of(database, case)

    refused = await client.post(f"/tasks/{task.id}/claim", headers=anna)
    await claim(client, head, task)

    assert (refused.status_code, refused.json()["code"]) == (403, "ConfidentialTask")
    claimed = (await published.fetch())[-1]
    assert (claimed.holder_id, claimed.confidential) == (person_id("head"), True)


async def test_the_head_of_the_unit_assigns_a_confidential_task(client, database: Database, anna, head, published):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))
    task = await task_of(database, case)
    await claim(client, head, task)
    body = {"subject": "anna", "name": "Anna Ek"}

    refused = await client.post(f"/tasks/{task.id}/assignment", json=body, headers=anna)
    assigned = await client.post(f"/tasks/{task.id}/assignment", json=body, headers=head)

    assert (refused.status_code, refused.json()["code"]) == (403, "OnlyTheHead")
    assert (assigned.status_code, assigned.json()["claimed_by_name"]) == (200, "Anna Ek")
    claimed = (await published.fetch())[-1]
    assert (claimed.holder_id, claimed.confidential) == (person_id("anna"), True)
    assert (await listed(client, anna))["kind"] == "ansokan"


async def test_the_mails_of_a_confidential_case_are_listed_for_its_handler_and_the_head_alone(
    client, database: Database, anna, head
):
    case = received(applicant_contact_id=uuid4())
    await handle(database, case)
    before = await client.get("/deliveries", headers=anna)
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))

    hidden, open_ = [await client.get("/deliveries", headers=headers) for headers in (anna, head)]

    assert [len(response.json()["items"]) for response in (before, hidden, open_)] == [1, 0, 1]


async def test_events_that_come_again_change_nothing(database: Database):
    case = received()
    events = [
        case,
        SupplementRequested(**facts(case), due_on=DUE),
        SupplementReceived(**facts(case)),
        moved(case),
        CaseClosed(**facts(case, unit="miljoskydd")),
    ]
    await handle(database, *events)
    before = [task.model_dump() for task in await tasks_of(database, case)]

    await handle_anew(database, *events)
    await handle_anew(database, events[2])

    assert [task.model_dump() for task in await tasks_of(database, case)] == before


async def test_an_event_that_comes_late_does_not_undo_a_later_one(database: Database):
    case = received()
    requested, answered = SupplementRequested(**facts(case), due_on=DUE), SupplementReceived(**facts(case))

    await handle(database, case, answered)
    await handle(database, requested)

    task = await task_of(database, case)
    assert (task.due_on, task.has_news) == (None, True)


async def test_a_case_that_ended_before_it_was_told_of_gets_no_task(database: Database, published):
    case = received()
    withdrawn = CaseWithdrawn(**facts(case))

    await handle(database, withdrawn)
    await handle(database, case)

    assert (await task_of(database, case)).status is TaskStatus.DONE
    assert await published.fetch() == []


async def test_a_case_that_began_and_ended_in_one_batch_is_told_as_opened_and_done(database: Database, published):
    case = received()

    await handle(database, case, CaseWithdrawn(**facts(case)))

    assert [type(event) for event in await published.fetch()] == [TaskOpened, TaskDone]


async def test_each_of_500_cases_is_told_of(database: Database, published):
    cases = [received() for _ in range(500)]

    await handle(database, *cases)

    assert {event.about_id for event in await published.fetch()} == {case.application_id for case in cases}


async def test_a_queue_has_one_task_of_a_case_that_waits(database: Database):
    case = received()
    await handle(database, case)
    first = await task_of(database, case)

    with pytest.raises(sa.exc.IntegrityError):
        async with database.transaction() as tx:
            tx.add(Task(event_id=UUID(int=1), about=first.about, queue="avlopp", title="x", reference=REFERENCE))


async def test_claiming_what_one_holds_is_told_once(client, database: Database, anna, published):
    case = received()
    await handle(database, case)
    task = await task_of(database, case)

    for step in ("claim", "claim", "release"):
        await client.post(f"/tasks/{task.id}/{step}", headers=anna)

    opened, claimed, released = await published.fetch()
    assert (opened.type, claimed.type) == ("notifications.task-opened.v1", "notifications.task-claimed.v1")
    assert (released.type, released.holder_id) == ("notifications.task-released.v1", person_id("anna"))
    assert (claimed.about_id, claimed.holder_id) == (case.application_id, person_id("anna"))
