"""What HTTP asks of every API, tried on a small one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database, Session
from shared.errors import NotFound
from shared.events import EventAnnounced, HouseListed
from shared.settings import Settings
from shared.tables import OUTBOX
from web import Caller, Reading, Router, Submission, Transaction, create_api, refusals

router = Router()


class NoThing(NotFound):
    """There is no such thing."""

    sv = "Det finns ingen sådan sak."


class Form(BaseModel):
    name: str = "hus"


class Thing(BaseModel):
    id: UUID


@router.get("/things")
async def things(language: Caller, limit: int = 20) -> dict[str, str]:
    return {"language": language, "limit": str(limit)}


@router.post("/things", status_code=201)
async def add(form: Form, submission: Submission) -> Thing:
    event = EventAnnounced(recruitment_event_id=uuid4(), title=form.name, starts_at=submission.at, capacity=1)
    submission.publish(event)
    return Thing(id=event.recruitment_event_id)


@router.post("/things/{thing_id}/publication", status_code=201)
async def publish(thing_id: UUID, tx: Transaction) -> Thing:
    tx.publish(HouseListed(house_id=thing_id, owner_contact_id=uuid4()))
    return Thing(id=thing_id)


@router.get("/things/{thing_id}", responses=refusals(NoThing))
async def show(thing_id: UUID, reading: Reading) -> Thing:
    raise NoThing


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = api()
    yield app
    await app.state.database.close()


@contextlib.asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client
    await app.state.database.close()


async def test_head_is_answered_as_get_without_the_body(client):
    got = await client.get("/things")

    asked = await client.head("/things")

    assert (asked.status_code, asked.content) == (200, b"")
    assert dict(asked.headers) == dict(got.headers)


@pytest.mark.parametrize(
    ("path", "allowed"), [("/things", "GET, HEAD, POST"), (f"/things/{uuid4()}/publication", "POST")]
)
async def test_a_wrong_method_is_told_every_right_one(client, path, allowed):
    response = await client.delete(path)

    assert response.status_code == 405
    assert response.headers["Allow"] == allowed


async def test_a_slash_too_many_is_not_found_and_never_redirected_to_the_host_of_the_request(client):
    response = await client.get("/things/", headers={"Host": "evil.example"})

    assert response.status_code == 404
    assert "evil.example" not in str(response.headers)


async def test_an_empty_query_value_is_as_if_left_out(client):
    response = await client.get("/things?limit=&language=")

    assert response.json() == {"language": "sv", "limit": "20"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/things?limit=1&colour=red"), ("POST", "/things?colour=red")])
async def test_a_query_that_nobody_reads_is_refused(client, method, path):
    response = await client.request(method, path, json={})

    assert response.status_code == 422
    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [("colour", "extra_forbidden")]


@pytest.mark.parametrize(("asked", "spoken"), [({}, "sv"), ({"Accept-Language": "en"}, "en")])
async def test_an_answer_in_the_callers_language_says_so_to_caches(client, asked, spoken):
    found = await client.get("/things", headers=asked)
    missing = await client.get(f"/things/{uuid4()}", headers=asked)

    for response in (found, missing):
        assert response.headers["Content-Language"] == spoken
        assert response.headers["Vary"] == "Accept-Language"


async def test_the_language_can_be_asked_for_in_the_query(client):
    response = await client.get("/things?language=en", headers={"Accept-Language": "sv"})

    assert (response.json()["language"], response.headers["Content-Language"]) == ("en", "en")


async def test_only_what_is_everybodys_may_be_kept_by_caches(client):
    public = await client.get("/things")
    receipt = await client.post("/things", json={})
    staff = await client.get("/things", headers={"Authorization": "Bearer x"})
    own = await client.get("/things", headers={"X-Application-Secret": "x"})
    refused = await client.get(f"/things/{uuid4()}")

    assert "Cache-Control" not in public.headers
    assert {answer.headers["Cache-Control"] for answer in (receipt, staff, own, refused)} == {"no-store"}
    assert {answer.headers["X-Content-Type-Options"] for answer in (public, receipt, refused)} == {"nosniff"}


async def test_no_answer_can_be_shown_as_a_page_or_tells_where_somebody_came_from(client, internal_client):
    answers = [
        await client.get("/things"),
        await client.post("/things", json={}),
        await client.get("/nowhere"),
        await internal_client.get("/metrics"),
    ]

    assert [answer.status_code for answer in answers] == [200, 201, 404, 200]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("scheme", "told"), [("https", "max-age=31536000; includeSubDomains"), ("http", None)])
async def test_who_came_over_tls_is_told_to_come_by_it_for_a_year(app, scheme, told):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{scheme}://test") as client:
        response = await client.get("/things")

    assert response.headers.get("Strict-Transport-Security") == told


async def test_a_201_says_where_the_thing_is_and_says_it_again_to_a_retry(client):
    key = {"Idempotency-Key": uuid4().hex, "Host": "evil.example"}

    made = await client.post("/things", json={}, headers=key)
    again = await client.post("/things", json={}, headers=key)
    published = await client.post(f"/things/{made.json()['id']}/publication")

    for response in (made, again, published):
        assert response.headers["Location"] == f"/things/{made.json()['id']}"


async def test_pages_of_other_origins_may_not_call_unless_they_are_named():
    page = {"Origin": "https://www.example.se"}
    preflight = {**page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}

    async with calling(api()) as closed:
        without = await closed.options("/things", headers=preflight)
    async with calling(api(cors_origins="https://www.example.se")) as opened:
        allowed = await opened.options("/things", headers=preflight)
        refused = await opened.options("/things", headers={**preflight, "Origin": "https://evil.example"})
        answer = await opened.get(f"/things/{uuid4()}", headers=page)

    assert (without.status_code, allowed.status_code, refused.status_code) == (405, 200, 400)
    assert allowed.headers["Access-Control-Allow-Origin"] == answer.headers["Access-Control-Allow-Origin"]
    assert {"Idempotency-Key", "X-Application-Secret"} <= set(
        allowed.headers["Access-Control-Allow-Headers"].split(", ")
    )
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"Location", "Retry-After", "Idempotency-Replayed"} <= exposed


async def test_an_error_nobody_planned_has_the_headers_of_every_answer(monkeypatch):
    app = api(cors_origins="https://www.example.se")
    monkeypatch.setattr(Session, "save_published", _fail)

    async with calling(app) as client:
        response = await client.post(f"/things/{uuid4()}/publication", headers={"Origin": "https://www.example.se"})

    assert (response.status_code, response.json()["code"]) == (500, "Unplanned")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "https://www.example.se"


async def _fail(_: Session) -> None:
    raise RuntimeError


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
        if b"COMMIT" in data or (b"ce_specversion" in data and not begun):
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
