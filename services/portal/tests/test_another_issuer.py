"""Signing in with an issuer that somebody else has made, in a process of its own."""

import json
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from deploy.procfile import PORTAL
from testkit.broker import free_port
from tests.system import prepared

from .visitors import Visitor

ANOTHER = "another-issuer"
COMMAND = f"{sys.executable} -m oidc_provider_mock --require-nonce true --port $PORT --user-claims"
MAJA = {"sub": "maja", "name": "Maja Berg", "roles": ["caseworker"], "units": ["livsmedel"]}
WANTED = "/handlaggare/installningar"


@pytest.fixture(scope="module")
def portal_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal where staff sign in with that issuer."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    settings = {"MODE": "embedded", "OIDC_ISSUER": issuer, "STAFF_CLIENT_SECRET": "a secret"}
    with prepared(tmp_path_factory.mktemp("elsewhere"), **settings) as system:
        system.processes.start(ANOTHER, f"{COMMAND} '{json.dumps(MAJA)}'", port)
        system.start(PORTAL)
        system.wait_until_ready(ANOTHER, PORTAL)
        yield f"http://127.0.0.1:{system.ports[PORTAL]}"


@pytest.fixture
def maja(portal_elsewhere: str) -> Visitor:
    return Visitor(portal_elsewhere)


async def leave(visitor: Visitor) -> str:
    """Where the portal sends somebody who wants to sign in."""
    return str((await visitor.get(f"/handlaggare/logga-in?till={WANTED}")).headers["location"])


async def say_who(visitor: Visitor, address: str) -> str:
    """Where the issuer sends them back."""
    return str((await visitor.post(address, {"sub": MAJA["sub"]})).headers["location"])


def with_other(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    asked = {name: one for name, [one] in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode({**asked, **changes})).geturl()


async def test_staff_sign_in_with_another_issuer_and_are_who_it_says(maja: Visitor):
    there = await maja.follow(await maja.get(await say_who(maja, await leave(maja))))

    assert (there.status_code, there.url.path) == (200, WANTED)
    assert "Maja Berg" in there.text


async def test_the_issuer_is_asked_for_a_code_with_a_challenge_a_nonce_and_a_state(maja: Visitor):
    asked = parse_qs(urlsplit(await leave(maja)).query)

    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert asked.keys() >= {"code_challenge", "nonce", "state"}


async def test_an_answer_with_another_state_is_a_page_that_says_that_sign_in_was_not_finished(maja: Visitor):
    back = await say_who(maja, await leave(maja))

    refused = await maja.get(with_other(back, state="another"))

    assert refused.status_code == 400
    assert "Inloggningen blev inte klar" in refused.text
    assert (await maja.get(WANTED)).status_code == 303


async def test_an_answer_to_somebody_elses_browser_signs_nobody_in(maja: Visitor, portal_elsewhere: str):
    victim = Visitor(portal_elsewhere)
    back = await say_who(maja, await leave(maja))

    refused = await victim.get(back)

    assert refused.status_code == 400
    assert (await victim.get(WANTED)).status_code == 303


async def test_an_id_token_with_another_nonce_signs_nobody_in(maja: Visitor):
    back = await say_who(maja, with_other(await leave(maja), nonce="another"))

    refused = await maja.get(back)

    assert refused.status_code == 400
    assert "Inloggningen blev inte klar" in refused.text
    assert (await maja.get(WANTED)).status_code == 303


async def test_who_says_no_at_the_issuer_is_told_that_sign_in_was_not_finished(maja: Visitor):
    back = await maja.post(await leave(maja), {"action": "deny"})

    there = await maja.follow(back)

    assert there.status_code == 400
    assert "Inloggningen blev inte klar" in there.text
