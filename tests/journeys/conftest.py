import asyncio
from collections.abc import Iterator

import pytest

from shared.kafka import create_topics
from shared.settings import Settings
from tests.system import PROCESSES, System, prepared


@pytest.fixture(scope="session")
def topics() -> None:
    """The services' topics on the broker of this run, and the notifications group's own."""
    asyncio.run(create_topics(Settings(service="tests"), ["notifications"]))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, topics: None) -> Iterator[System]:
    """Everything, running; at the end no log may hold personal data. A killed mailer's mails wait six seconds."""
    with prepared(tmp_path_factory.mktemp("system"), MAIL_LEASE_SECONDS="6", MAIL_RETRY_SECONDS="1") as system:
        system.start(*PROCESSES)
        system.wait_until_ready(*PROCESSES)
        yield system
        system.stop()
        assert system.leaks() == set()
