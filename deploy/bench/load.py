"""What the bench sends: one complaint after the other, each from somebody else."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count, cycle
from typing import Any, NamedTuple, cast
from uuid import UUID

import httpx
from uuid_utils.compat import uuid7

from deploy.bench.environment import PREFIX, Broken, within
from deploy.submissions import complaint
from eservice_intake.cases.models import Case
from shared.contacts import Contact
from shared.database import Database
from shared.events import ApplicationSubmitted, Language
from shared.settings import Settings

LONGEST_SECONDS = 3_600
BATCH = 500
CONNECTIONS = 64
PATIENCE_SECONDS = 600
NUMBERS = count()
"""Whose turn it is to complain: nobody does twice in a run of the bench."""
TITLE = {Language.SWEDISH: "Klagomål om olägenhet", Language.ENGLISH: "Complaint about a nuisance"}
HEAD_ENDS, LENGTH = b"\r\n\r\n", b"content-length:"
CREATED, OK = b"HTTP/1.1 201 ", b"HTTP/1.1 200 "


def recipient(number: int) -> str:
    return f"bench.{number:08}@example.com"


def _request(*headers: str) -> bytes:
    body = json.dumps(complaint(recipient(0))).encode()
    lines = ["POST /applications HTTP/1.1", "Host: bench", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


PLAIN = _request()
KEYED = _request(f"Idempotency-Key: {PREFIX}00000000")


def request(number: int, keyed: bool = False) -> bytes:
    """The POST of a complaint, as it goes over the wire."""
    text = b"%08d" % number
    return (KEYED if keyed else PLAIN).replace(b"00000000", text)


Asked = dict[str, Any]
"""What `httpx.Client.request` takes."""


def ask(client: httpx.Client, asked: Asked) -> float:
    """How many milliseconds the answer took."""
    began = time.perf_counter()
    answer = client.request(**asked)
    if answer.status_code != httpx.codes.OK:
        raise Broken(f"{asked['url']}: {answer.status_code} {answer.text}")
    return (time.perf_counter() - began) * 1000


def id_of(at: datetime) -> UUID:
    """A UUIDv7 of that time."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (uuid7().int & ((1 << 80) - 1)))


async def run_long(database: Database, statement: str) -> None:
    """A statement that takes longer than a service's may."""
    async with database.committing() as connection:
        if not database.is_postgres:
            await connection.exec_driver_sql(statement)
            return
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.execute(statement, timeout=LONGEST_SECONDS)


class Connection(asyncio.Protocol):
    """One kept connection; an HTTP client would take the processor from what is measured."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken("the API closed a connection"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, ends, body = self._received.partition(HEAD_ENDS)
        if self._answer and ends and len(body) >= int(head.lower().partition(LENGTH)[2].partition(b"\r\n")[0]):
            self._answer.set_result(self._received)
            self._received = b""

    async def ask(self, request: bytes, expected: bytes = CREATED) -> None:
        """Raises Broken when it is answered otherwise."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        answer = await self._answer
        if not answer.startswith(expected):
            raise Broken(f"a request was answered {answer[:300].decode()!r}")


@asynccontextmanager
async def connections(ports: Sequence[int], number: int = CONNECTIONS) -> AsyncIterator[list[Connection]]:
    """As many, spread evenly over the ports."""
    loop = asyncio.get_running_loop()
    each = [port for port, _ in zip(cycle(ports), range(number), strict=False)]
    opened = [(await loop.create_connection(Connection, "127.0.0.1", port))[1] for port in each]
    try:
        async with within(PATIENCE_SECONDS, "answering"):
            yield opened
    finally:
        for connection in opened:
            connection.transport.close()


class Saturated(NamedTuple):
    """What was accepted when every connection posts as fast as it is answered."""

    per_second: float
    milliseconds: list[float]


async def saturate(ports: Sequence[int], seconds: float, keyed: bool = False) -> Saturated:
    took: list[float] = []
    began = time.perf_counter()

    async def post(connection: Connection) -> None:
        while (sent_at := time.perf_counter()) < began + seconds:
            await connection.ask(request(next(NUMBERS), keyed))
            took.append((time.perf_counter() - sent_at) * 1000)

    async with connections(ports) as opened:
        began = time.perf_counter()
        await asyncio.gather(*map(post, opened))
        ended = time.perf_counter()
    return Saturated(len(took) / (ended - began), took)


class Accepted(NamedTuple):
    due_at: float
    answered_at: float


async def post_steadily(port: int, rate: float, seconds: float) -> dict[str, Accepted]:
    """What was accepted of whom. A late answer does not put off when the next one is due: waiting counts."""
    accepted: dict[str, Accepted] = {}
    began = time.time()
    turns = iter(range(int(rate * seconds)))

    async def post(connection: Connection) -> None:
        for turn in turns:
            at = began + turn / rate
            await asyncio.sleep(max(0, at - time.time()))
            number = next(NUMBERS)
            await connection.ask(request(number))
            accepted[recipient(number)] = Accepted(at, time.time())

    async with connections([port]) as opened:
        began = time.time()
        await asyncio.gather(*map(post, opened))
    return accepted


def events(count: int) -> Iterator[Sequence[ApplicationSubmitted]]:
    """What the complaints' events are like, in batches."""
    for first in range(0, count, BATCH):
        yield [_event(number) for number in range(first, min(first + BATCH, count))]


def _event(number: int) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=UUID(int=number),
        reference="ABCD-2345",
        eservice="klagomal-olagenhet",
        title=TITLE,
        kind="klagomal",
        unit="halsoskydd",
        language=Language.SWEDISH,
        applicant_contact_id=UUID(int=number),
    )


async def fill_outbox(count: int) -> None:
    database = Database(Settings(service="eservice-intake"))
    for batch in events(count):
        await _publish(database, batch)
    await database.close()


async def _publish(database: Database, batch: Sequence[ApplicationSubmitted]) -> None:
    async with database.transaction() as tx:
        for event in batch:
            tx.publish(event)


def _case(number: int) -> Case:
    return Case(
        id=UUID(int=number),
        reference=f"{number:08}",
        secret_hash="",
        diary_series="MH-2026",
        diary_number=number,
        eservice="klagomal-olagenhet",
        language=Language.SWEDISH,
        answers={},
        kind="klagomal",
        unit="halsoskydd",
        applicant_contact_id=UUID(int=number),
    )


async def fill_contacts(count: int) -> None:
    """The complaints that the events are about and their people, as eservice-intake tells mails of them."""
    database = Database(Settings(service="eservice-intake"))
    async with database.transaction() as tx:
        tx.add_all(
            Contact(id=UUID(int=number), email=recipient(number), language=Language.SWEDISH) for number in range(count)
        )
        await tx.flush()
        tx.add_all(map(_case, range(count)))
    await database.close()
