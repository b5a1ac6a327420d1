from collections.abc import AsyncIterator, Callable, Iterator
from uuid import uuid4

import aiokafka.client
import pytest
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

from bus.batches import BatchHandler
from bus.kafka import create_topics, open_producer
from bus.process import Liveness
from shared.database import Database
from shared.events import SERVICES
from shared.settings import Settings
from testkit.connections import cut_off
from testkit.issuer import OpenIdIssuer, serving_issuer
from testkit.network import Proxy
from testkit.undone import rolled_back
from web.issuer import Issuer
from web.staff import staff_issuer

from .things import api


@pytest.fixture
def settings() -> Settings:
    return Settings(service=SERVICES[0])


@pytest.fixture
async def committing_database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings)
    yield database
    await database.close()


@pytest.fixture
async def app() -> AsyncIterator[FastAPI]:
    """The small API; a test of another brings its own."""
    app = api(max_body_bytes=1000)
    yield app
    await app.state.database.close()


@pytest.fixture
async def readers(settings: Settings) -> AsyncIterator[Database]:
    """The database of a service that reads events. What a test does to it is undone."""
    database = Database(settings)
    async with rolled_back(database):
        yield database
    await database.close()


@pytest.fixture
def batches(readers: Database) -> BatchHandler:
    return BatchHandler(readers, Liveness())


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex[:8]}"


@pytest.fixture
async def topic(settings: Settings, group: str) -> str:
    name = f"{group}.events"
    await create_topics(settings, [group], [name])
    return name


@pytest.fixture
async def way_to_kafka(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """The way that every client of Kafka takes in this test."""
    host, _, port = settings.kafka_bootstrap_servers.partition(":")
    async with Proxy(host, int(port)) as proxy:
        connect = aiokafka.client.create_conn
        monkeypatch.setattr(aiokafka.client, "create_conn", lambda host, _, **rest: connect(host, proxy.port, **rest))
        yield proxy


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    async with open_producer(settings) as producer:
        yield producer


@pytest.fixture
def counted() -> Callable[[str], int]:
    """How many connections were ended for a reason since the test began."""
    before = cut_off()
    return lambda reason: cut_off()[reason] - before[reason]


@pytest.fixture
def openid() -> Iterator[OpenIdIssuer]:
    """An issuer of the test's own."""
    with serving_issuer() as openid:
        yield openid


@pytest.fixture
def known_issuer(openid: OpenIdIssuer) -> Issuer:
    """That issuer as a service knows it."""
    return staff_issuer(Settings(service="housing", oidc_issuer=openid.url))


@pytest.fixture
def berit(staff) -> dict[str, str]:
    headers: dict[str, str] = staff("administrator", subject="berit")
    return headers
