"""What the bench sends: one complaint after the other, each from somebody else."""

import json
from collections.abc import Iterator, Sequence
from uuid import uuid4

from shared.database import Database
from shared.events import ApplicationSubmitted, Language
from shared.settings import Settings
from shared.tables import OUTBOX

BATCH = 500
TITLE = {Language.SWEDISH: "Klagomål om olägenhet", Language.ENGLISH: "Complaint about a nuisance"}


def recipient(number: int) -> str:
    return f"bench.{number:08}@example.com"


def request(number: int) -> bytes:
    """The POST of a complaint, as it goes over the wire."""
    return _REQUEST.replace(b"bench.00000000@", b"bench.%08d@" % number)


def _request() -> bytes:
    answers = {
        "nuisance": "buller",
        "place": "Storgatan 12",
        "description": "Fläkten brummar varje natt.",
        "frequency": "ofta",
        "contacted_responsible": False,
        "anonymous": False,
        "complainant_email": recipient(0),
    }
    body = json.dumps({"eservice": "klagomal-olagenhet", "language": "sv", "answers": answers}).encode()
    head = (
        f"POST /applications HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    return head.encode() + b"\r\n\r\n" + body


_REQUEST = _request()


def events(count: int) -> Iterator[Sequence[ApplicationSubmitted]]:
    """What the complaints' events are like, in batches."""
    for first in range(0, count, BATCH):
        yield [_event(number) for number in range(first, min(first + BATCH, count))]


def _event(number: int) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=uuid4(),
        reference="ABCD-2345",
        eservice="klagomal-olagenhet",
        title=TITLE,
        kind="klagomal",
        unit="halsoskydd",
        language=Language.SWEDISH,
        applicant_email=recipient(number),
    )


async def fill_outbox(count: int, topic: str | None = None) -> None:
    """Publish as many, on their own topic or another."""
    database = Database(Settings(service="eservice-intake"))
    for batch in events(count):
        async with database.transaction() as tx:
            for event in batch:
                tx.publish(event)
    if topic is not None:
        async with database.transaction() as tx:
            await (await tx.connection()).execute(OUTBOX.update().values(topic=topic))
    await database.close()
