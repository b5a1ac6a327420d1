import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.models.tasks import Task, TaskStatus
from shared.database import Database
from testkit.committed import delete, meeting_at
from testkit.pages import pages_of

HOUSE, OTHER_HOUSE = str(UUID(int=1)), str(UUID(int=2))


def task(**values: object) -> Task:
    return Task(**{"event_id": uuid4(), "about": HOUSE, "queue": "boende", "title": "Granska hus", **values})


def delivery(**values: object) -> Delivery:
    whom = {"publisher": "housing", "unit": "boende", "contact_id": uuid4()}
    return Delivery(**{"event_id": uuid4(), "about": HOUSE, "template": "x", "priority": 1, **whom, **values})


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


async def save(database: Database, *rows: Task | Delivery) -> None:
    async with database.transaction() as tx:
        tx.add_all(rows)


@pytest.fixture
def anna(staff) -> dict[str, str]:
    return staff("caseworker", subject="anna")


@pytest.fixture
def bo(staff) -> dict[str, str]:
    return staff("caseworker", subject="bo")


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
    assert len(queues) == 9


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


@pytest.fixture
def of_boende(staff) -> dict[str, str]:
    """Somebody who works in one unit."""
    return staff("caseworker", subject="cia", units=["boende"])


async def test_only_the_queues_of_ones_units_are_listed(client: httpx.AsyncClient, of_boende):
    response = await client.get("/queues", headers=of_boende)

    assert [queue["queue"] for queue in response.json()["items"]] == ["boende"]


@pytest.mark.parametrize("step", ["claim", "release", "done"])
async def test_a_task_of_another_unit_is_not_listed_claimed_released_or_finished(
    client: httpx.AsyncClient, database: Database, of_boende, step
):
    theirs = task(queue="avfall")
    await save(database, theirs)

    listed = await client.get("/queues/avfall/tasks", headers=of_boende)
    changed = await client.post(f"/tasks/{theirs.id}/{step}", headers=of_boende)

    assert [(answer.status_code, answer.json()["code"]) for answer in (listed, changed)] == [(403, "NotYourUnit")] * 2


async def test_mails_of_other_units_are_not_shown(client: httpx.AsyncClient, database: Database, of_boende):
    ours, theirs = delivery(), delivery(unit="avfall")
    await save(database, ours, theirs)

    response = await client.get("/deliveries", headers=of_boende)
    by_id = await client.get(f"/deliveries?event_id={theirs.event_id}", headers=of_boende)

    assert [mail["id"] for mail in response.json()["items"]] == [str(ours.id)]
    assert by_id.json()["items"] == []


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

    assert len(queues.json()["items"]) == 9
    assert [one["id"] for one in listed.json()["items"]] == [str(wanted.id)]
    assert claimed.status_code == 200
    assert [one["id"] for one in mails.json()["items"]] == [str(sent.id)]


async def test_a_queue_that_does_not_exist_is_not_found(client, anna):
    response = await client.get("/queues/parkering/tasks", headers=anna)

    assert (response.status_code, response.json()["code"]) == (404, "NoSuchQueue")


async def test_a_claimed_task_says_who_holds_it(client, database: Database, anna):
    wanted = task()
    await save(database, wanted)

    claimed = await client.post(f"/tasks/{wanted.id}/claim", headers=anna)
    again = await client.post(f"/tasks/{wanted.id}/claim", headers=anna)

    assert (claimed.status_code, again.status_code) == (200, 200)
    assert claimed.json()["status"] == "claimed"
    assert (claimed.json()["claimed_by"], claimed.json()["claimed_by_name"]) == ("anna", "Anna")


async def test_the_loser_is_told_in_their_language(client, database: Database, anna, bo):
    wanted = task()
    await save(database, wanted)
    await client.post(f"/tasks/{wanted.id}/claim", headers=anna)

    response = await client.post(f"/tasks/{wanted.id}/claim", headers={**bo, "Accept-Language": "en"})

    assert (response.status_code, response.json()["code"]) == (409, "AlreadyClaimed")
    assert response.json()["detail"].startswith("Somebody else has claimed this task.")


