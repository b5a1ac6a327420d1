"""A publisher that answers slowly, or not, delays the mails about its own events, and nobody else's."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from bus.worker import create_worker
from notifications import dispatch
from notifications import transport as transports
from notifications.contacts import Contacts
from notifications.dispatch import Dispatch
from notifications.mailer import Mailer
from notifications.models.deliveries import DeliveryStatus
from notifications.transport import MailTransport, open_transport
from shared.database import Database
from shared.settings import Settings
from testkit.waiting import until

from .deliveries import HOUSING, mail_until_stopped, now_is


class Publishers:
    """A real server that is the issuer and all publishers. Housing answers when `answers` is set.

    Nobody answers there while it `is_away`; what it is asked about the `unknown` it answers with nothing that is meant.
    """

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.is_away = False
        self.unknown: set[str] = set()
        self.asked: list[str] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._talk, "127.0.0.1", 0) as server:
            self._url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield self._url

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line[15:]) for line in head.splitlines() if line.startswith("content-length:")), 0)
        answer = await self._answer(head.split()[1], await reader.readexactly(length))
        if answer is not None:
            body = json.dumps(answer).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    async def _answer(self, path: str, body: bytes) -> dict | None:
        service = path.split("/")[1]
        if service == ".well-known":
            return {"issuer": self._url, "token_endpoint": f"{self._url}/token"}
        if service == "token":
            return {"access_token": "one"}
        self.asked.append(service)
        wanted = json.loads(body)
        if service == "housing" and self.is_away:
            return None
        if self.unknown & {*wanted["contacts"]}:
            return {}
        if service == "housing":
            await self.answers.wait()
        found = {"email": f"of-{service}@example.se", "language": "sv"}
        return {
            "service": service,
            "contacts": dict.fromkeys(wanted["contacts"], found),
            "texts": {one: {"message": "Hej", "diary_number": "MH-2026-000123"} for one in wanted["texts"]},
        }


@pytest.fixture
def publishers() -> Publishers:
    return Publishers()


@pytest.fixture
async def knowing(
    mail_settings: Settings, publishers: Publishers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    """Settings that say where those publishers are. Nobody stops waiting for them."""
    monkeypatch.setattr(transports, "LOOK_UP_SECONDS", 3600)
    async with publishers.listening() as url:
        names = ("eservice-intake", "housing", "recruitment")
        addresses = {"contacts_urls": {name: f"{url}/{name}" for name in names}, "oidc_issuer": url}
        yield mail_settings.model_copy(update=addresses)
        publishers.answers.set()


@pytest.fixture
async def asking(knowing: Settings) -> AsyncIterator[MailTransport]:
    """A transport that asks those publishers, and never gives up."""
    async with httpx.AsyncClient(timeout=None) as client, open_transport(knowing) as opened:
        yield replace(opened, contacts=Contacts(knowing, client))


@asynccontextmanager
async def mailing(committing: Database, transport: MailTransport, held: asyncio.Event) -> AsyncIterator[None]:
    """What is `held` goes on at the latest when it ends."""
    task = asyncio.ensure_future(mail_until_stopped(committing, transport))
    try:
        yield
    finally:
        held.set()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Resting(Mailer):
    """It looks again when it is woken, and not before."""

    rest_seconds = 3600


async def test_a_publisher_that_answers_slowly_delays_no_mails_about_the_events_of_others(
    committing: Database, publishers: Publishers, asking: MailTransport, mail_server, commit
):
    for _ in range(dispatch.MOST + 1):
        await commit(**HOUSING)
    async with mailing(committing, asking, publishers.answers):
        await until(lambda: publishers.asked == ["housing"])

        await commit()
        await until(lambda: mail_server.recipients)
        during = [*publishers.asked], [*mail_server.recipients]
        publishers.answers.set()
        await until(lambda: len(mail_server.recipients) == dispatch.MOST + 2)

    assert during == (["housing", "eservice-intake"], ["of-eservice-intake@example.se"])


async def test_a_mail_that_takes_long_to_write_delays_no_other_of_its_publisher(
    committing: Database, asking: MailTransport, mail_server, commit, monkeypatch
):
    monkeypatch.setattr(dispatch, "SLOW_SECONDS", 0)
    written, began = asyncio.Event(), []
    prepared = MailTransport.prepared

    async def prepare(self: MailTransport, delivery, look):
        began.append(delivery.id)
        if delivery.id == began[0]:
            await written.wait()
        return await prepared(self, delivery, look)

    monkeypatch.setattr(MailTransport, "prepared", prepare)
    await commit()
    async with mailing(committing, asking, written):
        await until(lambda: began)

        await commit()
        await until(lambda: mail_server.recipients)
        during = len(began), len(mail_server.recipients)
        written.set()
        await until(lambda: len(mail_server.recipients) == 2)

    assert during == (2, 1)


async def test_when_a_slow_publisher_has_answered_more_of_its_mails_are_taken_up_at_once(
    knowing: Settings, publishers: Publishers, mail_server, commit, monkeypatch
):
    for name, value in {"SLOW_SECONDS": 0, "MOST": 1, "FEW": 0}.items():
        monkeypatch.setattr(dispatch, name, value)
    taken: list[int] = []

    class Counting(Resting):
        async def step(self) -> int:
            taken.append(await super().step())
            return taken[-1]

    for _ in range(2):
        await commit(**HOUSING)
    app = create_worker(knowing, Counting)
    async with app.router.lifespan_context(app):
        await until(lambda: publishers.asked == ["housing"] and taken[-1:] == [0])

        publishers.answers.set()
        await until(lambda: len(mail_server.recipients) == 2)


async def test_a_publisher_that_does_not_answer_is_left_alone_for_some_seconds_and_the_others_are_not(
    committing: Database, publishers: Publishers, asking: MailTransport, mail_server, commit
):
    publishers.is_away = True
    async with Dispatch(committing, asking) as mailing:
        taken = []
        for publisher in (HOUSING, HOUSING, {}):
            await commit(**publisher)
            taken.append(await mailing.start_due())
            await mailing.finished()

    assert publishers.asked == ["housing", "eservice-intake"]
    assert taken == [1, 0, 1]


async def test_when_a_publisher_that_was_away_answers_again_its_mails_go_however_often_it_was_asked(
    knowing: Settings, publishers: Publishers, mail_server, commit, monkeypatch
):
    monkeypatch.setattr(dispatch, "LEFT_ALONE_SECONDS", 0.01)
    publishers.is_away = True
    publishers.answers.set()
    await commit(**HOUSING)
    app = create_worker(knowing.model_copy(update={"mail_retry_seconds": 3600}), Resting)
    async with app.router.lifespan_context(app):
        await until(lambda: len(publishers.asked) == 3)

        publishers.is_away = False
        await until(lambda: mail_server.recipients)


async def test_a_mail_that_its_publisher_cannot_answer_for_holds_up_no_other_for_long(
    committing: Database, publishers: Publishers, asking: MailTransport, mail_server, commit, monkeypatch
):
    monkeypatch.setattr(dispatch, "LEFT_ALONE_SECONDS", 0)
    publishers.answers.set()
    wrong, right = await commit(**HOUSING), await commit(**HOUSING)
    publishers.unknown = {str(wrong.contact_id)}
    async with mailing(committing, replace(asking, retry_seconds=0.1), publishers.answers):
        await until(lambda: mail_server.recipients)

    assert (await now_is(committing, right)).status is DeliveryStatus.ACCEPTED
    assert (await now_is(committing, wrong)).status is not DeliveryStatus.ACCEPTED
