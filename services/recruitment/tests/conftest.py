from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from recruitment.app import api
from recruitment.models.events import RecruitmentEvent
from testkit.plugin import Headers


class Clock:
    """The time as the service sees it; starts at noon on 1 May 2026 in Swedish time."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, 10, tzinfo=UTC)

    def pass_time(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def app() -> FastAPI:
    return api


@pytest.fixture(autouse=True)
def clock_at_noon(app: FastAPI) -> Iterator[Clock]:
    stopped, running = Clock(), app.state.clock
    app.state.clock = lambda: stopped.at
    yield stopped
    app.state.clock = running


@pytest.fixture
def ad_form() -> dict[str, Any]:
    """What a company sends in."""
    return {
        "headline": "Kock till fjällhotell",
        "description": {"text": "Vi söker en kock som älskar fjället.\nBostad finns."},
        "employer": {"name": "Fjällhotellet AB", "organization_number": "556000-4615", "url": "https://example.com"},
        "occupation": {"label": "Kock", "ssyk": "5120"},
        "number_of_vacancies": 2,
        "application_deadline": "2026-05-31",
        "application_details": {"email": "jobb@example.com"},
        "workplace_address": {"municipality": "Östersund", "city": "Åre"},
        "employment_type": "seasonal",
        "working_hours_type": "full_time",
        "must_have": {"skills": ["Matlagning"], "languages": ["Svenska"]},
        "sector": "restaurang",
        "language": "sv",
        "contact_email": "chef@example.com",
    }


@pytest.fixture
def event_form() -> dict[str, Any]:
    """What staff announce."""
    return {
        "title": "Flytta till Jämtland",
        "description": "Digital inflyttarträff med frågestund.",
        "starts_at": "2026-06-01T18:00:00+02:00",
        "ends_at": "2026-06-01T20:00:00+02:00",
        "place": "Rådhuset",
        "capacity": 3,
        "kind": "relocation",
        "language": "sv",
    }


@pytest.fixture
def registration_form() -> dict[str, Any]:
    """What somebody who wants to come sends in."""
    return {"name": "Kim Kandidat", "email": "Kim@example.com", "role": "candidate", "language": "en"}


Post = Callable[..., Awaitable[str]]


@pytest.fixture
def posted(client: httpx.AsyncClient, ad_form: dict[str, Any]) -> Post:
    """Sends in an ad and gives its id: `await posted(sector="it")`."""

    async def post(**changes: Any) -> str:
        response = await client.post("/ads", json={**ad_form, **changes})
        return str(response.json()["id"])

    return post


@pytest.fixture
def live(client: httpx.AsyncClient, posted: Post, staff: Callable[..., Headers]) -> Post:
    """Sends in an ad, publishes it and gives its id."""

    async def publish(**changes: Any) -> str:
        ad_id = await posted(**changes)
        await client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))
        return ad_id

    return publish


@pytest.fixture
def announced(client: httpx.AsyncClient, event_form: dict[str, Any], staff: Callable[..., Headers]) -> Post:
    """Announces an event and gives its id: `await announced(capacity=10)`."""

    async def announce(**changes: Any) -> str:
        headers = staff("recruitment-officer")
        response = await client.post("/events", json={**event_form, **changes}, headers=headers)
        return str(response.json()["id"])

    return announce


@pytest.fixture
def seats_taken(app: FastAPI) -> Callable[[UUID | str], Awaitable[int]]:
    """How many seats of an event are taken: `await seats_taken(event_id)`."""

    async def count(event_id: UUID | str) -> int:
        async with app.state.database.reading() as session:
            event = await session.get(RecruitmentEvent, UUID(str(event_id)))
        return int(event.seats_taken)

    return count


@pytest.fixture
def registered(client: httpx.AsyncClient, registration_form: dict[str, Any]) -> Post:
    """Registers somebody and gives the id: `await registered(event_id, "eva", party_size=2)`."""

    async def register(event_id: str, name: str, **changes: Any) -> str:
        form = {**registration_form, "email": f"{name}@example.com", **changes}
        return str((await client.post(f"/events/{event_id}/registrations", json=form)).json()["id"])

    return register


@pytest.fixture
def link_of(internal_client: httpx.AsyncClient, staff: Callable[..., Headers]) -> Post:
    """The secret of the link in a mail that is written now: `await link_of(registration_id)`."""

    async def look_up(registration_id: str) -> str:
        wanted = {"texts": [registration_id]}
        told = await internal_client.post("/contacts/lookup", json=wanted, headers=staff("contact-reader"))
        return str(told.json()["texts"][registration_id]["link"])

    return look_up


@pytest.fixture
def cancel(client: httpx.AsyncClient, link_of: Post) -> Callable[[str], Awaitable[httpx.Response]]:
    """Cancels a registration by the link in its mail."""

    async def by_link(registration_id: str) -> httpx.Response:
        secret = {"X-Application-Secret": (await link_of(registration_id)).rpartition("/")[2]}
        return await client.post(f"/registrations/{registration_id}/cancellation", headers=secret)

    return by_link
