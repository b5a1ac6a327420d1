"""What is said of a request when it is not known, or is known, whether it was saved."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database, Session
from shared.settings import Settings
from shared.tables import OUTBOX

from .listed_things import api, calling

ANNOUNCED = b"recruitment.event-announced.v1"
"""What tells a statement that saves all at once, which has no COMMIT of its own."""


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = api()
    yield app
    await app.state.database.close()


@contextlib.asynccontextmanager
async def losing_commits(monkeypatch: pytest.MonkeyPatch, is_done: bool) -> AsyncIterator[FastAPI]:
    """An API whose connection to its database breaks whenever something is committed: after it is, or before."""
    url = sa.make_url(Settings(service="housing").database)
    if url.get_backend_name() == "sqlite":
        for kind in (Session, AsyncConnection):
            monkeypatch.setattr(kind, "commit", _lost(kind.commit, is_done))
        yield api()
        return
    connections: list[asyncio.Task[None]] = []
    target = (url.host or "127.0.0.1", url.port or 5432)

    def serve(*client: Any) -> None:
        connections.append(asyncio.create_task(_cut_at_commit(target, is_done, *client)))

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        cut = url.set(drivername="postgresql", host="127.0.0.1", port=port)
        yield api(database_url=cut.render_as_string(hide_password=False))
    await asyncio.gather(*connections)


def _lost(commit: Callable[[Any], Awaitable[None]], is_done: bool) -> Callable[[Any], Awaitable[None]]:
    async def lost(committing: Any) -> None:
        if is_done:
            await commit(committing)
        raise OperationalError("COMMIT", {}, ConnectionResetError(), connection_invalidated=True)

    return lost


async def _cut_at_commit(
    target: tuple[str, int], is_done: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    from_server, to_server = await asyncio.open_connection(*target)
    back = asyncio.create_task(_pass(from_server, writer))
    begun = False
    while data := await reader.read(65536):
        begun = (begun or b"BEGIN" in data) and b"ROLLBACK" not in data
        if b"COMMIT" in data or (ANNOUNCED in data and not begun):
            break
        to_server.write(data)
    back.cancel()
    await asyncio.wait([back])
    if is_done and data:
        to_server.write(data)
        await from_server.read(65536)
    for end in (writer, to_server):
        end.transport.abort()
        with contextlib.suppress(OSError):
            await end.wait_closed()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


async def events_about(database: Database, name: str) -> int:
    async with database.reading() as session:
        values = (await (await session.connection()).execute(sa.select(OUTBOX.c.value))).scalars()
    return sum(name.encode() in value for value in values)


@pytest.mark.parametrize("is_done", [True, False], ids=["saved", "not saved"])
async def test_when_nobody_knows_whether_it_was_saved_that_is_said_and_a_retry_saves_it_once(app, monkeypatch, is_done):
    name = uuid4().hex
    key = {"Idempotency-Key": name, "Accept-Language": "en"}

    with monkeypatch.context() as patch:
        async with losing_commits(patch, is_done) as losing, calling(losing) as client:
            answer = await client.post("/things", json={"name": name}, headers=key)
            staff = await client.post(f"/things/{uuid4()}/publication", headers={"Accept-Language": "en"})
    found = await events_about(app.state.database, name)
    async with calling(app) as client:
        retry = await client.post("/things", json={"name": name}, headers=key)

    assert {(one.status_code, one.json()["code"]) for one in (answer, staff)} == {(503, "MaybeSaved")}
    assert "cannot tell whether it was saved" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
    assert found == is_done
    assert (retry.status_code, await events_about(app.state.database, name)) == (201, 1)


async def test_a_database_that_is_away_has_saved_nothing_and_that_is_said():
    async with calling(api(database_url="postgresql://nobody@127.0.0.1:1/nowhere")) as client:
        answer = await client.post("/things", json={}, headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.json()["code"]) == (503, "Unavailable")
    assert "Nothing was saved" in answer.json()["detail"]


async def test_after_a_mistake_of_ours_nothing_is_saved_and_that_is_said(app, monkeypatch):
    thing_id = str(uuid4())
    monkeypatch.setattr("web.router.location_of", _mistaken)

    async with calling(app) as client:
        answer = await client.post(f"/things/{thing_id}/publication", headers={"Accept-Language": "en"})
    saved = await events_about(app.state.database, thing_id)

    assert (answer.status_code, answer.json()["code"], saved) == (500, "Unplanned", 0)
    assert "Nothing was saved" in answer.json()["detail"]


def _mistaken(*_: object) -> str:
    raise RuntimeError
