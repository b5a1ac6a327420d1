"""The API, its clock, its people and a case in each of its states; answers that an e-service takes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import strategies as st
from sqlmodel import select

from bus.process import Liveness
from eservice_intake.app import api, settings
from eservice_intake.cases.deadlines import days_at_receipt
from eservice_intake.cases.due import DUE_CASES
from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case, SupplementRequest
from eservice_intake.cases.references import new_reference
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.clock.process import Clock
from eservice_intake.documents.pdf import Typesetter
from shared import series
from shared.clock import SWEDEN
from shared.events import SupplementReceived, SupplementRequested
from testkit.clamd import serving_clamd
from web.limits import Limiter

from .answers import Answers, application_answers, valid_answers
from .cases import received, secret_of, take
from .days import ESERVICES, noon
from .decisions import CONTENT, MORNING, NEIGHBOUR, clock_strikes
from .mailed_links import link_of, link_of_party
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
def typesetter_away(app: FastAPI, tmp_path: Path) -> Iterator[None]:
    usual = app.state.typesetter
    app.state.typesetter = Typesetter(tmp_path / "nobody")
    yield
    app.state.typesetter = usual


@pytest.fixture
def clock(app):
    """What time it is: `clock.at` may be moved."""
    clock, running = SimpleNamespace(at=MORNING), app.state.clock
    app.state.clock = lambda: clock.at
    yield clock
    app.state.clock = running


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
def opened(internal_client, staff, published):
    return lambda: link_of_party(internal_client, staff, published)


@pytest.fixture
async def neighbour(client, anna, served, opened):
    """Is told of a decision that the applicant was served the same day."""
    await take(client, anna, served, "decisions/1/parties", NEIGHBOUR)
    return await opened()


@pytest.fixture
def signed_in_only(monkeypatch):
    """Compost is notified of by those alone who sign in, for a reason."""
    rules = {"login": "eid", "login_reason": {"sv": "En lag kräver det.", "en": "A law demands it."}}
    closed = EService.model_validate({**catalogue().find("kompostering").content, **rules})
    monkeypatch.setitem(catalogue().eservices, closed.id, closed)
    monkeypatch.setitem(catalogue().versions, closed.version, closed)
    return closed


@pytest.fixture
def contractor(client, resident):
    """The contractor is signed in, as they may be."""
    client.headers.update(resident(name="Bo Borrare"))


@pytest.fixture
def link(internal_client, staff, published):
    """What the mailer is told of the latest request to sign: the address, and the headers that open it."""

    async def looked_up(receipt):
        *_, requested = await requests(published, receipt)
        url, _ = await link_of(internal_client, staff, requested.signer_contact_id, requested.request_id)
        id_, secret = url.removeprefix("https://www.kommunbuss.example/underskrifter/").split("/")
        return f"/signatures/{id_}", {"X-Application-Secret": secret}

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


@pytest.fixture
def received_on(database):
    """Receives a case on a day."""

    async def receive(day, eservice, **answers):
        definition = ESERVICES[eservice]
        days = days_at_receipt(definition, definition.kind, answers, day)
        async with database.transaction() as tx:
            case = Case(
                reference=new_reference(),
                secret_hash="0",
                diary_series=f"MH-{day.year}",
                diary_number=await series.take(await tx.connection(), f"MH-{day.year}", 1),
                eservice=eservice,
                language="sv",
                answers=answers,
                kind=definition.kind,
                unit=definition.unit,
                received_at=noon(day),
                **days,
            )
            tx.add(case)
        return case

    return receive


@pytest.fixture
def on(database):
    """Takes a step with a case on a day, as staff and applicants do."""

    async def take_step(day, case, step, event, change):
        async with database.transaction() as tx:
            found = await tx.get_one(Case, case.id, with_for_update=True)
            await change(tx, found)
            await record(tx, found, step, event(**facts(found)), noon(day), "anna", "Anna Ek")
            return found

    return take_step


@pytest.fixture
def requested(on):
    async def request(day, case, due_on):
        async def change(tx, found):
            found.request_supplement(due_on)
            tx.add(SupplementRequest(case_id=found.id, wanted="En karta.", due_on=due_on, requested_at=noon(day)))

        return await on(
            day, case, Step.REQUEST_SUPPLEMENT, lambda **about: SupplementRequested(due_on=due_on, **about), change
        )

    return request


@pytest.fixture
def supplemented(on):
    async def supplement(day, case):
        async def change(tx, found):
            found.receive_supplement()
            request = (await tx.exec(select(SupplementRequest).where(SupplementRequest.case_id == found.id))).one()
            request.answered_at = noon(day)

        return await on(day, case, Step.RECEIVE_SUPPLEMENT, SupplementReceived, change)

    return supplement


@pytest.fixture
def told_by(database, published):
    """What the clock has told of a case when it has looked on a day, and did not before."""

    async def told(day, case):
        before = len(await published.fetch())
        clock = Clock(settings, database, Liveness(), [DUE_CASES])
        while await clock.do_due(noon(day)):
            pass
        return [event for event in (await published.fetch())[before:] if event.application_id == case.id]

    return told
