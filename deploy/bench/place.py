"""Where the bench runs: databases, topics and files of its own, gone afterwards."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa
from aiokafka.admin import AIOKafkaAdminClient

from deploy.bench.own_topics import NAME, PREFILLED, RAW, RELAYED, own_topic
from shared.events import TOPICS
from shared.kafka import create_topics
from shared.migrations import migrate
from shared.settings import Settings
from testkit.broker import embedded_broker
from testkit.databases import own_databases

FILES = Path("var/bench")
MEASURED = ("eservice-intake", "notifications")
_numbers = count(1)


@dataclass(frozen=True)
class Place:
    """The broker and the database in words, and what is needed to have them fresh."""

    broker: str
    database: str
    server: str | None
    folder: Path
    is_real: bool

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """Migrated databases with nothing in them, and a folder; every Settings made meanwhile names them."""
        with ExitStack() as stack:
            FILES.mkdir(parents=True, exist_ok=True)
            folder = self.folder / str(next(_numbers))
            folder.mkdir()
            url = "sqlite:///{data_dir}/{service}.db"
            if self.server:
                url = stack.enter_context(own_databases(self.server, f"{_safe(NAME)}_{folder.name}_"))
            os.environ |= {"DATABASE_URL": url, "DATA_DIR": str(folder)}
            for service in MEASURED:
                migrate(Settings(service=service))
            yield folder


@contextmanager
def prepared() -> Iterator[Place]:
    """A broker, which may be the embedded one, with the bench's own topics; and where databases can be made."""
    os.environ |= {"LOG_LEVEL": "ERROR", "MODE": "embedded", "MAIL_FROM": "Kommunbuss <bench@example.com>"}
    os.environ |= {"RATE_LIMIT": "1000000/second", "RECIPIENT_RATE_LIMIT": "1000000/second"}
    server = os.environ.get("DATABASE_URL")
    database = f"PostgreSQL at {_address(server)}" if server else "SQLite"
    with ExitStack() as stack:
        if kafka := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            broker = f"Kafka at {kafka}"
        else:
            broker = "the embedded broker (Tansu)"
            os.environ["KAFKA_BOOTSTRAP_SERVERS"] = stack.enter_context(embedded_broker())
            os.environ["KAFKA_IDEMPOTENCE"] = "false"
        stack.enter_context(_topics(delete=bool(kafka)))
        FILES.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="files-", dir=FILES))
        stack.callback(shutil.rmtree, folder)
        yield Place(broker, database, server, folder, is_real=bool(kafka))


@contextmanager
def _topics(delete: bool) -> Iterator[None]:
    settings = Settings(service="bench")
    asyncio.run(create_topics(settings, [NAME], [*map(own_topic, TOPICS), RELAYED, PREFILLED, RAW]))
    try:
        yield
    finally:
        if delete:
            asyncio.run(_delete_own_topics(settings))


async def _delete_own_topics(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        own = [topic for topic in await admin.list_topics() if topic.startswith(f"{NAME}.")]
        await admin.delete_topics(own)
    finally:
        await admin.close()


def _address(url: str) -> str:
    parts = sa.make_url(url)
    return f"{parts.host}:{parts.port or 5432}"


def _safe(name: str) -> str:
    return name.replace("-", "_")
