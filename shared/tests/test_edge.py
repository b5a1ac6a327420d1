"""What HTTP asks of every API, tried on a small one."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from shared.database import Session

from .listed_things import api, calling


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    app = api()
    yield app
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
