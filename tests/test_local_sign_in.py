"""Signing in with a browser at the local issuer, as the portal asks for it: a code, and PKCE."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest
from starlette.applications import Starlette

from deploy.embedded.issuer import RESIDENTS_CLIENT, STAFF_CLIENT, LocalIssuer

URL = "http://127.0.0.1:8105"
BACK = "http://127.0.0.1:8106/oidc/svar"
VERIFIER = "a verifier that nobody guesses, of forty-three"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=LocalIssuer(URL, "kommunbuss", tmp_path / "issuer.json").routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        yield client


def asked(**changes: str) -> str:
    query = {
        "client_id": STAFF_CLIENT,
        "redirect_uri": BACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "nonce": "n",
        "state": "s",
    }
    return f"/authorize?{urlencode({**query, **changes})}"


async def code_for(issuer: httpx.AsyncClient, person: str, **changes: str) -> str:
    answer = await issuer.get(asked(person=person, **changes))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def exchanged(issuer: httpx.AsyncClient, code: str, **changes: str) -> httpx.Response:
    form = {"client_id": STAFF_CLIENT, "redirect_uri": BACK, "code_verifier": VERIFIER, "code": code}
    return await issuer.post("/token", data={"grant_type": "authorization_code", **form, **changes})


def said(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


async def test_one_chooses_among_the_roles_of_staff(issuer):
    page = await issuer.get(asked())

    assert re.findall(r", (\w+)</li>", unescape(page.text)) == [
        "Handläggare",
        "Enhetschef",
        "Näringslivsutvecklare",
        "Boendehandläggare",
        "Rekryteringshandläggare",
        "Administratör",
        "Administratör",
    ]


async def test_a_code_is_for_the_tokens_of_who_was_chosen(issuer):
    code = await code_for(issuer, "bo lund")

    tokens = (await exchanged(issuer, code)).json()

    access, identity = said(tokens["access_token"]), said(tokens["id_token"])
    assert (access["aud"], access["roles"], access["units"]) == ("kommunbuss", ["housing-officer"], ["boende"])
    assert (identity["aud"], identity["nonce"], identity["name"]) == (STAFF_CLIENT, "n", "Bo Lund")


async def test_a_residents_token_has_their_number(issuer):
    code = await code_for(issuer, "karin ek", client_id=RESIDENTS_CLIENT)

    tokens = (await exchanged(issuer, code, client_id=RESIDENTS_CLIENT)).json()

    assert said(tokens["access_token"])["https://id.oidc.se/claim/personalIdentityNumber"] == "198112189876"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "another"},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:1/"},
        {"client_id": RESIDENTS_CLIENT},
    ],
    ids=str,
)
async def test_a_code_is_for_who_asked_for_it(issuer, changes):
    code = await code_for(issuer, "maja berg")

    answer = await exchanged(issuer, code, **changes)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


async def test_a_code_is_used_once(issuer):
    code = await code_for(issuer, "maja berg")

    first, second = await exchanged(issuer, code), await exchanged(issuer, code)

    assert (first.status_code, second.status_code) == (200, 400)


@pytest.mark.parametrize(
    "changes",
    [{"redirect_uri": "https://evil.example/"}, {"code_challenge_method": "plain"}, {"client_id": "x"}],
    ids=str,
)
async def test_nobody_else_is_sent_a_code(issuer, changes):
    assert (await issuer.get(asked(person="maja berg", **changes))).status_code == 400


async def test_a_session_is_renewed_with_the_same_person(issuer):
    tokens = (await exchanged(issuer, await code_for(issuer, "alma sund"))).json()

    form = {"grant_type": "refresh_token", "client_id": STAFF_CLIENT, "refresh_token": tokens["refresh_token"]}
    renewed = (await issuer.post("/token", data=form)).json()

    assert said(renewed["access_token"])["sub"] == "alma sund"
