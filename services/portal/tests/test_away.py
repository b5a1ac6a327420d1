"""A service that is away: the page says so and what to do, and what was typed is sent again from there."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from portal.app import create_app
from portal.settings import PortalSettings

from .applying import Applicant
from .html import complaints
from .visitors import OURS, Visitor

NOWHERE = "http://127.0.0.1:1"
AWAY = {f"{service}_url": NOWHERE for service in ("intake", "housing", "recruitment", "notifications", "permit_guide")}
STEP = "/e-tjanster/klagomal-olagenhet/utkast/nytt/nuisance"
TYPED = {"nuisance": "buller", "place": "Å & <b>", "description": "Två rader\n\n”och en till”"}


@pytest.fixture
async def alone() -> AsyncIterator[Visitor]:
    """Somebody at a portal that reaches no service."""
    app = create_app(PortalSettings(**AWAY))
    async with app.state.services:
        transport = httpx2.ASGITransport(app)
        visitor = Visitor("http://portal")
        visitor.http = httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=OURS)
        yield visitor
    await app.state.database.close()


@pytest.mark.parametrize(
    "path",
    [
        "/e-tjanster",
        "/e-tjanster/klagomal-olagenhet",
        "/tomma-hus",
        "/lediga-jobb",
        "/evenemang",
        "/tillstandsguiden/fragor",
    ],
)
async def test_a_page_says_that_it_is_not_ones_own_fault_and_when_to_try_again(alone: Visitor, path: str):
    page = await Applicant.at(alone, path)

    assert (page.answer.status_code, page.answer.headers["retry-after"]) == (503, "30")
    assert page.heading == "Tjänsten är tillfälligt otillgänglig"
    assert "Vänta några minuter och ladda om sidan." in page.text
    assert complaints(page.answer.text) == []


async def test_what_was_typed_is_there_to_be_sent_again(alone: Visitor):
    answer = await alone.post(STEP, TYPED)
    page = Applicant(alone, answer)
    again = await page.press("Skicka igen")

    assert (answer.status_code, page.heading) == (503, "Det är inte säkert att det sparades")
    assert page.boxes == {name: [text] for name, text in TYPED.items()}
    assert again.boxes == page.boxes


@pytest.mark.parametrize("language", ["", "/en", "/ar"])
async def test_it_is_sent_again_to_where_it_was_sent(alone: Visitor, language: str):
    path = f"{language}{STEP}?andra=1&fran=a%22b"
    page = Applicant(alone, await alone.post(path, TYPED))

    form = page.page.find(".//main//form")

    assert form is not None
    assert form.get("action") == path
    assert complaints(page.answer.text) == []


@pytest.mark.parametrize("path", ["/", "/kontakt", "/tillganglighet"])
async def test_what_needs_no_service_is_there(alone: Visitor, path: str):
    assert (await alone.get(path)).status_code == 200
