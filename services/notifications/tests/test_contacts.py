import asyncio
import json
from collections.abc import Callable
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import httpx
import pytest

from notifications.contacts import Contacts, ContactsAway
from notifications.models.deliveries import Delivery
from shared.contacts import FoundContact
from shared.events import Language
from shared.settings import Settings

OWNER, INTEREST = UUID(int=1), UUID(int=2)
FOUND = {
    "service": "housing",
    "contacts": {str(OWNER): {"email": "olle@example.se", "language": "sv"}},
    "texts": {str(INTEREST): {"message": "Hej"}},
}
ISSUER = "http://issuer.test"
URLS = "eservice-intake=http://intake.test,housing=http://housing.test/,recruitment=http://recruitment.test"


def mail_to(contact_id: UUID = OWNER, text_id: UUID | None = INTEREST) -> Delivery:
    given = {"event_id": uuid4(), "about": "x", "template": "interest_relayed", "priority": 1}
    return Delivery(publisher="housing", contact_id=contact_id, text_id=text_id, **given)


class Publishers:
    """The issuer and the publishers, as far as looking up goes."""

    def __init__(self) -> None:
        self.configuration = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}
        self.answer = httpx.Response(200, json=FOUND)
        self.token = httpx.Response(200, json={"access_token": "first", "expires_in": 300})
        self.sign_ins: list[dict[str, list[str]]] = []
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.configuration)
        if request.url.path == "/token":
            self.sign_ins.append(parse_qs(request.content.decode()))
            return self.token
        assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
        self.asked.append((str(request.url), request.headers["Authorization"], json.loads(request.content)))
        return self.answer


@pytest.fixture
def publishers() -> Publishers:
    return Publishers()


@pytest.fixture
def contacts_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Contacts]:
    monkeypatch.setenv("CONTACTS_URLS", URLS)
    monkeypatch.setenv("OIDC_ISSUER", ISSUER)

    def contacts(handler: Callable[[httpx.Request], httpx.Response], secret: str | None = "secret") -> Contacts:
        settings = Settings(service="notifications", oidc_client_secret=secret)
        return Contacts(settings, httpx.AsyncClient(transport=httpx.MockTransport(handler)))

    return contacts


async def test_contacts_and_texts_are_found_with_a_token_of_our_own(publishers: Publishers, contacts_of):
    found = await contacts_of(publishers).look_up("housing", [mail_to()])

    assert found.contacts == {OWNER: FoundContact(email="olle@example.se", language=Language.SWEDISH)}
    assert found.texts == {INTEREST: {"message": "Hej"}}
    [asked] = publishers.asked
    assert asked == (
        "http://housing.test/contacts/lookup",
        "Bearer first",
        {"contacts": [str(OWNER)], "texts": [str(INTEREST)]},
    )
    assert publishers.sign_ins == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["kommunbuss-mailer"],
            "client_secret": ["secret"],
            "scope": ["contact-reader"],
        }
    ]


async def test_all_mails_to_a_publishers_contacts_take_one_question(publishers: Publishers, contacts_of):
    people = [uuid4() for _ in range(200)]

    await contacts_of(publishers).look_up("housing", [mail_to(contact_id) for contact_id in people])

    [(_, _, wanted)] = publishers.asked
    assert set(wanted["contacts"]) == {str(contact_id) for contact_id in people}
    assert wanted["texts"] == [str(INTEREST)]


async def test_a_mail_that_quotes_nobody_asks_for_no_text(publishers: Publishers, contacts_of):
    await contacts_of(publishers).look_up("housing", [mail_to(text_id=None)])

    assert publishers.asked[0][2] == {"contacts": [str(OWNER)], "texts": []}


