"""Whatever a service refuses, what was typed on a page is on the page that says so."""

import re
from collections.abc import Callable
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

from .html import complaints
from .visitors import OURS, Visitor

TYPED = "Å & <b> skrev en lång text"
AN_ID = UUID(int=7)
SERVICES = ("eservice-intake", "housing", "recruitment", "notifications", "permit-guide")
WITHOUT_TEXT = ("/logga-ut", "/farger", "/handlaggare/installningar/", "/stang", "/inkorg/vyer")
SEARCH = "/handlaggare/arenden"
"""Forms of buttons alone, and one that asks nothing before the page that it leads to."""
BOXES = ("text", "description", "source", "headline")


APP = create_app(PortalSettings())
APP.state.database = None


def forms() -> list[str]:
    """Every address that a form with something to type is sent to."""
    routes = iter_route_contexts(APP.routes)
    sent = (one.path for one in routes if one.path and "POST" in (getattr(one, "methods", None) or ()))
    paths = {re.sub(r"\{[^}]*\}", str(AN_ID), path) for path in sent}
    return sorted(path for path in paths - {SEARCH} if not any(one in path for one in WITHOUT_TEXT))


def refusing(status: int) -> httpx2.MockTransport:
    problem = {"status": status, "code": "Refused", "detail": "Det går inte.", "violations": []}
    headers = {"content-type": "application/problem+json"}
    return httpx2.MockTransport(lambda _: httpx2.Response(status, json=problem, headers=headers))


def signed_in(request: Request, kind: Kind) -> Page:
    person = Person(kind, "maja", "Maja Berg", "a-token", time() + 600)
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
        services: Services = APP.state.services
        for one in SERVICES:
            services._https[one] = httpx2.AsyncClient(transport=refusing(status), base_url="http://service")
        return visitor

    return everything


@pytest.mark.parametrize("status", [404, 409, 410, 412, 422, 503])
async def test_what_was_typed_is_kept_whatever_a_service_refuses(refused: Callable[[int], Visitor], status: int):
    visitor, lost = refused(status), {}
    for path in forms():
        answer = await visitor.post(path, {**dict.fromkeys(BOXES, TYPED), "version": "1"})
        if str(escape(TYPED)) not in answer.text or complaints(answer.text):
            lost[path] = (answer.status_code, answer.headers.get("location"))

    assert lost == {}
