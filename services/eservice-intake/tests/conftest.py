"""The API, its clock, its people and a case in each of its states; answers that an e-service takes."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import strategies as st

from eservice_intake.app import api
from shared.clock import SWEDEN, now
from testkit.clamd import serving_clamd
from web.limits import Limiter

from .answers import Answers, application_answers, valid_answers
from .cases import received, secret_of, take
from .decisions import CONTENT, MORNING, clock_strikes
from .signatures import requests


@pytest.fixture
def app() -> FastAPI:
    return api


@pytest.fixture
def with_settings(app: FastAPI) -> Iterator[Callable[..., None]]:
    """Lets the API have other settings for a test."""
    kept, limiter = app.state.settings, app.state.limiter

    def change(**settings: object) -> None:
        app.state.settings = kept.model_copy(update=settings)
        app.state.limiter = Limiter(app.state.settings)

    yield change
    app.state.settings, app.state.limiter = kept, limiter


@pytest.fixture
def clock(app):
    """What time it is: `clock.at` may be moved."""
    clock, running = SimpleNamespace(at=MORNING), app.state.clock
    app.state.clock = lambda: clock.at
    yield clock
    app.state.clock = running


@pytest.fixture
def at(app: FastAPI):
    """Lets the API have another time: `at(days=3)` from now."""
    kept, began = app.state.clock, now()

    def change(**later):
        app.state.clock = lambda: began + timedelta(**later)
        return began + timedelta(**later)

    yield change
    app.state.clock = kept


@pytest.fixture
def anna(staff):
    return staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])


@pytest.fixture
def chief(staff):
    return staff("unit-head", subject="bo", name="Bo Berg", units=["halsoskydd"])


@pytest.fixture
async def complaint(client, clock):
    return await received(client)


@pytest.fixture
async def decided(client, anna, complaint):
    answer = await take(client, anna, complaint, "decisions", {"decision": CONTENT})
    assert answer.status_code == 200, answer.text
    return complaint


@pytest.fixture
async def served(client, decided):
    """It can be appealed until the 17th of December."""
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    return decided


@pytest.fixture
async def final(database, served, clock):
    clock.at = datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN)
    await clock_strikes(database, clock.at)
    return served


@pytest.fixture
def contractor(client, resident):
    """The contractor is signed in, as the e-service asks."""
    client.headers.update(resident(name="Bo Borrare"))


@pytest.fixture
def link(internal_client, staff, published):
    """What the mailer is told of the latest request to sign: the address, and the headers that open it."""

    async def looked_up(receipt):
        *_, requested = await requests(published, receipt)
        found = await internal_client.post(
            "/contacts/lookup",
            json={"contacts": [str(requested.signer_contact_id)], "texts": [str(requested.request_id)]},
            headers=staff("contact-reader"),
        )
        url = found.json()["texts"][str(requested.request_id)]["link"]
        address, _, secret = url.removeprefix("https://www.kommunbuss.example").partition("#")
        return address, {"X-Application-Secret": secret}

    return looked_up


@pytest.fixture(scope="session")
def clamd() -> Iterator[str]:
    """A real clamd, with signatures of ours: its CLAMAV_URL."""
    with serving_clamd() as url:
        yield url


@pytest.fixture(scope="session")
def applications() -> Callable[..., st.SearchStrategy[Answers]]:
    """Answers that an e-service takes."""
    return application_answers


@pytest.fixture(scope="session")
def well_formed_answers() -> Callable[..., st.SearchStrategy[Answers]]:
    """Answers that follow every field's rules, some of them given; the e-service may still refuse them."""
    return lambda eservice, given: valid_answers(eservice.form, given)
