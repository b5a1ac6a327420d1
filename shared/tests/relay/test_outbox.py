"""Where the relay's looks begin: not at the start, and yet nothing is missed or overtaken."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bus.outbox import Horizon, LowWatermark, Outbox, sole_outbox
from bus.process import Liveness
from bus.relay import Relay
from shared.database import Database
from shared.settings import Settings
from shared.tables import OUTBOX
from testkit.outbox import arrived, put, relaying, row, until_published, waiting


@pytest.fixture
async def relay(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Relay]:
    """A relay at work, whose looks begin at the start only once, and whose watermark may move at each of them."""
    monkeypatch.setattr("bus.outbox.FULL_LOOK_SECONDS", 3600)
    monkeypatch.setattr("bus.outbox.WATERMARK_SECONDS", 0)
    relay = Relay(settings, database, Liveness())
    async with relay.opened():
        yield relay


@pytest.fixture
def watermarks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids after which looks began."""
    began: list[int] = []
    pending = Outbox.pending

    async def note(outbox: Outbox, watermark: int, in_flight: Any) -> Any:
        began.append(watermark)
        return await pending(outbox, watermark, in_flight)

    monkeypatch.setattr(Outbox, "pending", note)
    return began


async def ids(database: Database) -> list[int]:
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.select(OUTBOX.c.id).order_by(OUTBOX.c.id))
        return list(rows.scalars())


async def set_parked(database: Database, number: int, error: str | None) -> None:
    """Park, or let go on, what is numbered so."""
    value = f'{{"number": {number},'.encode()
    async with database.transaction() as tx:
        change = OUTBOX.update().where(sa.func.substr(OUTBOX.c.value, 1, len(value)) == value)
        await (await tx.connection()).execute(change.values(parked_error=error))


async def look_again(relay: Relay, times: int = 5) -> None:
    for _ in range(times):
        await relay.step()


async def test_an_idle_relay_does_not_look_from_the_start(relay, database, topic, watermarks):
    await put(database, *(row(topic, str(uuid4()), number) for number in range(50)))

    await look_again(relay)

    assert watermarks[0] == 0
    assert watermarks[-1] == (await ids(database))[-1]


def test_who_has_taken_an_id_and_not_yet_a_number_is_waited_for():
    watermark, number = LowWatermark(), 100
    watermark.looked(0, [2], Horizon(has_parked=False, oldest=number, next=number))

    for moment in range(1, 5):
        watermark.looked(moment, [], Horizon(has_parked=False, oldest=number, next=number + 1))

    assert watermark.id == 0, "the first id may still be committed"


@pytest.mark.postgres
async def test_a_look_reads_no_more_than_it_takes_whatever_the_statistics_say(database, topic):
    await put(database, *(row(topic, str(uuid4()), number) for number in range(2000)))
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT outbox.id"):
            cursor.execute(f"EXPLAIN {statement}", parameters)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", explain)

    async with sole_outbox(database) as outbox:
        await outbox.pending(0, [])

    assert "Index Scan using ix_outbox_pending" in plans[0]
    assert "ix_outbox_parked" in plans[0]
    assert "Sort" not in plans[0]


@pytest.mark.postgres
async def test_ids_that_were_never_committed_do_not_hold_the_watermark(relay, database, topic, watermarks):
    for number in range(3):
        async with uncommitted(database, row(topic, str(uuid4()), 100 + number)):
            await put(database, row(topic, str(uuid4()), number))
        await look_again(relay)

    assert watermarks[-1] == (await ids(database))[-1]


@asynccontextmanager
async def uncommitted(database: Database, event: dict[str, Any], commits: bool = False) -> AsyncIterator[None]:
    """An event with its id, in a transaction that has not ended; it is committed at the end, or was never there."""
    async with database.sessions() as session:
        await (await session.connection()).execute(OUTBOX.insert(), [event])
        yield
        await (session.commit() if commits else session.rollback())


@pytest.mark.postgres
async def test_what_is_committed_late_is_sent_before_later_events_of_its_key(settings, relay, database, topic):
    late, other = str(uuid4()), str(uuid4())

    async with uncommitted(database, row(topic, late, 0), commits=True):
        for number in range(3):
            await put(database, row(topic, other, number))
            await look_again(relay)
    await put(database, row(topic, late, 1))
    await relay.step()

    assert await waiting(database) == []
    assert await arrived(settings, topic) == {late: [0, 1], other: [0, 1, 2]}


@pytest.mark.postgres
async def test_what_is_committed_in_the_middle_of_a_run_is_not_left_behind_by_it(
    settings, relay, database, topic, monkeypatch
):
    late, other = str(uuid4()), str(uuid4())
    pending, looks = Outbox.pending, []

    async def commit_meanwhile(outbox: Outbox, watermark: int, in_flight: Any) -> Any:
        looks.append(watermark)
        if len(looks) == 2:
            await holding.__aexit__(None, None, None)
            await put(database, row(topic, late, 1))
        return await pending(outbox, watermark, in_flight)

    monkeypatch.setattr(Outbox, "pending", commit_meanwhile)
    holding = uncommitted(database, row(topic, late, 0), commits=True)
    await holding.__aenter__()
    await put(database, *(row(topic, other, number, size=600_000) for number in range(4)))
    await relay.step()

    assert await waiting(database) == []
    assert await arrived(settings, topic) == {late: [0, 1], other: [0, 1, 2, 3]}


async def test_what_waited_behind_a_parked_event_is_sent_before_later_events_of_its_key(
    settings, relay, database, topic
):
    key, other = str(uuid4()), str(uuid4())
    await put(database, row(topic, key, 0), row(topic, key, 1), row(topic, other, 2))
    await set_parked(database, 0, "too large")
    await look_again(relay)
    await put(database, row(topic, other, 3))
    await look_again(relay)

    await set_parked(database, 0, None)
    await put(database, row(topic, key, 4))
    await relay.step()

    assert await waiting(database) == []
    assert await arrived(settings, topic) == {key: [0, 1, 4], other: [2, 3]}


async def test_an_event_that_the_relay_parks_holds_the_watermark_as_well(settings, relay, database, topic):
    key, other = str(uuid4()), str(uuid4())
    await put(database, row(topic, key, 0, size=2_000_000), row(topic, key, 1), row(topic, other, 2))
    await look_again(relay)

    async with database.transaction() as tx:
        small = row(topic, key, 0)["value"]
        change = OUTBOX.update().where(OUTBOX.c.parked_error.is_not(None))
        await (await tx.connection()).execute(change.values(parked_error=None, value=small))
    await put(database, row(topic, key, 3))
    await relay.step()

    assert await arrived(settings, topic) == {key: [0, 1, 3], other: [2]}


async def test_what_is_made_pending_again_by_hand_is_sent_again(settings, database, topic, monkeypatch):
    monkeypatch.setattr("bus.outbox.FULL_LOOK_SECONDS", 0.1)
    await put(database, *(row(topic, str(uuid4()), number) for number in range(3)))

    async with relaying(settings):
        await until_published(database)
        async with database.transaction() as tx:
            await (await tx.connection()).execute(OUTBOX.update().values(published_at=None))
        await until_published(database, seconds=10)
