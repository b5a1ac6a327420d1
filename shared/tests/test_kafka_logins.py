"""Each service has a user of its own on Kafka, which may do what its processes do there and nothing else."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from faststream.kafka import KafkaRouter

from bus.consumer import create_consumer, on_events
from bus.kafka import create_topics, kafka_options, open_producer, require_kafka
from bus.process import Liveness
from bus.relay import Relay
from shared.database import Database, Session
from shared.events import AnyEvent, HouseListed
from shared.settings import Settings
from testkit.outbox import empty, put, relaying, row, until_published, waiting
from testkit.waiting import until

pytestmark = pytest.mark.kafka_logins
READ = ["eservice-intake.events", "housing.events", "recruitment.events"]
"""What notifications may read."""


def logins() -> Path:
    return Path(os.environ["KAFKA_LOGINS"])


def logged_in(service: str, user: str | None = None, **changes: object) -> Settings:
    """The settings of a service that logs in with its own user's password, or with another's."""
    login = {
        "kafka_bootstrap_servers": os.environ["KAFKA_WITH_LOGINS"],
        "kafka_security_protocol": "SASL_SSL",
        "kafka_ca_file": logins() / "ca.pem",
        "kafka_username": user or service,
        "kafka_password": (logins() / f"{user or service}.password").read_text().strip(),
    }
    return Settings(service=service, poll_seconds=0.02, **{**login, **changes})


def certified(user: str, **changes: object) -> Settings:
    """The settings of a service whose login is a certificate."""
    login = {
        "kafka_bootstrap_servers": os.environ["KAFKA_WITH_CERTIFICATES"],
        "kafka_security_protocol": "SSL",
        "kafka_ca_file": logins() / "ca.pem",
        "kafka_certificate_file": logins() / f"{user}.pem",
        "kafka_key_file": logins() / f"{user}.key",
        "kafka_username": None,
        "kafka_password": None,
    }
    return Settings(service=user, **{**login, **changes})


@pytest.fixture(scope="module", autouse=True)
async def topics() -> None:
    await create_topics(logged_in("kommunbuss", "operations"), ["eservice-intake", "notifications"])


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(logged_in("housing"))
    await empty(database)
    yield database
    await database.close()


async def test_events_travel_from_a_relay_to_a_consumer_each_with_its_own_services_user(database):
    event, handled = HouseListed(house_id=uuid4(), owner_contact_id=uuid4()), []
    router = KafkaRouter()

    @on_events(router, *READ, group="notifications")
    async def handle(events: list[AnyEvent], tx: Session) -> None:
        handled.extend(some.event_id for some in events)

    app = create_consumer(logged_in("notifications"), router)
    async with app.router.lifespan_context(app), relaying(logged_in("housing")):
        async with database.transaction() as tx:
            tx.publish(event)
        await until(lambda: event.event_id in handled)


async def test_a_service_with_anothers_user_cannot_publish_and_loses_nothing(database):
    key = str(uuid4())
    await put(database, *(row("housing.events", key, number) for number in range(3)))
    stranger = Relay(logged_in("housing", "recruitment"), database, Liveness())

    async with stranger.opened():
        with pytest.raises(TopicAuthorizationFailedError, match=r"housing\.events"):
            await stranger.step()

    assert await waiting(database) == [(key, 0), (key, 1), (key, 2)]
    async with relaying(logged_in("housing")):
        await until_published(database)


async def test_a_publishers_user_may_not_read_what_others_publish():
    consumer = AIOKafkaConsumer("recruitment.events", **kafka_options(logged_in("housing")))

    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await consumer.start()
    finally:
        await consumer.stop()


@pytest.mark.parametrize(
    "nobody",
    [
        pytest.param({"kafka_password": "guessed"}, id="a wrong password"),
        pytest.param({"kafka_ca_file": None}, id="a broker that nobody vouches for"),
        pytest.param(
            {"kafka_security_protocol": "SSL", "kafka_username": None, "kafka_password": None}, id="TLS without a login"
        ),
        pytest.param(
            {
                "kafka_security_protocol": "PLAINTEXT",
                "kafka_ca_file": None,
                "kafka_username": None,
                "kafka_password": None,
            },
            id="neither TLS nor login",
        ),
    ],
)
async def test_who_has_no_login_gets_no_answer(nobody):
    with pytest.raises(KafkaConnectionError):
        await require_kafka(logged_in("housing", **nobody))


async def test_the_other_kind_of_password_serves_as_well():
    await require_kafka(logged_in("housing", kafka_sasl_mechanism="SCRAM-SHA-256"))


async def test_a_certificate_is_a_login_too():
    async with open_producer(certified("housing")) as producer:
        await producer.send_and_wait("housing.events", b"by certificate", uuid4().bytes)
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("recruitment.events", b"by certificate", uuid4().bytes)


async def test_who_has_no_certificate_gets_no_answer_where_it_is_the_login():
    with pytest.raises(KafkaConnectionError):
        await require_kafka(certified("housing", kafka_certificate_file=None, kafka_key_file=None))
