"""A request that is sent again with its key is done once."""

import asyncio
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from shared.database import Database
from shared.tables import OUTBOX
from testkit.waiting import until

from .things import Slow, api, slow


async def events(database: Database) -> int:
    async with database.reading() as session:
        return int((await (await session.connection()).execute(sa.select(sa.func.count(OUTBOX.c.id)))).scalar_one())


async def test_the_same_key_and_body_give_the_first_answer_again(client, published):
    key = {"Idempotency-Key": uuid4().hex}
    first = await client.post("/things", json={"name": "hus", "rooms": 3}, headers=key)

    again = await client.post("/things", json={"name": "hus", "rooms": 3}, headers=key)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await published.fetch()) == 1


async def test_the_same_key_with_another_body_is_refused(client):
    key = {"Idempotency-Key": uuid4().hex}
    await client.post("/things", json={"name": "hus", "rooms": 3}, headers=key)

    response = await client.post("/things", json={"name": "hus", "rooms": 4}, headers=key)

    assert (response.status_code, response.json()["code"]) == (422, "KeyReused")


async def test_a_refused_request_may_be_mended_and_sent_with_the_same_key(client):
    key = {"Idempotency-Key": uuid4().hex}
    await client.post("/things", json={"name": "taken", "rooms": 3}, headers=key)

    response = await client.post("/things", json={"name": "hus", "rooms": 3}, headers=key)

    assert response.status_code == 201


@pytest.fixture
def stopped() -> Slow:
    """A request named `slow` stops in the middle until it is let go on."""
    slow.begun.clear()
    slow.goes_on.clear()
    return slow


async def test_a_second_request_while_the_first_is_in_progress_is_told_to_wait(committing_client, stopped):
    request = {"json": {"name": "slow", "rooms": 3}, "headers": {"Idempotency-Key": uuid4().hex}}

    first = asyncio.ensure_future(committing_client.post("/things", **request))
    await stopped.begun.wait()
    second = await committing_client.post("/things", **request)
    stopped.goes_on.set()

    assert (second.status_code, second.json()["code"]) == (409, "StillInProgress")
    assert (await first).status_code == 201


async def test_two_processes_answer_a_key_once(app, stopped):
    """What one process does not see in memory the database must: a second app, the same database."""
    other = api()
    key = {"Idempotency-Key": uuid4().hex}
    before = await events(app.state.database)

    async def post(app: FastAPI) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.post("/things", json={"name": "slow", "rooms": 3}, headers=key)

    first = asyncio.ensure_future(post(app))
    await stopped.begun.wait()
    second = asyncio.ensure_future(post(other))
    await until(lambda: second.done() or other.state.in_progress)
    stopped.goes_on.set()

    assert (await first).status_code == 201
    assert (await second).status_code in (201, 409)
    assert await events(app.state.database) == before + 1
    await other.state.database.close()
