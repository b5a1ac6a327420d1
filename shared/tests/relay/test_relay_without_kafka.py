"""What a relay does while Kafka or its own lock is away: it loses nothing, is alive, and stops when it is told to."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bus.process import Liveness, Stuck
from bus.relay import Relay
from shared.database import Database
from testkit.outbox import arrived, put, relaying, row, until_published
from testkit.waiting import until

from .keys import keys


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any silence for being stuck, but for one that is announced."""
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", 0)


async def waits_for_kafka(liveness: Liveness) -> bool:
    """Whether no progress is expected of it: everything else would be a silence of more than no seconds."""
    try:
        await liveness.check()
    except Stuck:
        return False
    return True


async def end_holder_of_the_lock(database: Database) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
    async with database.transaction() as tx:
        await (await tx.connection()).execute(
            sa.text(query + "(SELECT oid FROM pg_database WHERE datname = current_database())")
        )


@pytest.mark.usefixtures("no_patience")
@pytest.mark.parametrize("lost", ["what is asked", "what is answered"])
async def test_a_connection_that_breaks_amid_a_batch_loses_nothing_and_each_keys_order_holds(
    settings, database, topic, way_to_kafka, lost
):
    things = keys(10)
    relay = Relay(settings, database, Liveness())

    async with relay.opened():
        await put(database, *(row(topic, key, 0) for key in things))
        await relay.step()
        for number in (1, 2, 3):
            await put(database, *(row(topic, key, number) for key in things))
            sending = asyncio.ensure_future(relay.step())
            way_to_kafka.hold() if lost == "what is asked" else way_to_kafka.hold_answers()
            await until(lambda: waits_for_kafka(relay.liveness))
            way_to_kafka.cut()
            way_to_kafka.go_on()
            await sending

    assert await arrived(settings, topic) == {key: [0, 1, 2, 3] for key in things}


@pytest.mark.usefixtures("no_patience")
@pytest.mark.postgres
async def test_a_relay_that_loses_its_lock_amid_a_batch_is_succeeded_and_each_keys_order_holds(
    settings, database, topic, way_to_kafka
):
    things = keys(10)
    old = Relay(settings, database, Liveness())

    async with old.opened():
        await put(database, *(row(topic, key, 0) for key in things))
        await old.step()
        way_to_kafka.hold()
        await put(database, *(row(topic, key, number) for number in (1, 2) for key in things))
        amid_a_batch = asyncio.ensure_future(old.step())
        await until(lambda: waits_for_kafka(old.liveness))
        await end_holder_of_the_lock(database)
        way_to_kafka.go_on()
        async with relaying(settings):
            await put(database, *(row(topic, key, 3) for key in things))
            await until_published(database)
        await amid_a_batch
        with pytest.raises(sa.exc.DBAPIError):
            await old.step()

    assert await arrived(settings, topic) == {key: [0, 1, 2, 3] for key in things}


@pytest.mark.usefixtures("no_patience")
async def test_a_relay_is_alive_while_kafka_is_away_and_sends_when_it_returns(settings, database, topic, way_to_kafka):
    key = str(uuid4())
    relay = Relay(settings, database, Liveness())

    async with relay.opened():
        await put(database, row(topic, key, 0))
        await relay.step()
        way_to_kafka.hold()
        await put(database, row(topic, key, 1))
        sending = asyncio.ensure_future(relay.step())
        await until(lambda: waits_for_kafka(relay.liveness), seconds=10)
        way_to_kafka.go_on()
        await sending

    assert await arrived(settings, topic) == {key: [0, 1]}


@pytest.mark.usefixtures("no_patience")
async def test_a_relay_that_is_told_to_stop_does_so_in_time_while_kafka_is_away(
    settings, database, topic, way_to_kafka, monkeypatch
):
    monkeypatch.setattr("bus.kafka.CLOSE_SECONDS", 0.2)
    key = str(uuid4())
    relay, stack = Relay(settings, database, Liveness()), AsyncExitStack()

    await stack.enter_async_context(relay.opened())
    await put(database, row(topic, key, 0))
    await relay.step()
    way_to_kafka.hold()
    await put(database, row(topic, key, 1))
    sending = asyncio.ensure_future(relay.step())
    await until(lambda: waits_for_kafka(relay.liveness))
    sending.cancel()
    async with asyncio.timeout(5):
        await stack.aclose()

    way_to_kafka.go_on()
    await asyncio.gather(*producers_being_closed())


def producers_being_closed() -> list["asyncio.Task[Any]"]:
    """They end when Kafka is back; in a process that ends nobody waits for that."""
    return [task for task in asyncio.all_tasks() if task.get_coro().__qualname__ == "AIOKafkaProducer.stop"]