@pytest.mark.parametrize("identified", [False, None])
async def test_a_task_says_whether_who_sent_in_is_known(client, database: Database, anna, identified):
    await save(database, task(identified=identified))

    response = await client.get("/queues/boende/tasks", headers=anna)

    assert [one["identified"] for one in response.json()["items"]] == [identified]


async def test_only_the_holder_releases_or_finishes(client, database: Database, anna, bo):
    wanted = task()
    await save(database, wanted)
    await client.post(f"/tasks/{wanted.id}/claim", headers=anna)

    refused = await client.post(f"/tasks/{wanted.id}/release", headers=bo)
    released = await client.post(f"/tasks/{wanted.id}/release", headers=anna)
    taken_over = await client.post(f"/tasks/{wanted.id}/claim", headers=bo)
    finished = await client.post(f"/tasks/{wanted.id}/done", headers=bo)
    again = await client.post(f"/tasks/{wanted.id}/done", headers=bo)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotYours")
    assert (released.json()["status"], released.json()["claimed_by"]) == ("open", None)
    assert taken_over.json()["claimed_by"] == "bo"
    assert finished.json()["status"] == "done"
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyDone")


async def test_a_task_that_does_not_exist_is_not_found(client, anna):
    response = await client.post(f"/tasks/{uuid4()}/claim", headers=anna)

    assert (response.status_code, response.json()["code"]) == (404, "NoSuchTask")


async def test_one_person_of_twenty_gets_the_task(app: FastAPI, committing_client: httpx.AsyncClient, staff):
    wanted = task()
    await save(app.state.database, wanted)
    people = [staff("caseworker", subject=f"person-{number}") for number in range(20)]

    responses = await asyncio.gather(
        *(committing_client.post(f"/tasks/{wanted.id}/claim", headers=person) for person in people)
    )

    assert sorted(response.status_code for response in responses) == [200] + [409] * 19
    [winner] = [response.json() for response in responses if response.status_code == 200]
    async with app.state.database.transaction() as tx:
        held = await tx.get(Task, wanted.id)
        await tx.delete(held)
    assert held.claimed_by == winner["claimed_by"]


@pytest.mark.postgres
async def test_of_two_people_at_the_same_time_one_gets_the_task(app, committing_client, anna, bo):
    wanted = task()
    await save(app.state.database, wanted)

    row = sa.select(Task.id).where(Task.id == wanted.id)
    claims = (committing_client.post(f"/tasks/{wanted.id}/claim", headers=person) for person in (anna, bo))
    answers = await meeting_at(app.state.database, row, *claims)

    await delete(app.state.database, sa.delete(Task).where(Task.id == wanted.id))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_deliveries_are_found_by_status_subject_and_event(client, database: Database, anna):
    accepted = delivery(status=DeliveryStatus.ACCEPTED, about=OTHER_HOUSE)
    failed = delivery(status=DeliveryStatus.FAILED, last_error="550 5.1.1")
    await save(database, accepted, failed)

    by_status = await client.get("/deliveries?status=failed", headers=anna)
    by_subject = await client.get(f"/deliveries?about={OTHER_HOUSE}", headers=anna)
    by_event = await client.get(f"/deliveries?event_id={accepted.event_id}", headers=anna)
    newest = await client.get("/deliveries?limit=1", headers=anna)

    assert [d["id"] for d in by_status.json()["items"]] == [str(failed.id)]
    assert [d["id"] for d in by_subject.json()["items"]] == [str(accepted.id)]
    assert [d["id"] for d in by_event.json()["items"]] == [str(accepted.id)]
    assert len(newest.json()["items"]) == 1


async def test_a_delivery_names_its_contact_by_id(client, database: Database, anna):
    await save(database, sent := delivery())

    response = await client.get("/deliveries", headers=anna)

    assert [(d["publisher"], d["contact_id"]) for d in response.json()["items"]] == [("housing", str(sent.contact_id))]


async def test_an_unknown_status_is_answered_with_the_choices(client, anna):
    response = await client.get("/deliveries?status=lost", headers=anna)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "status"


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
