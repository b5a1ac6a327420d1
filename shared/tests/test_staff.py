"""Who a token names, asked of a real issuer whose keys change."""

import asyncio
import time
import warnings
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.warnings import InsecureKeyLengthWarning
from pydantic import ValidationError

from shared.errors import Unauthorized, Unavailable
from shared.settings import Settings
from shared.staff import WrongIssuer, endpoint
from testkit.issuer import OpenIdIssuer, serving_issuer
from testkit.waiting import until
from web.issuer import Issuer
from web.staff import person_of, staff_issuer

UNTYPED = "other tokens may pass for access tokens"


@pytest.fixture
def openid() -> Iterator[OpenIdIssuer]:
    """An issuer of the test's own."""
    with serving_issuer() as openid:
        yield openid


@pytest.fixture
def issuer(openid: OpenIdIssuer) -> Issuer:
    return staff_issuer(Settings(service="housing", oidc_issuer=openid.url))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two tokens more than ten minutes have passed."""
    monkeypatch.setattr("web.issuer.REFRESH_SECONDS", -1)


@pytest.fixture
def hours_later(later: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two tokens more than an hour has passed."""
    monkeypatch.setattr("web.issuer.LONGEST_UNCONFIRMED_SECONDS", -1)


@pytest.fixture
def a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two tokens more than ten seconds have passed."""
    monkeypatch.setattr("web.issuer.SHORTEST_REFRESH_SECONDS", -1)


async def test_a_token_says_who_makes_the_request_and_in_which_roles(openid, issuer):
    person = person_of(await issuer.verify(openid.token("caseworker", "moderator", subject="anna", units=["boende"])))

    assert (person.subject, person.name, person.roles) == ("anna", "Anna", {"caseworker", "moderator"})
    assert person.units == {"boende"}


async def test_who_is_in_no_unit_by_the_token_is_in_none(openid, issuer):
    person = person_of(await issuer.verify(openid.token("caseworker", units=None)))

    assert person.units == frozenset()


@pytest.mark.parametrize("typ", ["JWT", None, "id+jwt", "logout+jwt", "secevent+jwt"])
async def test_only_what_says_that_it_is_an_access_token_is_one(openid, issuer, typ):
    with pytest.raises(Unauthorized):
        await issuer.verify(openid.token(typ=typ))


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_an_access_token_may_say_so_in_each_way_of_its_standard(openid, issuer, typ):
    assert (await issuer.verify(openid.token(typ=typ)))["sub"] == "anna"


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


@pytest.mark.parametrize("change", [{"issuer": "https://elsewhere.example"}, {"issuer": None}, {"jwks_uri": None}])
async def test_a_description_of_another_issuer_gives_no_keys(openid, issuer, change):
    openid.configuration |= change

    with pytest.raises(Unavailable):
        await issuer.verify(openid.token())


def test_an_issuer_with_tls_is_not_left_for_one_without():
    secure = {"issuer": "https://a.example", "jwks_uri": "https://b.example/jwks"}

    assert endpoint("https://a.example", secure, "jwks_uri") == "https://b.example/jwks"
    with pytest.raises(WrongIssuer):
        endpoint("https://a.example", {**secure, "jwks_uri": "http://a.example/jwks"}, "jwks_uri")


@pytest.mark.parametrize("about", [{"use": "enc"}, {"alg": "RS512"}], ids=str)
async def test_a_key_that_is_not_for_our_signatures_opens_nothing(openid, issuer, about):
    openid.about_keys = about

    with pytest.raises((Unauthorized, Unavailable)):
        await issuer.verify(openid.token())


async def test_a_short_key_opens_nothing(openid, issuer):
    openid.keys["first"] = rsa.generate_private_key(public_exponent=65537, key_size=1024)

    with pytest.raises(Unauthorized), warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        await issuer.verify(openid.token())


def test_an_id_token_for_our_own_client_can_never_have_our_audience():
    settings = Settings(service="housing")

    assert settings.oidc_client_id != settings.oidc_audience
    with pytest.raises(ValidationError, match=r"OIDC_AUDIENCE must differ from OIDC_CLIENT_ID"):
        Settings(service="housing", oidc_audience="mailer", oidc_client_id="mailer")


async def test_the_keys_are_kept_between_tokens(openid, issuer):
    for _ in range(3):
        await issuer.verify(openid.token())

    assert openid.asked == 1


async def test_a_token_signed_with_a_new_key_is_taken_as_soon_as_the_keys_may_be_asked_for(
    openid, issuer, a_moment_later
):
    await issuer.verify(openid.token())
    openid.add_key("second")

    claims = await issuer.verify(openid.token(subject="bo"))

    assert claims["sub"] == "bo"


async def test_tokens_with_keys_nobody_knows_do_not_make_us_ask_again_and_again(openid, issuer):
    await issuer.verify(openid.token())
    openid.add_key("unpublished")
    forged = openid.token()
    del openid.keys["unpublished"]

    for _ in range(3):
        with pytest.raises(Unauthorized):
            await issuer.verify(forged)

    assert openid.asked == 1


async def test_a_key_that_is_withdrawn_is_refused_after_the_next_look(openid, issuer, later):
    token = openid.token()
    await issuer.verify(token)
    openid.add_key("second")
    del openid.keys["first"]

    async def is_refused() -> bool:
        try:
            await issuer.verify(token)
        except Unauthorized:
            return True
        return False

    assert await until(is_refused, seconds=10)


async def test_a_key_that_was_withdrawn_while_nobody_signed_in_for_hours_is_refused(openid, issuer, hours_later):
    token = openid.token()
    await issuer.verify(token)
    openid.add_key("second")
    del openid.keys["first"]

    with pytest.raises(Unauthorized):
        await issuer.verify(token)


async def test_who_signs_with_a_known_key_waits_for_no_other(openid, issuer, later, a_moment_later):
    token = openid.token(subject="bo")
    await issuer.verify(token)
    openid.add_key("second")
    openid.answers.clear()
    other = asyncio.ensure_future(issuer.verify(openid.token(subject="anna")))
    await asyncio.sleep(0)

    claims = await issuer.verify(token)

    assert not other.done()
    openid.answers.set()
    assert (claims["sub"], (await other)["sub"]) == ("bo", "anna")


async def test_an_issuer_that_is_away_at_a_look_changes_nothing(openid, issuer, hours_later):
    await issuer.verify(openid.token())
    openid.is_away = True

    claims = await issuer.verify(openid.token(subject="bo"))

    assert claims["sub"] == "bo"


async def test_without_keys_nobody_is_let_in_and_the_answer_is_that_we_cannot_tell(openid, issuer):
    openid.is_away = True

    with pytest.raises(Unavailable):
        await issuer.verify(openid.token())


async def test_another_key_of_the_same_name_is_refused(openid, issuer):
    await issuer.verify(openid.token())
    openid.add_key("first")

    with pytest.raises(Unauthorized):
        await issuer.verify(openid.token())


@pytest.mark.parametrize("issuer", ["http://issuer.example", "http://127.0.0.1:8105", "issuer.example"])
def test_in_production_staff_sign_in_over_https_only(monkeypatch, issuer: str):
    monkeypatch.delenv("MODE")

    with pytest.raises(ValidationError, match=r"OIDC_ISSUER|oidc_issuer"):
        Settings(service="housing", oidc_issuer=issuer)

    assert Settings(service="housing", oidc_issuer="https://issuer.example").oidc_issuer
