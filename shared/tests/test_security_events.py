"""Who is refused leaves a line in the log and a number in the metrics, and no address."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI

from shared.settings import Settings
from web import Person, RequireRole, Router, create_api
from web import security as module
from web.security import SecurityLog

router = Router()
ADDRESS = "203.0.113.7"
Lines = Callable[[], list[dict[str, Any]]]


@router.get("/me")
async def me(person: Annotated[Person, Depends(RequireRole("caseworker", units=["boende"]))]) -> str:
    return person.name


@router.post("/things")
async def add() -> str:
    return "a thing"


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = api(rate_limit="1/hour")
    yield app
    await app.state.database.close()


@pytest.fixture
async def from_afar(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=(ADDRESS, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """What was logged about refusals since it was last asked."""

    def refusals() -> list[dict[str, Any]]:
        logged = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        caplog.clear()
        return [line for line in logged if line["event"] == "refused"]

    return refusals


async def test_a_refused_request_says_who_was_refused_what_and_why(from_afar: httpx.AsyncClient, staff, lines):
    await from_afar.get("/me")
    await from_afar.get("/me", headers=staff("caseworker", exp=1))
    await from_afar.get("/me", headers=staff("gardener", subject="bo"))
    await from_afar.get("/me", headers=staff("caseworker", subject="bo", units=["avfall"]))

    found = lines()
    assert [(line["status"], line["code"], line["subject"], line["reason"]) for line in found] == [
        (401, "Unauthorized", None, None),
        (401, "Unauthorized", None, "ExpiredSignatureError"),
        (403, "Forbidden", "bo", None),
        (403, "NotYourUnit", "bo", None),
    ]
    assert {(line["method"], line["route"]) for line in found} == {("GET", "/me")}


async def test_a_client_who_comes_too_often_is_one_of_them(from_afar: httpx.AsyncClient, lines):
    await from_afar.post("/things")
    await from_afar.post("/things")

    assert [(line["status"], line["code"]) for line in lines()] == [(429, "TooManyRequests")]


async def test_what_is_not_there_or_not_right_is_no_security_event(from_afar: httpx.AsyncClient, lines):
    await from_afar.get("/nowhere")
    await from_afar.get("/me?colour=red")

    assert lines() == []


async def test_the_same_client_is_known_again_and_its_address_is_not_told(from_afar: httpx.AsyncClient, lines):
    await from_afar.get("/me")
    await from_afar.get("/me")

    found = lines()
    assert len({line["client"] for line in found}) == 1
    assert ADDRESS not in str(found)


async def test_the_addresses_that_one_subscriber_has_are_one_client(app: FastAPI, lines):
    for address in ("2001:db8:1:2::1", "2001:db8:1:2::2"):
        transport = httpx.ASGITransport(app, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.get("/me")

    assert len({line["client"] for line in lines()}) == 1


def test_an_address_cannot_be_guessed_from_its_hash_without_the_key():
    ours = Settings(service="housing", address_key="a key of our own")

    assert SecurityLog(ours).hash_of(ADDRESS) == SecurityLog(ours).hash_of(ADDRESS)
    assert SecurityLog(ours).hash_of(ADDRESS) != SecurityLog(Settings(service="housing")).hash_of(ADDRESS)


async def test_every_refusal_is_counted(from_afar: httpx.AsyncClient, app: FastAPI):
    async def counted() -> float:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app.state.internal), base_url="http://test"
        ) as internal:
            metrics = (await internal.get("/metrics")).text
        [line] = [line for line in metrics.splitlines() if 'refusals_total{code="Unauthorized"}' in line]
        return float(line.split()[-1])

    before = await counted()
    for _ in range(3):
        await from_afar.get("/me")

    assert await counted() == before + 3


async def test_who_is_refused_again_and_again_fills_no_log(from_afar: httpx.AsyncClient, lines, monkeypatch):
    monkeypatch.setattr(module.time, "time", lambda: 60.0)
    for _ in range(module.LINES_OF_A_CLIENT + 5):
        await from_afar.get("/me")
    written = lines()
    monkeypatch.setattr(module.time, "time", lambda: 120.0)
    await from_afar.get("/me")

    assert len(written) == module.LINES_OF_A_CLIENT
    assert len(lines()) == 1


def test_many_clients_together_fill_no_log_either(monkeypatch):
    monkeypatch.setattr(module, "LINES_OF_ALL", 10)
    security = SecurityLog(Settings(service="housing"))

    allowed = [security._may_write(f"client {number}", 60.0) for number in range(20)]

    assert sum(allowed) == 10
