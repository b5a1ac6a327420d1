"""With which keys the tokens of staff are checked, asked of a real issuer whose keys change."""

import asyncio
import warnings

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.warnings import InsecureKeyLengthWarning

from shared.errors import Unauthorized, Unavailable
from shared.staff import WrongIssuer, endpoint
from testkit.waiting import until


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


@pytest.mark.parametrize("change", [{"issuer": "https://elsewhere.example"}, {"issuer": None}, {"jwks_uri": None}])
async def test_a_description_of_another_issuer_gives_no_keys(openid, known_issuer, change):
    openid.configuration |= change

    with pytest.raises(Unavailable):
        await known_issuer.verify(openid.token())


def test_an_issuer_with_tls_is_not_left_for_one_without():
    secure = {"issuer": "https://a.example", "jwks_uri": "https://b.example/jwks"}

    assert endpoint("https://a.example", secure, "jwks_uri") == "https://b.example/jwks"
    with pytest.raises(WrongIssuer):
        endpoint("https://a.example", {**secure, "jwks_uri": "http://a.example/jwks"}, "jwks_uri")


@pytest.mark.parametrize("about", [{"use": "enc"}, {"alg": "RS512"}], ids=str)
async def test_a_key_that_is_not_for_our_signatures_opens_nothing(openid, known_issuer, about):
    openid.about_keys = about

    with pytest.raises((Unauthorized, Unavailable)):
        await known_issuer.verify(openid.token())


async def test_a_short_key_opens_nothing(openid, known_issuer):
    openid.keys["first"] = rsa.generate_private_key(public_exponent=65537, key_size=1024)

    with pytest.raises(Unauthorized), warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        await known_issuer.verify(openid.token())


async def test_the_keys_are_kept_between_tokens(openid, known_issuer):
    for _ in range(3):
        await known_issuer.verify(openid.token())

    assert openid.asked == 1


async def test_a_token_signed_with_a_new_key_is_taken_as_soon_as_the_keys_may_be_asked_for(
    openid, known_issuer, a_moment_later
):
    await known_issuer.verify(openid.token())
    openid.add_key("second")

    claims = await known_issuer.verify(openid.token(subject="bo"))

    assert claims["sub"] == "bo"


async def test_tokens_with_keys_nobody_knows_do_not_make_us_ask_again_and_again(openid, known_issuer):
    await known_issuer.verify(openid.token())
    openid.add_key("unpublished")
    forged = openid.token()
    del openid.keys["unpublished"]

    for _ in range(3):
        with pytest.raises(Unauthorized):
            await known_issuer.verify(forged)

    assert openid.asked == 1


async def test_a_key_that_is_withdrawn_is_refused_after_the_next_look(openid, known_issuer, later):
    token = openid.token()
    await known_issuer.verify(token)
    openid.add_key("second")
    del openid.keys["first"]

    async def is_refused() -> bool:
        try:
            await known_issuer.verify(token)
        except Unauthorized:
            return True
        return False

    assert await until(is_refused, seconds=10)


async def test_a_key_that_was_withdrawn_while_nobody_signed_in_for_hours_is_refused(openid, known_issuer, hours_later):
    token = openid.token()
    await known_issuer.verify(token)
    openid.add_key("second")
    del openid.keys["first"]

    with pytest.raises(Unauthorized):
        await known_issuer.verify(token)


async def test_who_signs_with_a_known_key_waits_for_no_other(openid, known_issuer, later, a_moment_later):
    token = openid.token(subject="bo")
    await known_issuer.verify(token)
    openid.add_key("second")
    openid.answers.clear()
    other = asyncio.ensure_future(known_issuer.verify(openid.token(subject="anna")))
    await asyncio.sleep(0)

    claims = await known_issuer.verify(token)

    assert not other.done()
    openid.answers.set()
    assert (claims["sub"], (await other)["sub"]) == ("bo", "anna")


async def test_an_issuer_that_is_away_at_a_look_changes_nothing(openid, known_issuer, hours_later):
    await known_issuer.verify(openid.token())
    openid.is_away = True

    claims = await known_issuer.verify(openid.token(subject="bo"))

    assert claims["sub"] == "bo"


async def test_without_keys_nobody_is_let_in_and_the_answer_is_that_we_cannot_tell(openid, known_issuer):
    openid.is_away = True

    with pytest.raises(Unavailable):
        await known_issuer.verify(openid.token())


async def test_another_key_of_the_same_name_is_refused(openid, known_issuer):
    await known_issuer.verify(openid.token())
    openid.add_key("first")

    with pytest.raises(Unauthorized):
        await known_issuer.verify(openid.token())
