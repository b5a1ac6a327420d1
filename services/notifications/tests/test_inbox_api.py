"""The tasks of all queues of one's units, as one list."""

from base64 import b64decode
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from notifications.models.tasks import Task, TaskStatus
from shared.clock import day_in_sweden, now
from shared.database import Database
from testkit.pages import pages_of

from .rows import at, save, task

TODAY = day_in_sweden(now())
DAY = timedelta(days=1)


def held_by(subject: str, **values: object) -> Task:
    return task(status=TaskStatus.CLAIMED, claimed_by=subject, claimed_by_name=subject.title(), **values)


async def ids(client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> list[str]:
    response = await client.get(f"/tasks?{query}", headers=headers)
    assert response.status_code == 200
    return [one["id"] for one in response.json()["items"]]


def of(*tasks: Task) -> list[str]:
    return [str(one.id) for one in tasks]


async def test_the_tasks_of_all_ones_units_are_one_list_by_the_day_they_are_due(client, database: Database, staff):
    later, none = task(due_on=TODAY + 3 * DAY), task(queue="avlopp", created_at=at(1))
    at_once, sooner, theirs = task(urgent=True), task(queue="avlopp", due_on=TODAY), task(queue="avfall")
    await save(database, later, none, at_once, sooner, theirs)
    cia = staff("caseworker", subject="cia", units=["boende", "avlopp"])

    assert await ids(client, "", cia) == of(at_once, sooner, later, none)
    assert await ids(client, "queue=avlopp", cia) == of(sooner, none)
    assert await ids(client, "queue=avfall", cia) == []


async def test_an_administrator_sees_the_tasks_of_every_unit(client, database: Database, staff):
    await save(database, task(), task(queue="avfall"))

    assert len(await ids(client, "", staff("administrator", units=None))) == 2


async def test_each_view_has_its_tasks_and_their_count(client, database: Database, anna):
    nobodys, own, theirs = task(), held_by("anna"), held_by("bo")
    late = task(due_on=TODAY - DAY)
    done, done_before = (task(status=TaskStatus.DONE, done_at=done_at) for done_at in (now(), now() - 2 * DAY))
    await save(database, nobodys, own, theirs, late, done, done_before)

    counts = (await client.get("/tasks/counts", headers=anna)).json()

    expected = {
        "unassigned": [nobodys, late],
        "mine": [own],
        "waiting": [nobodys, own, theirs, late],
        "late": [late],
        "done_today": [done],
    }
    for view, tasks in expected.items():
        assert set(await ids(client, f"view={view}", anna)) == set(of(*tasks)), view
        assert counts[view] == {"count": len(tasks), "more": False}, view


async def test_the_counts_of_one_queue_are_of_that_queue(client, database: Database, anna):
    await save(database, task(), task(queue="avfall"), task(queue="avfall"))

    counts = (await client.get("/tasks/counts?queue=avfall", headers=anna)).json()

    assert counts["unassigned"]["count"] == 2


async def test_a_list_is_narrowed_by_what_is_looked_for(client, database: Database, anna):
    urgent, news = task(urgent=True), task(has_news=True)
    held, named = held_by("bo"), task(title="K7MP-2XWB: Värmepump, 100 % el")
    await save(database, urgent, news, held, named)

    assert await ids(client, "urgent=true", anna) == of(urgent)
    assert await ids(client, "has_news=true", anna) == of(news)
    assert await ids(client, "status=claimed", anna) == of(held)
    assert await ids(client, "text=k7mp", anna) == of(named)
    assert await ids(client, "text=100 %25", anna) == of(named)
    assert await ids(client, "text=%25", anna) == of(named)
    assert await ids(client, "text=_", anna) == []


async def test_tasks_are_found_by_their_ids_whatever_became_of_them(client, database: Database, of_boende):
    done, held, theirs = task(status=TaskStatus.DONE, done_at=at(1)), held_by("bo"), task(queue="avfall")
    await save(database, done, held, theirs, task())

    found = await ids(client, "&".join(f"id={one.id}" for one in (done, held, theirs)), of_boende)

    assert set(found) == set(of(done, held))


async def test_nobody_learns_by_a_list_what_is_confidential(client, database: Database, staff, head):
    secret = task(queue="avlopp", confidential=True, due_on=TODAY - DAY, title="K7MP-2XWB: sekretessmarkerat")
    await save(database, secret)
    other = staff("caseworker", subject="cia", units=["avlopp"])

    assert await ids(client, "view=late", other) == []
    assert (await client.get("/tasks", headers=other)).json()["items"][0]["due_on"] is None
    assert (await client.get("/tasks/counts", headers=other)).json()["late"]["count"] == 0
    assert await ids(client, "view=late", head) == of(secret)


async def test_the_place_of_a_confidential_task_does_not_tell_its_day(client, database: Database, staff):
    day = TODAY + 3 * DAY
    secret, sooner = task(confidential=True, due_on=day, created_at=at(1)), task(due_on=TODAY)
    undated = task(confidential=True, created_at=at(2))
    await save(database, secret, sooner, undated)
    bo = staff("caseworker", subject="bo", units=["boende"])

    first = (await client.get("/tasks?limit=1", headers=bo)).json()

    assert await ids(client, "", bo) == of(secret, undated, sooner)
    assert day.isoformat() not in b64decode(first["next"], altchars=b"-_").decode()


async def test_the_list_goes_on_where_the_page_before_ended(client, database: Database, anna):
    days = [TODAY, TODAY, TODAY + DAY, None, None]
    tasks = [task(due_on=due_on, created_at=at(hour)) for hour, due_on in enumerate(days)]
    await save(database, task(urgent=True, created_at=at(9)), *tasks)

    pages = await pages_of(client, "/tasks", limit=2, headers=anna)

    assert [one["id"] for page in pages for one in page][1:] == of(*tasks)


@pytest.mark.parametrize("query", ["view=snoozed", "id=x", "after=x", "limit=101", f"id={uuid4()}&page=2"])
async def test_what_cannot_be_asked_for_is_refused(client: httpx.AsyncClient, anna, query: str):
    assert (await client.get(f"/tasks?{query}", headers=anna)).status_code == 422
