"""Whom the services count when the portal asks them, and what somebody reads who has asked too often."""

from collections.abc import Iterator

import pytest

from deploy.procfile import COMMANDS, PORTAL
from testkit.broker import free_port
from tests.system import System, prepared

from .applying import Applicant
from .html import complaints
from .visitors import Visitor

INTAKE = "eservice-intake-api"
TRIES = 3
WRONG = {"referens": "K7MP-2XWB", "kod": "a code that nobody was given"}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A portal that believes this machine about who asks, and a service that answers few questions."""
    settings = {"MODE": "embedded", "READ_RATE_LIMIT": f"{TRIES}/minute", "FORWARDED_ALLOW_IPS": "127.0.0.1"}
    with prepared(tmp_path_factory.mktemp("limited"), **settings) as system:
        system.start(INTAKE, PORTAL)
        system.wait_until_ready(INTAKE, PORTAL)
        yield system


@pytest.fixture(scope="module")
def behind_another(limited: System) -> str:
    """The address of a portal that believes a proxy elsewhere."""
    port, internal = free_port(), str(free_port())
    own = {"INTERNAL_PORT": internal, "FORWARDED_ALLOW_IPS": "192.0.2.250"}
    limited.processes.start("another-portal", COMMANDS[PORTAL], port, **own)
    limited.wait_until_ready("another-portal")
    return f"http://127.0.0.1:{port}"


def visitor_at(address: str, portal: str) -> Visitor:
    visitor = Visitor(portal)
    visitor.http.headers["X-Forwarded-For"] = address
    return visitor


def portal_of(system: System) -> str:
    return f"http://127.0.0.1:{system.ports[PORTAL]}"


async def tried(visitor: Visitor, times: int) -> list[int]:
    return [(await visitor.post("/arenden", WRONG)).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("first", "second"), [("192.0.2.1", "192.0.2.2"), ("2001:db8:1::1", "2001:db8:2::1")], ids=["IPv4", "IPv6"]
)
async def test_each_visitor_of_the_portal_has_their_own_share(limited: System, first: str, second: str):
    guesser, another = (visitor_at(address, portal_of(limited)) for address in (first, second))

    assert await tried(guesser, TRIES + 1) == [422] * TRIES + [429]
    assert await tried(another, 1) == [422]


async def test_who_says_to_be_others_is_counted_as_who_they_are(behind_another: str):
    guessers = [visitor_at(f"198.51.100.{number}", behind_another) for number in range(TRIES + 1)]

    answers = [status for guesser in guessers for status in await tried(guesser, 1)]

    assert answers == [422] * TRIES + [429]


async def test_who_tries_too_many_codes_reads_when_to_try_again_and_keeps_what_was_typed(limited: System):
    guesser = visitor_at("192.0.2.3", portal_of(limited))
    await tried(guesser, TRIES)

    page = Applicant(guesser, await guesser.post("/arenden", WRONG))

    assert (page.answer.status_code, page.answer.headers["retry-after"]) == (429, "60")
    assert page.heading == "För många försök"
    assert "du kan skicka det igen om 1 minut" in page.text
    assert "sparats" not in page.text
    assert page.boxes == {name: [text] for name, text in WRONG.items()}
    assert complaints(page.answer.text) == []


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_who_tries_too_often_reads_so_in_their_own_language(limited: System, language: str):
    guesser = visitor_at("192.0.2.5", portal_of(limited))
    await tried(guesser, TRIES)

    answer = await guesser.post(f"/{language}/arenden", WRONG)

    assert (answer.status_code, complaints(answer.text)) == (429, [])
    assert 'lang="sv"' not in answer.text.partition("<main")[2].partition("</main>")[0]


async def test_who_follows_too_many_links_reads_when_to_try_again(limited: System):
    guesser = visitor_at("192.0.2.4", portal_of(limited))
    await tried(guesser, TRIES)

    page = await Applicant.at(guesser, "/arenden/K7MP-2XWB/kod/another")

    assert (page.answer.status_code, page.answer.headers["retry-after"]) == (429, "60")
    assert "Du kan försöka igen om 1 minut." in page.text
    assert complaints(page.answer.text) == []
