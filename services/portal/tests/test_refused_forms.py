"""Whatever a service refuses, what was typed on a page is on the page that says so."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import astuple
from time import time
from uuid import UUID

import httpx2
import pytest
from fastapi import Request
from fastapi.routing import iter_route_contexts
from markupsafe import escape

from portal import pages
from portal.app import create_app
from portal.clients.base import Services
from portal.models import Kind
from portal.pages import Page
from portal.sessions import Found, Person
from portal.settings import PortalSettings
from shared.clock import now
from shared.database import Database
from tests.system import System

from .cases import KARIN, Casework
from .html import complaints
from .pages.review import declined_house, published_house, waiting_house
from .registry import Scene
from .visitors import OURS, Visitor

TYPED = "Å & <b> skrev en lång text"
AN_ID = UUID(int=7)
SERVICES = ("eservice-intake", "housing", "recruitment", "notifications", "permit-guide")
WITHOUT_TEXT = ("/logga-ut", "/farger", "/handlaggare/installningar/", "/stang", "/inkorg/vyer")
SEARCH = "/handlaggare/arenden"
"""Forms of buttons alone, and one that asks nothing before the page that it leads to."""
BOXES = ("text", "description", "source", "headline", "reason", "question", "wanted", "reasons")
STATUSES = (403, 404, 409, 410, 412, 422, 503)


APP = create_app(PortalSettings())
APP.state.database = None


def forms() -> list[str]:
    """Every address that a form with something to type is sent to."""
    routes = iter_route_contexts(APP.routes)
    sent = (one.path for one in routes if one.path and "POST" in (getattr(one, "methods", None) or ()))
    paths = {re.sub(r"\{[^}]*\}", str(AN_ID), path) for path in sent}
    return sorted(path for path in paths - {SEARCH} if not any(one in path for one in WITHOUT_TEXT))


class OnlyReads(httpx2.AsyncBaseTransport):
    """A service that answers what is read of it, and refuses what it is sent."""

    def __init__(self, status: int) -> None:
        self.reading, self.refusal = httpx2.AsyncHTTPTransport(verify=False), refusing(status)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answering = self.reading if request.method == "GET" else self.refusal
        return await answering.handle_async_request(request)

    async def aclose(self) -> None:
        await self.reading.aclose()


def refusing(status: int) -> httpx2.MockTransport:
    problem = {"status": status, "code": "Refused", "detail": "Det går inte.", "violations": []}
    headers = {"content-type": "application/problem+json"}
    return httpx2.MockTransport(lambda _: httpx2.Response(status, json=problem, headers=headers))


def signed_in(request: Request, kind: Kind, token: str = "a-token") -> Page:
    person = Person(kind, "maja", "Maja Berg", token, time() + 600)
    return Page(request, Found(AN_ID, "a-cookie", person, now()))


async def as_staff(request: Request) -> Page:
    return signed_in(request, Kind.STAFF)


async def as_resident(request: Request) -> Page:
    return signed_in(request, Kind.RESIDENT)


@pytest.fixture
def refused() -> Callable[[int], Visitor]:
    """Somebody who has signed in, at a portal whose services refuse everything with a status."""
    APP.dependency_overrides = {pages._staff: as_staff, pages._public: as_resident}
    visitor = Visitor("http://portal")
    transport = httpx2.ASGITransport(APP)
    visitor.http = httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=OURS)

    def everything(status: int) -> Visitor:
        answer_with({one: (refusing(status), "http://service") for one in SERVICES})
        return visitor

    return everything


def answer_with(transports: Mapping[str, tuple[httpx2.AsyncBaseTransport, str]]) -> None:
    services: Services = APP.state.services
    for one, (transport, address) in transports.items():
        services._https[one] = httpx2.AsyncClient(transport=transport, base_url=address)


@pytest.fixture
async def read_only(refused: Callable[[int], Visitor], system: System) -> AsyncIterator[Callable[[int], Visitor]]:
    """Somebody who has signed in, at a portal whose services show what there is, and refuse what is sent to them."""
    roles = ("caseworker", "unit-head", "housing-officer", "recruitment-officer")
    tokens = {Kind.STAFF: system.token(*roles, subject="siv falk"), Kind.RESIDENT: system.resident(KARIN, "karin ek")}
    bearer = {kind: headers["Authorization"].removeprefix("Bearer ") for kind, headers in tokens.items()}

    async def staff(request: Request) -> Page:
        return signed_in(request, Kind.STAFF, bearer[Kind.STAFF])

    async def resident(request: Request) -> Page:
        return signed_in(request, Kind.RESIDENT, bearer[Kind.RESIDENT])

    def what_is_sent(status: int) -> Visitor:
        visitor = refused(status)
        APP.dependency_overrides = {pages._staff: staff, pages._public: resident}
        apis = zip(SERVICES, astuple(system.apis), strict=True)
        answer_with({one: (OnlyReads(status), address) for one, address in apis})
        return visitor

    APP.state.database = Database(system.settings("portal"))
    yield what_is_sent
    await APP.state.database.close()
    APP.state.database = None
    await APP.state.services.__aexit__()


@pytest.fixture
async def begun(casework: Casework, system: System) -> list[str]:
    """Addresses of forms about what there is, and about what was completed, or declined, meanwhile."""
    scene = Scene(system, "", "")
    asked, decided, served = await casework.asked(), await casework.decided(), await casework.served()
    steps = ("meddelande", "yttrande", "komplettering", "foresla")
    return [
        f"/arenden/{asked.reference}/komplettera",
        f"/arenden/{decided.reference}/komplettera",
        f"/arenden/{asked.reference}/meddelanden",
        f"/arenden/{served.reference}/beslut/overklaga",
        f"{await waiting_house(scene)}/avslag",
        f"{await published_house(scene)}/avslag",
        f"{await declined_house(scene)}/avslag",
        *(f"/handlaggare/arenden/{asked.reference}/{step}" for step in steps),
    ]


@pytest.mark.parametrize("status", STATUSES)
async def test_what_was_typed_is_kept_whatever_a_service_refuses(refused: Callable[[int], Visitor], status: int):
    assert await lost(refused(status), forms()) == {}


@pytest.mark.parametrize("status", STATUSES)
async def test_what_was_typed_is_kept_on_the_page_that_is_shown_again(
    read_only: Callable[[int], Visitor], begun: list[str], status: int
):
    assert await lost(read_only(status), begun) == {}


@pytest.mark.parametrize("status", [status for status in STATUSES if status != 503])
async def test_what_was_typed_is_not_offered_to_be_sent_to_what_is_gone(refused: Callable[[int], Visitor], status: int):
    answer = await refused(status).post("/handlaggare/arenden/K7M4-P2XR/meddelande", {"meddelande.text": TYPED})

    assert ("Skicka igen" in answer.text) == (status in (403, 409, 422))
    assert ("Det går inte att skicka hit igen." in answer.text) == (status in (404, 410, 412))


async def lost(visitor: Visitor, paths: Iterable[str]) -> dict[str, object]:
    """The addresses whose answers do not have what was typed, or are not pages as they should be."""
    lost: dict[str, object] = {}
    for path in paths:
        step = path.rpartition("/")[2]
        typed = dict.fromkeys((*BOXES, *(f"{step}.{box}" for box in BOXES)), TYPED)
        answer = await visitor.post(path, {**typed, "version": "1", "gor": "skicka"})
        if str(escape(TYPED)) not in answer.text or complaints(answer.text):
            lost[path] = (answer.status_code, answer.headers.get("location"))
    return lost
