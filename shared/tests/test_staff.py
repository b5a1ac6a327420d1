"""Who a token of staff names, and which tokens are taken."""

import time

import pytest
from pydantic import ValidationError

from shared.errors import Unauthorized
from shared.settings import Settings
from web.staff import person_of, staff_issuer

UNTYPED = "other tokens may pass for access tokens"


async def test_a_token_says_who_makes_the_request_and_in_which_roles(openid, known_issuer):
    person = person_of(
        await known_issuer.verify(openid.token("caseworker", "moderator", subject="anna", units=["boende"]))
    )

    assert (person.subject, person.name, person.roles) == ("anna", "Anna", {"caseworker", "moderator"})
    assert person.units == {"boende"}


async def test_who_is_in_no_unit_by_the_token_is_in_none(openid, known_issuer):
    person = person_of(await known_issuer.verify(openid.token("caseworker", units=None)))

    assert person.units == frozenset()


@pytest.mark.parametrize("typ", ["JWT", None, "id+jwt", "logout+jwt", "secevent+jwt"])
async def test_only_what_says_that_it_is_an_access_token_is_one(openid, known_issuer, typ):
    with pytest.raises(Unauthorized):
        await known_issuer.verify(openid.token(typ=typ))


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_an_access_token_may_say_so_in_each_way_of_its_standard(openid, known_issuer, typ):
    assert (await known_issuer.verify(openid.token(typ=typ)))["sub"] == "anna"


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "n"}, {"at_hash": "h"}, {"c_hash": "h"}, {"s_hash": "h"}, {"events": {}}, {"typ": "ID"}],
    ids=lambda claims: next(iter(claims)),
)
@pytest.mark.parametrize("words", [None, UNTYPED])
async def test_what_only_other_tokens_say_is_refused_whatever_the_header_says(openid, words, claims):
    issuer = staff_issuer(Settings(service="housing", oidc_issuer=openid.url, oidc_untyped_tokens=words))

    with pytest.raises(Unauthorized):
        await issuer.verify(openid.token(also=claims))


async def test_an_issuer_whose_tokens_do_not_say_what_they_are_is_taken_in_words(openid):
    issuer = staff_issuer(Settings(service="housing", oidc_issuer=openid.url, oidc_untyped_tokens=UNTYPED))

    found = [(await issuer.verify(openid.token(typ=typ)))["sub"] for typ in ("JWT", None, "at+jwt")]

    assert found == ["anna", "anna", "anna"]
    with pytest.raises(Unauthorized):
        await issuer.verify(openid.token(typ="logout+jwt"))
    with pytest.raises(ValidationError, match="oidc_untyped_tokens"):
        Settings(service="housing", oidc_untyped_tokens="yes")


async def test_a_token_that_is_made_to_last_long_is_refused(openid):
    issuer = staff_issuer(Settings(service="housing", oidc_issuer=openid.url, oidc_longest_token_hours=1))
    now = int(time.time())

    claims = await issuer.verify(openid.token(iat=now, exp=now + 3600))

    assert claims["sub"] == "anna"
    for claims in ({"iat": now, "exp": now + 3601}, {"iat": None}):
        with pytest.raises(Unauthorized):
            await issuer.verify(openid.token(**claims))


def test_an_id_token_for_our_own_client_can_never_have_our_audience():
    settings = Settings(service="housing")

    assert settings.oidc_client_id != settings.oidc_audience
    with pytest.raises(ValidationError, match=r"OIDC_AUDIENCE must differ from OIDC_CLIENT_ID"):
        Settings(service="housing", oidc_audience="mailer", oidc_client_id="mailer")


@pytest.mark.parametrize("issuer", ["http://issuer.example", "http://127.0.0.1:8105", "issuer.example"])
def test_in_production_staff_sign_in_over_https_only(monkeypatch, issuer: str):
    monkeypatch.delenv("MODE")

    with pytest.raises(ValidationError, match=r"OIDC_ISSUER|oidc_issuer"):
        Settings(service="housing", oidc_issuer=issuer)

    assert Settings(service="housing", oidc_issuer="https://issuer.example").oidc_issuer
