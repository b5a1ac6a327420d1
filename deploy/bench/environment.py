"""Where the bench runs: databases, topics and files of its own, gone afterwards; and the processes in it."""

import asyncio
import logging
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from bus.kafka import create_topics, open_admin
from deploy.processes import Processes
from deploy.procfile import ISSUER, ISSUER_COMMAND
from operations.migrations import WITH_DATABASE, migrate
from shared.dead_letters import READERS
from shared.events import TOPICS, topic_of
from shared.settings import Settings
from testkit.broker import embedded_broker, free_port
from testkit.databases import own_databases

FILES = Path("var/bench")
PREFIX = f"kommunbuss-bench-{os.getpid()}."
SETTINGS = {
    "MODE": "embedded",
    "OIDC_CLIENT_SECRET": "bench",
    "ADDRESS_KEY": "a key of the bench",
    "MAIL_FROM": "Kommunbuss <bench@example.com>",
    "LOG_LEVEL": "ERROR",
    "RATE_LIMIT": "1000000/second",
    "READ_RATE_LIMIT": "1000000/second",
    "RECIPIENT_RATE_LIMIT": "1000000/second",
    "UVICORN_LOOP": "uvloop",
    "UVICORN_ACCESS_LOG": "false",
    "UVICORN_SERVER_HEADER": "false",
    "UVICORN_LOG_CONFIG": "deploy/logging.json",
}
RAW_TOPIC = topic_of("raw")
_numbers = count(1)


class Broken(Exception):
    """Something did not work, so that its figure would mean nothing."""


@asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """Raise Broken when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Broken(f"{what} is not done after {seconds} s") from error


@dataclass(frozen=True)
class Environment:
    """The broker and the database in words, and what is needed to have them fresh."""

    broker: str
    database: str
    server: str | None
    folder: Path

    @property
    def in_words(self) -> dict[str, str]:
        return {"broker": self.broker, "database": self.database}

    @property
    def mails(self) -> Path:
        """Where the mail server notes what it takes."""
        return self.folder / "mails.tsv"

    @contextmanager
    def fresh(self, *services: str) -> Iterator[Path]:
        """Migrated databases, topics with nothing in them, and a folder: every Settings made meanwhile names them."""
        with ExitStack() as stack:
            folder = self.folder / str(next(_numbers))
            folder.mkdir()
            url = "sqlite:///{data_dir}/{service}.db"
            if self.server:
                prefix = PREFIX.replace("-", "_").replace(".", "_")
                url = stack.enter_context(own_databases(self.server, f"{prefix}{folder.name}_"))
            os.environ |= {"DATABASE_URL": url, "DATA_DIR": str(folder), "TOPIC_PREFIX": f"{PREFIX}{folder.name}."}
            for service in services or WITH_DATABASE:
                migrate(Settings(service=service))
            asyncio.run(create_topics(Settings(service="bench"), READERS, [*TOPICS, RAW_TOPIC]))
            yield folder


@contextmanager
def prepared() -> Iterator[Environment]:
    """A broker, which may be the embedded one, with the bench's own topics; and where databases can be made."""
    os.environ |= SETTINGS
    logging.disable(logging.ERROR)  # aiokafka complains of topics that are a moment old
    server = os.environ.get("DATABASE_URL")
    database = f"PostgreSQL at {_address(server)}" if server else "SQLite"
    with ExitStack() as stack:
        if kafka := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            broker = f"Kafka at {kafka}"
            stack.callback(lambda: asyncio.run(_delete_own_topics(Settings(service="bench"))))
        else:
            broker = "the embedded broker (Tansu)"
            os.environ |= {"KAFKA_BOOTSTRAP_SERVERS": stack.enter_context(embedded_broker())}
            os.environ |= {"KAFKA_IDEMPOTENCE": "false"}
        FILES.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="files-", dir=FILES))
        stack.callback(shutil.rmtree, folder)
        environment = Environment(broker, database, server, folder)
        environment.mails.touch()
        os.environ |= {"DATA_DIR": str(folder)}
        stack.enter_context(_beside(environment))
        yield environment


@contextmanager
def _beside(environment: Environment) -> Iterator[None]:
    """A mail server and an issuer, which the settings of this moment name from now on."""
    mail_server = shlex.join([sys.executable, "-m", "deploy.bench.mails", "$PORT", str(environment.mails)])
    issuer = free_port()
    os.environ |= dict.fromkeys(("OIDC_ISSUER", "EMBEDDED_ISSUER"), f"http://127.0.0.1:{issuer}")
    commands = {"mail-server": mail_server, ISSUER: ISSUER_COMMAND}
    with running(environment.folder, commands, ports={ISSUER: issuer}) as (_, ports):
        os.environ |= {"SMTP_URL": f"smtp://127.0.0.1:{ports['mail-server']}"}
        yield


async def _delete_own_topics(settings: Settings) -> None:
    async with open_admin(settings) as admin:
        own = [topic for topic in await admin.list_topics() if topic.startswith(PREFIX)]
        await admin.delete_topics(own)


def _address(url: str) -> str:
    parts = sa.make_url(url)
    return f"{parts.host}:{parts.port or 5432}"


def _contacts_urls(ports: Mapping[str, int]) -> str:
    """Where contacts are looked up: at the APIs among the processes, and else where they would be."""
    apis = {name.removesuffix("-api"): port for name, port in ports.items() if name.endswith("-api")}
    here = {service: f"http://127.0.0.1:{port}" for service, port in apis.items()}
    return ",".join(f"{service}={url}" for service, url in (Settings(service="bench").contacts_urls | here).items())


API = re.compile(r":(api|without_database)\b|portal\.app:app\b")
"""A command that runs an API of ours or the portal, which have an internal port too."""


@contextmanager
def running(
    folder: Path, commands: Mapping[str, str], wait: bool = True, ports: Mapping[str, int] | None = None
) -> Iterator[tuple[Processes, dict[str, int]]]:
    """Those processes with the settings of this moment, ready unless nobody waits for it, and the port of each."""
    ports = {**{name: free_port() for name in commands}, **(ports or {})}
    internal = {name: free_port() for name, command in commands.items() if API.search(command)}
    os.environ |= {"CONTACTS_URLS": _contacts_urls(internal)}
    processes = Processes(folder, os.environ)
    try:
        for name, command in commands.items():
            own = {"INTERNAL_PORT": str(internal[name])} if name in internal else {}
            processes.start(name, command, ports[name], **own)
        if wait:
            processes.wait_until_ready()
        yield processes, ports
        processes.check()
    finally:
        processes.stop()
