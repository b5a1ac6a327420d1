"""The HTTP edge, tried on a small API of its own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field

from shared.database import Database
from shared.errors import Conflict
from shared.events import HouseListed
from shared.settings import Settings
from shared.tables import OUTBOX
from testkit.waiting import until
from web import (
    Person,
    RecipientLimit,
    RequireRole,
    Router,
    Submission,
    TooManyMails,
    Transaction,
    create_api,
    refusals,
)
from web.windows import InProcess

router = Router()


class Taken(Conflict):
    """The name is taken. Choose another."""

    sv = "Namnet är upptaget. Välj ett annat."


class Form(BaseModel):
    name: str = Field(min_length=2)
    rooms: int


class Slow:
    """Lets a test stop a request in the middle."""

    def __init__(self) -> None:
        self.begun, self.goes_on = asyncio.Event(), asyncio.Event()


slow = Slow()


@router.post("/things", status_code=201, responses=refusals(Taken, TooManyMails))
async def add(form: Form, tx: Transaction, recipients: RecipientLimit) -> dict[str, str]:
    await recipients.count(f"{form.name}@example.se")
    if form.name == "slow":
        slow.begun.set()
        await slow.goes_on.wait()
    event = HouseListed(house_id=uuid4(), owner_contact_id=uuid4())
    tx.publish(event)
    if form.name == "taken":
        raise Taken
    if form.name == "bug":
        raise RuntimeError(form.name)
    return {"id": str(event.house_id)}


@router.get("/me")
async def me(person: Annotated[Person, Depends(RequireRole("caseworker"))]) -> str:
    return person.name


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", **settings), router, description="test")


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = api(max_body_bytes=1000)
    yield app
    await app.state.database.close()


async def events(database: Database) -> int:
    async with database.reading() as session:
        return int((await (await session.connection()).execute(sa.select(sa.func.count(OUTBOX.c.id)))).scalar_one())


async def test_a_201_means_the_event_is_saved(client, published):
    response = await client.post("/things", json={"name": "hus", "rooms": 3})

    assert response.status_code == 201
    assert [str(event.house_id) for event in await published.fetch()] == [response.json()["id"]]


@pytest.mark.parametrize(("name", "status"), [("taken", 409), ("bug", 500)])
async def test_a_request_that_fails_saves_nothing(client, published, name, status):
    response = await client.post("/things", json={"name": name, "rooms": 3})

    assert response.status_code == status
    assert await published.fetch() == []


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("sv", "Namnet är upptaget. Välj ett annat."),
        ("en-GB,en;q=0.9,sv;q=0.1", "The name is taken. Choose another."),
        ("de", "Namnet är upptaget. Välj ett annat."),
    ],
)
async def test_a_refusal_is_a_problem_in_the_callers_language(client, language, detail):
    response = await client.post("/things", json={"name": "taken", "rooms": 1}, headers={"Accept-Language": language})

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": response.json()["title"],
        "status": 409,
        "code": "Taken",
        "detail": detail,
    }


async def test_every_violation_is_named_at_once(client):
    response = await client.post("/things", json={"name": "a", "colour": 1}, headers={"Accept-Language": "en"})

    assert response.status_code == 422
    assert [(v["field"], v["code"]) for v in response.json()["violations"]] == [
        ("name", "string_too_short"),
        ("rooms", "missing"),
    ]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"method": "POST", "url": "/things", "content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
        ({"method": "POST", "url": "/things", "content": b" " * 1001}, 413),
        ({"method": "PUT", "url": "/things"}, 405),
        ({"method": "GET", "url": "/nowhere"}, 404),
    ],
    ids=["malformed", "too large", "wrong method", "unknown address"],
)
async def test_every_refusal_is_a_whole_problem(client, request_, status):
    response = await client.request(**request_)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() - {"violations"} == {"type", "title", "status", "code", "detail"}
    assert (problem["status"], problem["title"] != "", problem["detail"] != "") == (status, True, True)


async def test_an_unplanned_error_tells_the_caller_nothing_of_it(client):
    response = await client.post("/things", json={"name": "bug", "rooms": 1})

    assert response.json()["code"] == "Unplanned"
    assert not [word for word in ("bug", "RuntimeError", "Traceback", ".py") if word in response.text]


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


async def test_a_client_that_changes_too_much_is_told_to_wait():
    app = api(rate_limit="2/minute")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        statuses = [(await client.post("/things", json={})).status_code for _ in range(3)]
        reading = (await client.get("/me")).status_code
    await app.state.database.close()

    assert statuses == [422, 422, 429]
    assert reading == 401


async def test_one_address_is_not_mailed_without_end():
    app = api(recipient_rate_limit="1/hour")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        first = await client.post("/things", json={"name": "anna", "rooms": 1})
        second = await client.post("/things", json={"name": "Anna", "rooms": 1})
    await app.state.database.close()

    assert (first.status_code, second.status_code) == (201, 429)
    assert int(second.headers["Retry-After"]) > 0


async def test_an_address_is_forgotten_when_its_window_has_passed():
    seen = InProcess()

    hits = [await seen.acquire_entry(key, 1, seconds) for key, seconds in (("brief", 0), ("long", 60), ("long", 60))]

    assert hits == [True, True, False]
    assert len(seen) == 1


async def test_while_the_limits_storage_is_away_everybody_is_served():
    app = api(rate_limit="1/hour", recipient_rate_limit="1/hour", rate_limit_storage="async+redis://127.0.0.1:1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        statuses = [(await client.post("/things", json={"name": "anna", "rooms": 1})).status_code for _ in range(2)]
    await app.state.database.close()

    assert statuses == [201, 201]


async def test_staff_with_the_role_are_let_in(client, staff):
    response = await client.get("/me", headers=staff("caseworker", subject="anna"))

    assert (response.status_code, response.json()) == (200, "Anna")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example"},
        {"roles": "caseworker"},
    ],
    ids=["expired", "another audience", "another issuer", "roles of the wrong shape"],
)
async def test_a_token_that_is_not_ours_is_refused(client, staff, claims):
    response = await client.get("/me", headers=staff("caseworker", **claims))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_no_token_is_401_and_a_forged_one_too(client, staff):
    token = staff("caseworker")["Authorization"]

    missing = await client.get("/me")
    forged = await client.get("/me", headers={"Authorization": token[:-4] + "AAAA"})
    unsigned = await client.get("/me", headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."})

    assert [missing.status_code, forged.status_code, unsigned.status_code] == [401, 401, 401]


async def test_the_wrong_role_is_403(client, staff):
    response = await client.get("/me", headers=staff("gardener"))

    assert response.status_code == 403


async def test_a_database_that_is_away_is_the_services_trouble_and_not_the_callers():
    away = api(database_url="postgresql://nobody@127.0.0.1:1/nowhere")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(away), base_url="http://test") as client:
        refused = await client.post("/things", json={"name": "hus", "rooms": 1})

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")


async def test_metrics_count_requests_by_route(client, internal_client):
    await client.get("/me")

    metrics = (await internal_client.get("/metrics")).text

    assert 'kommunbuss_http_request_seconds_count{method="GET",route="/me",status="401"}' in metrics


def test_a_submission_that_asks_for_a_role_is_refused_at_start_as_nothing_would_check_it():
    guarded = Router(dependencies=[Depends(RequireRole("caseworker"))])

    with pytest.raises(TypeError, match="nothing else runs"):

        @guarded.post("/things", status_code=201, response_model=Form)
        async def submit(form: Form, submission: Submission) -> Form:
            return form
