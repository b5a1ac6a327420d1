"""A sign-in with an e-identification: what is one, what is too weak, and where none is needed."""

import time
from uuid import uuid4

import pytest

from .applications import application
from .cases import COMPOST, DISCOVERY
from .files import send_file


@pytest.mark.usefixtures("signed_in_only")
async def test_without_a_sign_in_an_eservice_that_asks_for_it_takes_nothing(client, published):
    response = await client.post(
        "/applications", json=application(COMPOST, "kompostering"), headers={"Accept-Language": "en"}
    )

    assert (response.status_code, response.json()["code"]) == (401, "SignInFirst")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "Sign in with an e-identification" in response.json()["detail"]
    assert await published.fetch() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "kommunbuss"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60},
        {"exp": int(time.time()) + 11 * 3600},
        {"nonce": "n"},
    ],
    ids=["a staff token's audience", "another issuer", "ended", "too long", "an ID token's"],
)
async def test_a_token_that_is_not_a_residents_is_no_sign_in(client, resident, claims):
    response = await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident(**claims))

    assert (response.status_code, response.json()["code"]) == (401, "SignInFirst")


async def test_a_member_of_staff_is_not_a_resident_and_a_resident_not_staff(client, internal_client, staff, resident):
    applied = await client.post(
        "/applications", json=application(COMPOST, "kompostering"), headers=staff("administrator")
    )
    looked_up = await internal_client.post("/contacts/lookup", json={"contacts": []}, headers=resident())

    assert (applied.status_code, looked_up.status_code) == (401, 401)


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "http://id.elegnamnden.se/loa/1.0/loa2"},
        {"acr": None},
        {"https://id.oidc.se/claim/personalIdentityNumber": None},
        {"https://id.oidc.se/claim/personalIdentityNumber": "198112189870"},
        {"name": ""},
    ],
    ids=["a low level", "no level", "no number", "a number that cannot be", "no name"],
)
async def test_a_sign_in_that_does_not_prove_who_it_is_is_told_so(client, resident, claims):
    response = await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident(**claims))

    assert (response.status_code, response.json()["code"]) == (401, "SignInWeak")
    assert response.headers["WWW-Authenticate"] == 'Bearer error="insufficient_user_authentication"'


async def test_an_eservice_that_asks_for_a_sign_in_says_why(client, signed_in_only):
    shown = (await client.get("/eservices/kompostering?language=en")).json()
    open_to_all = (await client.get("/eservices/varmepump?language=en")).json()

    assert (shown["login"], shown["login_reason"]) == ("eid", "A law demands it.")
    assert (open_to_all["login"], open_to_all.get("login_reason")) == ("eid_or_none", None)


@pytest.mark.parametrize("signed_in", [True, False])
async def test_where_a_sign_in_is_ones_own_choice_both_are_taken(client, resident, signed_in):
    form = application({**DISCOVERY, "map": await send_file(client)}, "fororening-upplysning")

    response = await client.post("/applications", json=form, headers=resident() if signed_in else {})

    assert (response.status_code, response.json()["identified"]) == (201, signed_in)


async def test_a_broken_sign_in_is_not_taken_for_none(client, resident):
    form = application({**DISCOVERY, "map": await send_file(client)}, "fororening-upplysning")

    response = await client.post("/applications", json=form, headers=resident(aud="somebody-else"))

    assert response.status_code == 401


async def test_an_answer_to_a_repeated_request_needs_the_sign_in_too(client, resident):
    key = {"Idempotency-Key": str(uuid4())}
    await client.post("/applications", json=application(COMPOST, "kompostering"), headers={**key, **resident()})

    ended = await client.post(
        "/applications",
        json=application(COMPOST, "kompostering"),
        headers={**key, **resident(exp=int(time.time()) - 60)},
    )

    assert ended.status_code == 401
