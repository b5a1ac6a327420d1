"""The internal port: what the municipality's own processes ask is not on the public port."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.database import Database
from shared.settings import Settings
from testkit.broker import free_port
from web import contacts_router, create_api
from web.internal import CannotListen


def api(**settings: object):
    return create_api(
        Settings(service="housing", **settings), description="test", internal=[contacts_router(["boende"])]
    )


@pytest.fixture
async def app():
    app = api()
    yield app
    await app.state.database.close()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/contacts/lookup"])
async def test_the_public_port_does_not_know_what_is_asked_from_within(app, path):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as public:
        answers = [await public.get(path), await public.post(path, json={})]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_the_internal_port_answers_while_the_api_runs():
    port = free_port()
    app = api(internal_port=port)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as internal:
        async with app.router.lifespan_context(app):
            ready, metrics = await internal.get("/health/ready"), await internal.get("/metrics")
            look_up = await internal.post("/contacts/lookup", json={})
        with pytest.raises(httpx.ConnectError):
            await internal.get("/health/ready")

    assert (ready.status_code, metrics.status_code, look_up.status_code) == (200, 200, 401)


async def test_ready_tells_whether_the_database_answers(internal_client):
    away = api(database_url="postgresql://nobody@127.0.0.1:1/nowhere").state.internal

    up = await internal_client.get("/health/ready")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(away), base_url="http://test") as client:
        down, live = await client.get("/health/ready"), await client.get("/health/live")

    assert (up.status_code, down.status_code, live.status_code) == (200, 503, 200)


async def test_a_port_that_another_has_stops_the_start_and_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        app = api(internal_port=other.getsockname()[1])
        with pytest.raises(CannotListen, match=r"INTERNAL_PORT=\d+ cannot be had"):
            async with app.router.lifespan_context(app):
                pass


async def test_several_processes_of_one_api_run_on_one_machine():
    first, second = api(internal_port=0), api(internal_port=0)

    async with first.router.lifespan_context(first), second.router.lifespan_context(second):
        pass


async def test_what_is_held_beside_an_api_is_held_while_it_runs():
    seen: list[object] = []

    @asynccontextmanager
    async def held(database: Database) -> AsyncIterator[None]:
        seen.append(database)
        yield
        seen.append("let go")

    app = create_api(Settings(service="housing", internal_port=0), description="test", beside=held)

    async with app.router.lifespan_context(app):
        assert seen == [app.state.database]

    assert seen[1:] == ["let go"]
