import asyncio
import contextlib
from collections.abc import Callable, Iterator

import httpx
import psutil
import pytest

from bus.kafka import create_topics
from bus.process import Liveness
from deploy.casework import Clerk
from eservice_intake.app import DUES
from eservice_intake.clock.process import Clock
from shared.database import Database
from shared.dead_letters import READERS
from shared.settings import Settings
from testkit.plugin import KAFKA
from tests.leaks import leaks
from tests.system import PROCESSES, TOPIC_PREFIX, System, prepared


@pytest.fixture(scope="session")
def topics() -> None:
    """The services' topics on the broker of this run, and the groups' own."""
    asyncio.run(create_topics(Settings(service="tests", topic_prefix=TOPIC_PREFIX), READERS))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, topics: None) -> Iterator[System]:
    """Everything, running; in the end nothing told to a service may be elsewhere. A killed mailer's mails wait 6 s."""
    with prepared(
        tmp_path_factory.mktemp("system"),
        MAIL_LEASE_SECONDS="6",
        MAIL_RETRY_SECONDS="1",
        FORWARDED_ALLOW_IPS="127.0.0.1",
    ) as system:
        system.start(*PROCESSES)
        system.wait_until_ready(*PROCESSES)
        yield system
        system.stop()
        assert leaks(asyncio.run(system.kept()), system.told) == set()


@pytest.fixture
def kafka_paused(pytestconfig: pytest.Config) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Stop the broker in its tracks, and let it go on."""

    @contextlib.contextmanager
    def paused() -> Iterator[None]:
        if kafka := pytestconfig.stash[KAFKA]:
            container = kafka.get_wrapped_container()
            pause, go_on = container.pause, container.unpause
        else:
            process = broker_process()
            pause, go_on = process.suspend, process.resume
        pause()
        try:
            yield
        finally:
            go_on()

    return paused


def broker_process() -> psutil.Process:
    servers = Settings(service="tests").kafka_bootstrap_servers
    host, _, port = servers.rpartition(":")
    listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN]
    pids = {c.pid for c in listening if c.laddr.port == int(port) and c.pid}
    if host not in ("127.0.0.1", "localhost") or len(pids) != 1:
        pytest.fail(
            f"This test stops Kafka's process, and none of this machine and user listens at {servers}. Run it where "
            "there is one: deploy/real-stack make test, or without KAFKA_BOOTSTRAP_SERVERS.",
            pytrace=False,
        )
    return psutil.Process(pids.pop())


@pytest.fixture
async def clock(system):
    """A clock of its own over the system's database, which is told what time it is."""
    settings = system.settings("eservice-intake")
    database = Database(settings)
    yield Clock(settings, database, Liveness(), DUES)
    await database.close()


@pytest.fixture
async def http():
    async with httpx.AsyncClient(timeout=30) as http:
        yield http


@pytest.fixture
def anna(system, http) -> Clerk:
    return Clerk(http, system.apis, system.token("caseworker", subject="anna"))


@pytest.fixture
def chief(system, http) -> Clerk:
    return Clerk(http, system.apis, system.token("caseworker", "unit-head", subject="bo"))
