"""A case has one task that waits in its unit's queue, and what happens to the case changes it."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from notifications.models.tasks import Task, TaskStatus
from shared.database import Database
from shared.events import (
    AnyEvent,
    ApplicationSubmitted,
    CaseClosed,
    CaseMerged,
    CaseMessageSent,
    CaseWithdrawn,
    SupplementReceived,
    SupplementRequested,
    TaskDone,
    TaskOpened,
)
from shared.staff import person_id

from .cases import DUE, NAME, REFERENCE, claim, facts, moved, received, task_of, tasks_of
from .events import handle, handle_anew


async def test_a_task_knows_its_case(client, database: Database, anna):
    case = received(urgent=True)
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))

    response = await client.get(f"/queues/avlopp/tasks?reference={REFERENCE.lower()}", headers=anna)

    [task] = response.json()["items"]
    assert (task["reference"], task["kind"], task["due_on"]) == (REFERENCE, "ansokan", "2030-03-15")
    assert (task["title"], task["urgent"]) == (f"{NAME}, komplettering begärd", True)


async def test_a_queue_has_one_task_of_a_case_that_waits(database: Database):
    case = received()
    await handle(database, case)
    first = await task_of(database, case)

    with pytest.raises(sa.exc.IntegrityError):
        async with database.transaction() as tx:
            tx.add(Task(event_id=UUID(int=1), about=first.about, queue="avlopp", title="x", reference=REFERENCE))


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
