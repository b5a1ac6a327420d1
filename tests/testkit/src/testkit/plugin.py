"""A pytest plugin: what KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL name, else containers, else the embedded defaults.

STACK settles which of the latter two. Databases are made and migrated once a run. A test's `client` works in a
transaction that is rolled back.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, settings

from bus.kafka import open_admin
from operations.migrations import WITH_DATABASE, migrate
from shared.clock import now
from shared.database import Database
from shared.logging import configure_logging
from shared.settings import Settings
from shared.tables import OUTBOX
from testkit.broker import embedded_broker, free_port
from testkit.containers import Kafka, Postgres, engine_answers, started, wanted
from testkit.contract import Contract
from testkit.databases import own_databases
from testkit.issuer import OpenIdIssuer, serving_issuer
from testkit.published import Published
from testkit.undone import rolled_back
from web.limits import Limiter

Headers = dict[str, str]
OPENID = pytest.StashKey[OpenIdIssuer]()
KAFKA = pytest.StashKey[Kafka | None]()  # if the broker is a container
STANDS_ON = pytest.StashKey[str]()
MOST_DATA = 1_000_000_000
pytest_plugins = ["testkit.definitions"]
LIMITS = ("RATE_LIMIT", "READ_RATE_LIMIT", "RECIPIENT_RATE_LIMIT", "DRAFT_LIMIT")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Settle the broker and the database before any service is imported, since services read their settings then."""
    configure_logging("tests")
    stack = contextlib.ExitStack()
    early_config.add_cleanup(stack.close)
    if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        asyncio.run(_refuse_kafka_in_use())
    folder = Path(tempfile.mkdtemp(prefix="kommunbuss-test-", dir=_memory()))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    issuer = early_config.stash[OPENID] = stack.enter_context(serving_issuer())
    os.environ |= {"MODE": "embedded", "DATA_DIR": str(folder)}
    os.environ |= {"OIDC_ISSUER": issuer.url, "RESIDENTS_ISSUER": issuer.url}
    os.environ |= dict.fromkeys(LIMITS, "1000000/second") | {"UPLOAD_MEGABYTES_PER_HOUR": "1000000"}
    ports = {service: free_port() for service in wanted(os.environ, engine_answers)}
    kafka, postgres = stack.enter_context(started(ports, early_config.rootpath))
    early_config.stash[KAFKA] = kafka
    early_config.stash[STANDS_ON] = f"broker: {_broker(kafka, stack)}; database: {_database(postgres, stack)}"
    if migrated := os.environ.pop("MIGRATED", None):  # of SQLite, by tests.mutants
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        return
    for service in WITH_DATABASE:
        migrate(Settings(service=service))


def _memory() -> str | None:
    """A folder in memory, where there is room: a test's data need not survive the machine."""
    memory = "/dev/shm"
    return memory if Path(memory).is_dir() and shutil.disk_usage(memory).free > MOST_DATA else None


def _broker(kafka: Kafka | None, stack: contextlib.ExitStack) -> str:
    if kafka:
        os.environ["KAFKA_BOOTSTRAP_SERVERS"] = kafka.address
        return f"Kafka from {kafka.image} (testcontainers) at {kafka.address}"
    if server := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return f"Kafka at {server}"
    os.environ |= {"KAFKA_BOOTSTRAP_SERVERS": stack.enter_context(embedded_broker()), "KAFKA_IDEMPOTENCE": "false"}
    return "the embedded broker (Tansu)"


def _database(postgres: Postgres | None, stack: contextlib.ExitStack) -> str:
    url = postgres.url if postgres else os.environ.get("DATABASE_URL")
    if not url:
        return "SQLite"
    os.environ["DATABASE_URL"] = stack.enter_context(own_databases(url, f"kommunbuss_test_{os.getpid()}_"))
    origin = f" from {postgres.image} (testcontainers)" if postgres else ""
    return f"PostgreSQL{origin} at {sa.make_url(url).host}:{sa.make_url(url).port}"


