"""How long somebody is signed in, and with which token."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from authlib.integrations.base_client.errors import OAuthError
from fastapi import FastAPI

from portal import sessions
from portal.app import app as portal_app
from portal.models import Kind
from portal.providers import Providers, renewed
from portal.sessions import Person
from shared.clock import now
from shared.database import Database

from .visitors import OURS

NINE = datetime(2026, 11, 26, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MAJA = Person(Kind.STAFF, "maja berg", "Maja Berg", "a-token", (NINE + 8 * HOUR).timestamp(), "refresh", ["caseworker"])


@pytest.fixture
def app() -> FastAPI:
    return portal_app


class Issuer:
    """Answers a refresh, or refuses it."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self.answer = answer

    def of(self, _: Kind) -> "Issuer":
        return self

    async def fetch_access_token(self, **_: str) -> dict[str, Any]:
        if self.answer is None:
            raise OAuthError("invalid_grant")
        return self.answer


def providers(answer: dict[str, Any] | None) -> Providers:
    found: Any = Issuer(answer)
    return found


async def test_who_does_nothing_for_an_hour_is_out(database: Database):
    cookie = await sessions.begin(database, MAJA, "Mozilla/5.0 Firefox/150.0", NINE)

    assert await sessions.find(database, Kind.STAFF, cookie, NINE + HOUR)
    assert await sessions.find(database, Kind.STAFF, cookie, NINE + 2 * HOUR + MINUTE) is None


async def test_who_goes_on_is_out_after_ten_hours(database: Database):
    cookie = await sessions.begin(database, MAJA, "", NINE)

    for half_hours in range(1, 21):
        assert await sessions.find(database, Kind.STAFF, cookie, NINE + half_hours * HOUR / 2)

    assert await sessions.find(database, Kind.STAFF, cookie, NINE + 10 * HOUR + MINUTE) is None


async def test_a_session_of_staff_is_none_of_a_residents(database: Database):
    cookie = await sessions.begin(database, MAJA, "", NINE)

    assert await sessions.find(database, Kind.RESIDENT, cookie, NINE) is None


async def test_what_has_ended_is_deleted_when_somebody_signs_in(database: Database):
    karl = replace(MAJA, subject="karl åberg")
    await sessions.begin(database, karl, "", NINE - 2 * HOUR)

    await sessions.begin(database, MAJA, "", NINE)

    assert await sessions.of_person(database, karl, NINE - 2 * HOUR) == []


async def test_nobody_ends_anothers_session(database: Database):
    cookie = await sessions.begin(database, MAJA, "", NINE)
    found = await sessions.find(database, Kind.STAFF, cookie, NINE)
    assert found

    await sessions.end(database, replace(MAJA, subject="karl åberg"), found.id)

    assert await sessions.find(database, Kind.STAFF, cookie, NINE)


async def test_a_token_that_ends_is_renewed_and_kept(database: Database):
    ending = replace(MAJA, expires_at=(NINE + MINUTE).timestamp())
    cookie = await sessions.begin(database, ending, "", NINE)
    found = await sessions.find(database, Kind.STAFF, cookie, NINE + 2 * MINUTE)
    assert found

    answer = {"access_token": "newer", "expires_in": 600, "refresh_token": "next"}
    assert await renewed(providers(answer), database, found, NINE + 2 * MINUTE)

    again = await sessions.find(database, Kind.STAFF, cookie, NINE + 2 * MINUTE)
    assert again
    assert (again.person.token, again.person.refresh, again.person.name) == ("newer", "next", "Maja Berg")


async def test_who_cannot_be_renewed_signs_in_again(database: Database):
    ending = replace(MAJA, expires_at=NINE.timestamp())
    cookie = await sessions.begin(database, ending, "", NINE)
    found = await sessions.find(database, Kind.STAFF, cookie, NINE)
    assert found

    assert await renewed(providers(None), database, found, NINE) is None
    without = replace(found, person=replace(ending, refresh=None))
    assert await renewed(providers({"access_token": "x"}), database, without, NINE) is None


async def test_signing_out_does_not_ask_the_issuer(app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app.state, "providers", None)
    karin = replace(MAJA, kind=Kind.RESIDENT, expires_at=0)
    cookie = await sessions.begin(database, karin, "", now())

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://portal") as browser:
        answer = await browser.post("/logga-ut", headers={**OURS, "Cookie": f"resident={cookie}"})

    assert answer.headers["location"] == "/utloggad"
    assert await sessions.find(database, Kind.RESIDENT, cookie, now()) is None


@pytest.mark.parametrize(
    ("user_agent", "known_as"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
    ],
)
def test_one_knows_ones_browser(user_agent: str, known_as: str):
    assert sessions.browser_of(user_agent) == known_as
