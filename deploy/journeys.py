"""Follows submissions through a running system: from the POST to the event, the mail and the staff task."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer

from bus.kafka import kafka_options
from deploy.submissions import Apis, Submission
from shared.events import TOPICS
from shared.settings import Settings

PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.1

Headers = dict[str, str]
Rows = list[dict[str, Any]]


@dataclass
class Journey:
    """A submission that was accepted, and when it reached each place, in seconds since the epoch."""

    submission: Submission
    id: str
    reference: str
    posted_at: float
    accepted_at: float
    event_at: float | None = None
    mail_at: float | None = None
    task_at: float | None = None

    @property
    def arrived(self) -> bool:
        return None not in (self.event_at, self.mail_at, self.task_at)


FindMail = Callable[[Journey], Awaitable[float | None]]
"""When the mail of a journey was accepted by its mail server, if it was."""


class Events:
    """What appears on the topics from now on."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._seen: list[tuple[bytes, float]] = []

    async def read(self) -> None:
        while True:
            for records in (await self._consumer.getmany(timeout_ms=200)).values():
                self._seen += [(record.value or b"", record.timestamp / 1000) for record in records]

    def time_of(self, journey: Journey) -> float | None:
        return next((at for value, at in self._seen if journey.id.encode() in value), None)


@asynccontextmanager
async def watched(settings: Settings) -> AsyncIterator[Events]:
    topics = map(settings.on_kafka, TOPICS)
    consumer = AIOKafkaConsumer(*topics, **kafka_options(settings), auto_offset_reset="latest")
    await consumer.start()
    await consumer.seek_to_end()
    events = Events(consumer)
    reading = asyncio.ensure_future(events.read())
    try:
        yield events
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await consumer.stop()


async def send(http: httpx.AsyncClient, submission: Submission) -> Journey:
    """Send it in. Raises httpx.HTTPStatusError when it is refused."""
    posted_at = time.time()
    response = await http.post(submission.url, json=submission.form)
    accepted_at = time.time()
    receipt = response.raise_for_status().json()
    return Journey(submission, receipt["id"], receipt.get("reference", receipt["id"][-8:]), posted_at, accepted_at)


async def follow(
    http: httpx.AsyncClient,
    journeys: Sequence[Journey],
    events: Events,
    find_mail: FindMail,
    apis: Apis,
    staff: Headers,
) -> None:
    """Return when all have arrived everywhere, or after half a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not all(journey.arrived for journey in journeys):
        for journey in journeys:
            journey.event_at = journey.event_at or events.time_of(journey)
            journey.mail_at = journey.mail_at or await find_mail(journey)
            journey.task_at = journey.task_at or _first(await tasks_about(http, journey, apis, staff), "created_at")
        await asyncio.sleep(LOOK_SECONDS)


async def tasks_about(http: httpx.AsyncClient, journey: Journey, apis: Apis, staff: Headers) -> Rows:
    url = f"{apis.notifications}/queues/{journey.submission.queue}/tasks"
    return await _rows(http, url, {"about": journey.id}, staff)


def in_maildir(folder: Path) -> FindMail:
    """Looks for mail where the embedded server keeps it."""
    found: dict[str, tuple[str, float]] = {}

    def look() -> None:
        for file in folder.glob("new/*"):
            if file.name not in found:
                found[file.name] = _recipient_of(file), file.stat().st_mtime

    async def find(journey: Journey) -> float | None:
        look()
        return next((at for recipient, at in found.values() if recipient == journey.submission.recipient), None)

    return find


def in_deliveries(http: httpx.AsyncClient, apis: Apis, staff: Headers) -> FindMail:
    """Asks notifications what its mail server accepted, where the mailboxes cannot be seen."""

    async def find(journey: Journey) -> float | None:
        wanted = {"about": journey.id, "status": "accepted"}
        return _first(await _rows(http, f"{apis.notifications}/deliveries", wanted, staff), "accepted_at")

    return find


def in_mailpit(http: httpx.AsyncClient, url: str) -> FindMail:
    """Asks Mailpit what it has taken in for the recipient."""

    async def find(journey: Journey) -> float | None:
        return _first(await mails_about(http, journey, url), "Created")

    return find


async def mails_about(http: httpx.AsyncClient, journey: Journey, mailpit: str) -> Rows:
    query = {"query": f'to:"{journey.submission.recipient}"'}
    answer = await http.get(f"{mailpit}/api/v1/search", params=query)
    mails: Rows = answer.raise_for_status().json()["messages"]
    return mails


async def _rows(http: httpx.AsyncClient, url: str, wanted: dict[str, str], staff: Headers) -> Rows:
    answer = await http.get(url, params=wanted, headers=staff)
    rows: Rows = answer.raise_for_status().json()["items"]
    return rows


def _first(rows: Rows, field: str) -> float | None:
    return datetime.fromisoformat(rows[0][field]).timestamp() if rows else None


def _recipient_of(file: Path) -> str:
    with file.open("rb") as mail:
        return str(BytesHeaderParser().parse(mail)["to"])
