"""Who claims, releases and finishes a task."""

import asyncio
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from notifications.models.tasks import Task
from shared.database import Database
from testkit.committed import delete, meeting_at

from .rows import save, task


@pytest.fixture
def bo(staff) -> dict[str, str]:
    return staff("caseworker", subject="bo")


@pytest.mark.parametrize("step", ["claim", "release", "done"])
async def test_a_task_of_another_unit_is_not_listed_claimed_released_or_finished(
    client: httpx.AsyncClient, database: Database, of_boende, step
):
    theirs = task(queue="avfall")
    await save(database, theirs)

    listed = await client.get("/queues/avfall/tasks", headers=of_boende)
    changed = await client.post(f"/tasks/{theirs.id}/{step}", headers=of_boende)

    assert [(answer.status_code, answer.json()["code"]) for answer in (listed, changed)] == [(403, "NotYourUnit")] * 2


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
