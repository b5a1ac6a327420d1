"""Who a token names, asked of a real issuer whose keys change."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from shared.errors import Unauthorized, Unavailable
from shared.settings import Settings
from testkit.issuer import AUDIENCE, OpenIdIssuer, serving_issuer
from web.staff import Issuer


@pytest.fixture
def openid() -> Iterator[OpenIdIssuer]:
    """An issuer of the test's own."""
    with serving_issuer() as openid:
        yield openid


@pytest.fixture
def issuer(openid: OpenIdIssuer) -> Issuer:
    return Issuer(openid.url, AUDIENCE)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two tokens more than ten minutes have passed."""
    monkeypatch.setattr("web.staff.REFRESH_SECONDS", -1)


@pytest.fixture
def a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two tokens more than ten seconds have passed."""
    monkeypatch.setattr("web.staff.SHORTEST_REFRESH_SECONDS", -1)


async def test_a_token_says_who_makes_the_request_and_in_which_roles(openid, issuer):
    person = await issuer.verify(openid.token("caseworker", "moderator", subject="anna"))

    assert (person.subject, person.name, person.roles) == ("anna", "Anna", {"caseworker", "moderator"})


async def test_the_keys_are_kept_between_tokens(openid, issuer):
    for _ in range(3):
        await issuer.verify(openid.token())

    assert openid.asked == 1


async def test_a_token_signed_with_a_new_key_is_taken_as_soon_as_the_keys_may_be_asked_for(
    openid, issuer, a_moment_later
):
    await issuer.verify(openid.token())
    openid.add_key("second")

    person = await issuer.verify(openid.token(subject="bo"))

    assert person.subject == "bo"


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

    with pytest.raises(Unauthorized):
        await issuer.verify(token)


async def test_an_issuer_that_is_away_at_a_look_changes_nothing(openid, issuer, later):
    await issuer.verify(openid.token())
    openid.is_away = True

    person = await issuer.verify(openid.token(subject="bo"))

    assert person.subject == "bo"


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
