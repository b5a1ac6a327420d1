from collections.abc import Callable
from urllib.parse import parse_qs
from uuid import UUID

import httpx
import pytest

from notifications.contacts import Contact, Contacts, ContactsAway
from shared.events import Language
from shared.settings import Settings

OWNER = str(UUID(int=1))
PROBLEM = {"Content-Type": "application/problem+json"}
FOUND = {"email": "olle@example.se", "name": "Olle", "language": "sv"}


class Housing:
    """The issuer and housing, as far as a contact's address goes."""

    def __init__(self) -> None:
        self.answer = httpx.Response(200, json=FOUND)
        self.token = httpx.Response(200, json={"access_token": "first", "expires_in": 300})
        self.sign_ins: list[dict[str, list[str]]] = []
        self.tokens_seen: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json={"token_endpoint": "http://issuer.test/token", "more": 1})
        if request.url.path == "/token":
            self.sign_ins.append(parse_qs(request.content.decode()))
            return self.token
        assert request.url == f"http://housing.test/contacts/{OWNER}"
        self.tokens_seen.append(request.headers["Authorization"])
        return self.answer


@pytest.fixture
def housing() -> Housing:
    return Housing()


@pytest.fixture
def contacts_of() -> Callable[..., Contacts]:
    def contacts(handler: Callable[[httpx.Request], httpx.Response], secret: str | None = "secret") -> Contacts:
        settings = Settings(service="notifications", housing_url="http://housing.test", oidc_client_secret=secret)
        return Contacts(settings, httpx.AsyncClient(transport=httpx.MockTransport(handler)))

    return contacts


async def test_a_contact_is_found_with_a_token_of_our_own(housing: Housing, contacts_of):
    contact = await contacts_of(housing).find(OWNER)

    assert contact == Contact(email="olle@example.se", name="Olle", language=Language.SWEDISH)
    assert housing.tokens_seen == ["Bearer first"]
    assert housing.sign_ins == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["kommunbuss"],
            "client_secret": ["secret"],
            "scope": ["contact-reader"],
        }
    ]


async def test_the_token_is_kept_until_shortly_before_it_ends(housing: Housing, contacts_of):
    contacts = contacts_of(housing)

    await contacts.find(OWNER)
    await contacts.find(OWNER)
    housing.token = httpx.Response(200, json={"access_token": "brief", "expires_in": 10})
    other = contacts_of(housing)
    await other.find(OWNER)
    await other.find(OWNER)

    assert len(housing.sign_ins) == 3


async def test_a_contact_that_is_gone_is_none(housing: Housing, contacts_of):
    housing.answer = httpx.Response(404, json={"code": "ContactNotFound"}, headers=PROBLEM)

    assert await contacts_of(housing).find(OWNER) is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(403),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={}),
        httpx.Response(404, html="<h1>default backend - 404</h1>"),
        httpx.Response(404, json={"code": "ContactNotFound"}),
        httpx.Response(404, json={"code": "Http404"}, headers=PROBLEM),
        httpx.Response(404, text="<html>", headers=PROBLEM),
    ],
)
async def test_an_answer_that_is_none_means_housing_is_away(housing: Housing, contacts_of, answer: httpx.Response):
    housing.answer = answer

    with pytest.raises(ContactsAway):
        await contacts_of(housing).find(OWNER)


async def test_a_token_housing_does_not_take_is_renewed_at_once(housing: Housing, contacts_of):
    housing.answer = httpx.Response(401)

    with pytest.raises(ContactsAway):
        await contacts_of(housing).find(OWNER)

    assert len(housing.sign_ins) == 2


async def test_housing_that_was_away_is_left_alone_for_some_seconds(contacts_of):
    asked = []

    def nobody(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        raise httpx.ConnectError("refused")

    contacts = contacts_of(nobody)
    for _ in range(3):
        with pytest.raises(ContactsAway):
            await contacts.find(OWNER)

    assert len(asked) == 1


async def test_an_unreachable_issuer_means_contacts_are_away(contacts_of):
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ContactsAway):
        await contacts_of(nobody).find(OWNER)


async def test_a_missing_secret_is_named(housing: Housing, contacts_of):
    with pytest.raises(ContactsAway, match="OIDC_CLIENT_SECRET"):
        await contacts_of(housing, secret=None).find(OWNER)
