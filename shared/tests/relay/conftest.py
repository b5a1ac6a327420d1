from collections.abc import AsyncIterator

import pytest

from bus.process import Liveness
from bus.relay import Relay
from shared.database import Database
from shared.settings import Settings
from testkit.outbox import empty


@pytest.fixture
def settings() -> Settings:
    return Settings(service="housing", poll_seconds=0.02)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The relay's own database, empty: a relay sends whatever waits."""
    database = Database(settings)
    await empty(database)
    yield database
    await database.close()


@pytest.fixture
def relay(settings: Settings, database: Database) -> Relay:
    return Relay(settings, database, Liveness())
