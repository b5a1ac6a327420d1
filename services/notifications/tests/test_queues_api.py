"""The queues that staff are shown, and the tasks in them."""

import httpx
import pytest

from notifications.models.tasks import TaskStatus
from notifications.rules.routing import routing
from shared.database import Database
from testkit.pages import pages_of

from .rows import HOUSE, OTHER_HOUSE, at, delivery, save, task


@pytest.mark.parametrize("role", ["caseworker", "unit-head", "registrator", "administrator"])
async def test_whoever_works_with_cases_sees_the_queues_of_their_units(client: httpx.AsyncClient, staff, role):
    response = await client.get("/queues", headers=staff(role, units=["avfall"]))

    assert "avfall" in [queue["queue"] for queue in response.json()["items"]]


async def test_every_queue_is_listed_with_its_counts(client: httpx.AsyncClient, database: Database, anna):
    oldest, newer, done = task(), task(), task()
    await save(database, oldest, newer, done)
    await client.post(f"/tasks/{newer.id}/claim", headers=anna)
    await client.post(f"/tasks/{done.id}/claim", headers=anna)
    await client.post(f"/tasks/{done.id}/done", headers=anna)

    response = await client.get("/queues", headers=anna)

    queues = {queue["queue"]: queue for queue in response.json()["items"]}
    assert queues["boende"]["open"] == queues["boende"]["claimed"] == {"count": 1, "more": False}
    assert queues["boende"]["oldest_at"].startswith(oldest.created_at.isoformat()[:19])
    assert queues["avfall"] == {
        "queue": "avfall",
        "title": "Avfall och renhållning",
        "open": {"count": 0, "more": False},
        "claimed": {"count": 0, "more": False},
        "oldest_at": None,
    }
    assert queues.keys() == routing().queues.keys()


@pytest.mark.parametrize(("waiting", "more"), [(1000, False), (1001, True)])
async def test_of_very_many_tasks_the_first_thousand_are_counted(client, database: Database, anna, waiting, more):
    await save(database, *(task() for _ in range(waiting)))

    queues = await client.get("/queues", headers=anna)

    boende = next(queue for queue in queues.json()["items"] if queue["queue"] == "boende")
    assert boende["open"] == {"count": 1000, "more": more}
    assert boende["claimed"] == {"count": 0, "more": False}


async def test_a_queue_shows_urgent_tasks_first_and_hides_done_ones(client, database: Database, anna):
    first, urgent, done = task(), task(urgent=True), task(title="Klar")
    await save(database, first, urgent, done)
    await client.post(f"/tasks/{done.id}/claim", headers=anna)
    await client.post(f"/tasks/{done.id}/done", headers=anna)

    waiting = await client.get("/queues/boende/tasks", headers=anna)
    finished = await client.get("/queues/boende/tasks?status=done", headers=anna)

    assert [t["id"] for t in waiting.json()["items"]] == [str(urgent.id), str(first.id)]
    assert [t["title"] for t in finished.json()["items"]] == ["Klar"]


async def test_tasks_can_be_found_by_what_they_are_about(client, database: Database, anna):
    await save(database, task(about=HOUSE), task(about=OTHER_HOUSE))

    response = await client.get(f"/queues/boende/tasks?about={OTHER_HOUSE}", headers=anna)

    assert [t["about"] for t in response.json()["items"]] == [OTHER_HOUSE]


async def test_only_the_queues_of_ones_units_are_listed(client: httpx.AsyncClient, of_boende):
    response = await client.get("/queues", headers=of_boende)

    assert [queue["queue"] for queue in response.json()["items"]] == ["boende"]


@pytest.mark.parametrize("units", [None, [], ["parkering"]])
async def test_who_is_in_no_unit_of_ours_sees_nothing(client: httpx.AsyncClient, database: Database, staff, units):
    await save(database, task(), delivery())
    stranger = staff("caseworker", units=units)

    lists = [await client.get(path, headers=stranger) for path in ("/queues", "/deliveries")]
    refused = await client.get("/queues/boende/tasks", headers=stranger)

    assert [answer.json()["items"] for answer in lists] == [[], []]
    assert refused.status_code == 403


async def test_an_administrator_sees_and_does_everything_without_being_of_a_unit(
    client: httpx.AsyncClient, database: Database, staff
):
    wanted, sent = task(queue="avfall"), delivery(unit="tillstand")
    await save(database, wanted, sent)
    administrator = staff("administrator", units=None)

    queues = await client.get("/queues", headers=administrator)
    listed = await client.get("/queues/avfall/tasks", headers=administrator)
    claimed = await client.post(f"/tasks/{wanted.id}/claim", headers=administrator)
    mails = await client.get("/deliveries", headers=administrator)

    assert [one["queue"] for one in queues.json()["items"]] == list(routing().queues)
    assert [one["id"] for one in listed.json()["items"]] == [str(wanted.id)]
    assert claimed.status_code == 200
    assert [one["id"] for one in mails.json()["items"]] == [str(sent.id)]


async def test_a_queue_that_does_not_exist_is_not_found(client, anna):
    response = await client.get("/queues/parkering/tasks", headers=anna)

    assert (response.status_code, response.json()["code"]) == (404, "NoSuchQueue")


@pytest.mark.parametrize("path", ["/deliveries", "/queues/boende/tasks"])
@pytest.mark.parametrize("query", ["about=%00", "about=house-1", "limit=0", "limit=101", "after=x", "page=2"])
async def test_a_filter_that_cannot_be_is_named(client: httpx.AsyncClient, anna, path: str, query: str):
    response = await client.get(f"{path}?{query}", headers=anna)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == query.partition("=")[0]


async def test_tasks_and_deliveries_come_in_pages(client: httpx.AsyncClient, database: Database, anna):
    tasks = [task(created_at=at(hour)) for hour in range(3)]
    deliveries = [delivery(created_at=at(hour)) for hour in range(3)]
    await save(database, *tasks, *deliveries)

    task_pages = await pages_of(client, "/queues/boende/tasks", headers=anna)
    delivery_pages = await pages_of(client, "/deliveries", limit=2, headers=anna)

    assert [[t["id"] for t in page] for page in task_pages] == [[str(one.id)] for one in tasks]
    assert [len(page) for page in delivery_pages] == [2, 1]
    assert [d["id"] for page in delivery_pages for d in page] == [str(one.id) for one in reversed(deliveries)]


async def test_what_was_done_last_comes_first(client: httpx.AsyncClient, database: Database, anna):
    earlier = task(status=TaskStatus.DONE, done_at=at(1), urgent=True)
    later = task(status=TaskStatus.DONE, done_at=at(2))
    await save(database, earlier, later)

    response = await client.get("/queues/boende/tasks?status=done", headers=anna)

    assert [t["id"] for t in response.json()["items"]] == [str(later.id), str(earlier.id)]