async def test_the_token_is_kept_until_shortly_before_it_ends(publishers: Publishers, contacts_of):
    contacts = contacts_of(publishers)

    await contacts.look_up("housing", [mail_to()])
    await contacts.look_up("housing", [mail_to()])
    publishers.token = httpx.Response(200, json={"access_token": "brief", "expires_in": 10})
    other = contacts_of(publishers)
    await other.look_up("housing", [mail_to()])
    await other.look_up("housing", [mail_to()])

    assert len(publishers.sign_ins) == 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(403),
        httpx.Response(404, html="<h1>default backend - 404</h1>"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={}),
        httpx.Response(200, json={**FOUND, "contacts": {str(OWNER): {"email": "olle@example.se"}}}),
    ],
)
async def test_whatever_does_not_answer_the_question_is_away_and_nobody_is_gone(
    publishers: Publishers, contacts_of, answer: httpx.Response
):
    publishers.answer = answer

    with pytest.raises(ContactsAway):
        await contacts_of(publishers).look_up("housing", [mail_to()])


async def test_another_service_at_the_address_does_not_make_everybody_gone(publishers: Publishers, contacts_of):
    publishers.answer = httpx.Response(200, json={"service": "recruitment", "contacts": {}, "texts": {}})

    with pytest.raises(ContactsAway, match="recruitment answered instead of housing: see CONTACTS_URLS"):
        await contacts_of(publishers).look_up("housing", [mail_to()])


async def test_a_token_that_is_not_taken_is_renewed_at_once(publishers: Publishers, contacts_of):
    publishers.answer = httpx.Response(401)

    with pytest.raises(ContactsAway):
        await contacts_of(publishers).look_up("housing", [mail_to()])

    assert len(publishers.sign_ins) == 2


@pytest.mark.parametrize(
    ("issuer", "configuration"),
    [
        ("http://issuer.test", {"issuer": "http://another.test", "token_endpoint": "http://issuer.test/token"}),
        ("https://issuer.test", {"issuer": "https://issuer.test", "token_endpoint": "http://issuer.test/token"}),
        ("http://issuer.test", {"issuer": "http://issuer.test"}),
    ],
    ids=["another issuer", "without TLS", "without an address"],
)
async def test_our_secret_goes_to_the_issuer_we_know_and_never_unencrypted(
    publishers: Publishers, contacts_of, monkeypatch, issuer, configuration
):
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    publishers.configuration = configuration

    with pytest.raises(ContactsAway):
        await contacts_of(publishers).look_up("housing", [mail_to()])

    assert publishers.sign_ins == []


async def test_an_unreachable_issuer_means_contacts_are_away(contacts_of):
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ContactsAway):
        await contacts_of(nobody).look_up("housing", [mail_to()])


async def test_a_missing_secret_is_named(publishers: Publishers, contacts_of):
    with pytest.raises(ContactsAway, match="OIDC_CLIENT_SECRET"):
        await contacts_of(publishers, secret=None).look_up("housing", [mail_to()])


async def test_what_a_mail_encloses_is_asked_for_by_its_id(publishers: Publishers, contacts_of):
    enclosed = {"text": "Hej", "name": "a.pdf", "media_type": "application/pdf", "content": "JVBERg=="}
    publishers.answer = httpx.Response(200, json={"service": "housing", "enclosure": enclosed})
    mail = mail_to()
    mail.enclosure_id = INTEREST

    found = await contacts_of(publishers).enclosure_of(mail, asyncio.get_running_loop().time() + 5)

    assert found is not None
    assert found.content == b"%PDF"
    assert publishers.asked == [("http://housing.test/enclosures/lookup", "Bearer first", {"id": str(INTEREST)})]


async def test_a_mail_without_an_enclosure_asks_for_none(publishers: Publishers, contacts_of):
    assert await contacts_of(publishers).enclosure_of(mail_to(), float("inf")) is None
    assert publishers.asked == []


async def test_an_enclosure_that_is_late_is_not_waited_for(contacts_of):
    async def never(request: httpx.Request) -> httpx.Response:
        return await asyncio.get_running_loop().create_future()

    mail = mail_to()
    mail.enclosure_id = INTEREST

    with pytest.raises(TimeoutError):
        await contacts_of(never).enclosure_of(mail, asyncio.get_running_loop().time() + 0.01)
