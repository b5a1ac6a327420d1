"""What a client may ask, send and be remembered by."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope, Send
from uvicorn.config import HTTP_PROTOCOLS

from shared.kafka_settings import Mode
from shared.settings import Settings
from web import Router, Submission, Transaction, create_api
from web.bodies import OF_A_CLIENT, OF_ALL, BodyBudget
from web.server import BOUNDED, Unbounded, require_bounds

LARGEST = 1_000_000
router = Router()


class Form(BaseModel):
    model_config = {"extra": "forbid"}

    text: str = ""


@router.post("/things", status_code=201)
async def make(form: Form, submission: Submission) -> Form:
    return form


@router.post("/things/{name}/publication")
async def publish(name: str, tx: Transaction) -> Form:
    return Form(text=name)


@router.get("/things")
async def show() -> Form:
    return Form()


def api(**settings: Any) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")


def calling(app: FastAPI, client: str = "192.0.2.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(client, 1)), base_url="http://test")


async def test_a_client_that_reads_too_much_is_told_to_wait_and_may_still_send():
    async with calling(api(read_rate_limit="2/minute")) as client:
        read = [(await client.get("/things")).status_code for _ in range(3)]
        sent = (await client.post("/things", json={"wrong": 1})).status_code

    assert (read, sent) == ([200, 200, 429], 422)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("not an address", "nor this"),
    ],
)
async def test_two_addresses_of_one_subscriber_share_a_limit(one, other):
    app = api(read_rate_limit="1/minute")

    statuses = []
    for address in (one, other):
        async with calling(app, address) as client:
            statuses.append((await client.get("/things")).status_code)

    assert statuses == [200, 429]


async def test_a_form_is_smaller_than_an_upload():
    async with calling(api()) as client:
        refused = await client.post("/things", json={"text": "x" * 200_000})

    assert (refused.status_code, refused.json()["code"]) == (413, "TooLarge")


async def test_many_unknown_names_are_refused_at_once_and_briefly():
    async with calling(api(max_body_bytes=1_000_000)) as client:
        refused = await client.post("/things", json={f"{number:x}": 0 for number in range(50_000)})

    assert refused.status_code == 422
    assert [violation["code"] for violation in refused.json()["violations"]] == ["too_many_names"]


@pytest.mark.parametrize("headers", [[], [(b"idempotency-key", b"1")]], ids=["without a key", "with a key"])
@pytest.mark.parametrize("path", ["/things", "/things/a/publication"])
async def test_who_waits_for_a_body_holds_no_connection_to_the_database(path, headers):
    app = api()
    held: list[int] = []
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        held.append(app.state.database.engine.pool.checkedout())
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "client": ("192.0.2.1", 1)}
    content_type = (b"content-type", b"application/json")
    await app({**scope, "headers": [content_type, (b"content-length", b"10"), *headers]}, receive, send)
    await app.state.database.close()

    assert set(held) <= {0}
    assert bool(held) == (path == "/things" or bool(headers))


class Slow:
    """An app that reads a body when it is told to."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reading += 1
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


class Uploads:
    """Uploads that are being received by a slow app behind a budget."""

    def __init__(self) -> None:
        self.app = Slow()
        self.moment = 0.0
        self._budget = BodyBudget(self.app, LARGEST, clock=lambda: self.moment)
        self._tasks: list[asyncio.Task[int]] = []

    async def send(self, client: str, **headers: str) -> None:
        self._tasks.append(asyncio.create_task(self._status(client, headers or {"content-length": str(LARGEST)})))
        await asyncio.sleep(0)

    async def _status(self, client: str, headers: dict[str, str]) -> int:
        scope = {"type": "http", "method": "POST", "client": (client, 1), "headers": []}
        scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await self._budget(scope, _nothing, send)
        return int(sent[0]["status"])

    async def statuses(self) -> list[int]:
        self.app.go_on.set()
        return [await task for task in self._tasks]


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


@pytest.fixture
async def uploads() -> AsyncIterator[Uploads]:
    yield Uploads()


async def test_a_client_sends_so_many_large_bodies_at_one_time_and_others_go_on(uploads):
    for _ in range(OF_A_CLIENT + 1):
        await uploads.send("192.0.2.1")
    await uploads.send("192.0.2.2")

    assert await uploads.statuses() == [200] * OF_A_CLIENT + [503, 200]


async def test_all_clients_together_send_so_many_large_bodies_at_one_time(uploads):
    for number in range(OF_ALL + 1):
        await uploads.send(f"192.0.2.{number}")

    assert await uploads.statuses() == [200] * OF_ALL + [503]


async def test_who_sends_slowest_gives_way_when_all_is_used(uploads):
    for number in range(OF_ALL):
        await uploads.send(f"192.0.2.{number}")
        uploads.moment += 1

    await uploads.send("192.0.2.99")

    statuses = await uploads.statuses()
    assert sorted(statuses) == [200] * OF_ALL + [503]
    assert statuses[-1] == 200


async def test_nobody_gives_way_to_a_client_that_has_had_its_share(uploads):
    for number in range(OF_ALL):
        await uploads.send(f"192.0.2.{number % 3}")
    uploads.moment = 60

    await uploads.send("192.0.2.0")

    assert await uploads.statuses() == [200] * OF_ALL + [503]


async def test_a_body_without_a_length_counts_as_the_largest(uploads):
    for _ in range(OF_A_CLIENT + 1):
        await uploads.send("192.0.2.1", transfer_encoding="chunked")

    assert (await uploads.statuses())[-1] == 503


async def test_small_bodies_are_not_counted(uploads):
    for _ in range(100):
        await uploads.send("192.0.2.1", content_length="60000")

    assert await uploads.statuses() == [200] * 100


async def test_a_body_that_has_been_received_makes_room_for_the_next(uploads):
    uploads.app.go_on.set()
    for _ in range(100):
        await uploads.send("192.0.2.1")

    assert await uploads.statuses() == [200] * 100


def test_in_production_an_api_starts_within_bounds_or_not_at_all(monkeypatch):
    production = Settings.model_construct(mode=Mode.PRODUCTION)

    with pytest.raises(Unbounded, match="kommunbuss-serve"):
        require_bounds(production)
    monkeypatch.setitem(HTTP_PROTOCOLS, "auto", BOUNDED)
    require_bounds(production)
