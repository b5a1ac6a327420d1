"""What is refused or fails is answered with a problem, in the caller's language."""

import httpx
import pytest

from .things import api


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


async def test_a_database_that_is_away_is_the_services_trouble_and_not_the_callers():
    away = api(database_url="postgresql://nobody@127.0.0.1:1/nowhere")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(away), base_url="http://test") as client:
        refused = await client.post("/things", json={"name": "hus", "rooms": 1})

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