async def _refuse_kafka_in_use() -> None:
    """Tests send to the services' topics, join the group notifications and stop the broker."""
    settings = Settings(service="tests", mode="embedded")
    group = settings.on_kafka("notifications")
    async with open_admin(settings) as admin:
        # Listed first: a broker that never had a group has no coordinator to ask.
        if group not in dict(await admin.list_consumer_groups()):
            return
        [description] = await admin.describe_consumer_groups([group])
    [(_, _, _, _, _, members, *_)] = description.groups
    if members:
        raise pytest.UsageError(
            f"KAFKA_BOOTSTRAP_SERVERS names a Kafka in use: the group {group} has members. "
            "Tests need a Kafka of their own: deploy/real-stack make test"
        )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Say it before pytest says anything, and with `-q` too; and let a busy machine take its time with examples."""
    unhurried = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    settings.register_profile("unhurried", deadline=None, database=None, suppress_health_check=unhurried)
    settings.load_profile("unhurried")
    config.get_terminal_writer().line(config.stash[STANDS_ON])


@pytest.fixture(scope="session")
def issuer(pytestconfig: pytest.Config) -> OpenIdIssuer:
    """Who signs the tokens of this run, and is asked for its keys over HTTP."""
    return pytestconfig.stash[OPENID]


@pytest.fixture
def staff(issuer: OpenIdIssuer) -> Callable[..., Headers]:
    """The headers of somebody signed in: `staff("caseworker", subject="anna")`."""

    def headers(*roles: str, **claims: Any) -> Headers:
        return {"Authorization": f"Bearer {issuer.token(*roles, **claims)}"}

    return headers


@pytest.fixture
def resident(issuer: OpenIdIssuer) -> Callable[..., Headers]:
    """The headers of somebody signed in with an e-identification: `resident(name="Karin Ek")`."""

    def headers(**claims: Any) -> Headers:
        return {"Authorization": f"Bearer {issuer.resident(**claims)}"}

    return headers


@pytest.fixture
def at(app: FastAPI) -> Iterator[Callable[..., datetime]]:
    """Lets the API have another time: `at(days=3)` from now."""
    kept, began = app.state.clock, now()

    def change(**later: float) -> datetime:
        app.state.clock = lambda: began + timedelta(**later)
        return began + timedelta(**later)

    yield change
    app.state.clock = kept


@pytest.fixture
async def database(app: FastAPI) -> AsyncIterator[Database]:
    """The service's database as the test's `app` fixture has it; what the test does to it is undone."""
    async with rolled_back(app.state.database) as database:
        yield database


@pytest.fixture
async def client(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(app) as client:
        yield client


@pytest.fixture
def client_at(app: FastAPI, database: Database) -> Callable[[str], httpx.AsyncClient]:
    """A client with an address of its own: `client_at("203.0.113.7")`."""

    def client(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1234))
        return httpx.AsyncClient(transport=transport, base_url="http://test")

    return client


@pytest.fixture
async def internal_client(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the internal port."""
    async with _client(app.state.internal) as client:
        yield client


@pytest.fixture
async def committing_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose requests really commit, for tests of concurrency: use ids of your own."""
    async with _client(app) as client:
        yield client


@contextlib.asynccontextmanager
async def _client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    hooks = {"response": [Contract(app.openapi()).check]}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", event_hooks=hooks) as client:
        yield client


@pytest.fixture
def one_mail_an_hour(app: FastAPI) -> Iterator[None]:
    """Each address may be mailed once in the test."""
    usual: Limiter = app.state.limiter
    app.state.limiter = Limiter(app.state.settings.model_copy(update={"recipient_rate_limit": "1/hour"}))
    yield
    app.state.limiter = usual


@pytest.fixture
def example(app: FastAPI) -> Callable[[str], Any]:
    """The request that the document has as an example: `example("/houses")`."""

    def body(path: str) -> Any:
        return app.openapi()["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]

    return body


@pytest.fixture
async def published(database: Database) -> Published:
    async with database.reading() as session:
        newest = await (await session.connection()).execute(sa.select(sa.func.max(OUTBOX.c.id)))
    return Published(database, newest.scalar() or 0)
