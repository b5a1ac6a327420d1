"""What rows, events and the inbox promise when transactions meet."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.clock import now
from shared.events import HouseListed
from shared.tables import INBOX, KeptAnswer
from testkit.committed import events_about, executed, until_waiting
from testkit.consuming import house_listed


def answer(key: str) -> KeptAnswer:
    """A row that every service's database can hold."""
    return KeptAnswer(key=key, fingerprint="", status=201, headers={}, body=b"", created_at=now())


async def test_rows_are_saved_before_the_events_about_them(committing_database):
    with executed(committing_database) as statements:
        async with committing_database.transaction() as tx:
            tx.publish(house_listed())
            tx.add(answer(uuid4().hex))

    inserted_into = [statement.split()[2] for statement in statements if statement.startswith("INSERT")]
    assert inserted_into == ["idempotency_key", "outbox"]


@pytest.mark.postgres
async def test_the_events_of_one_thing_are_numbered_in_the_order_of_its_changes(committing_database):
    house_id, key = uuid4(), uuid4().hex
    earlier, later = house_listed(house_id), house_listed(house_id)
    async with committing_database.transaction() as tx:
        tx.add(answer(key))

    async def change_it_later() -> None:
        async with committing_database.transaction() as tx:
            thing = await tx.get(KeptAnswer, key)
            thing.status = 203
            tx.publish(later)

    async with committing_database.transaction() as tx:
        thing = await tx.get(KeptAnswer, key, with_for_update=True)
        thing.status = 202
        changing = asyncio.ensure_future(change_it_later())
        await until_waiting(committing_database, 1)
        tx.publish(earlier)
    await changing

    assert await events_about(committing_database, house_id) == [earlier, later]


@pytest.mark.postgres
async def test_two_consumers_of_the_same_events_do_not_wait_for_each_other(committing_database, group):
    events = [house_listed() for _ in range(3)]
    middle = sorted(event.event_id for event in events)[1]

    async def handle(batch: Sequence[HouseListed]) -> list[HouseListed]:
        async with committing_database.transaction() as tx:
            tx.info["group"] = group
            return await tx.unhandled(batch)

    async with committing_database.sessions() as holding:
        entry = {"group": group, "event_id": middle, "handled_at": now()}
        await (await holding.connection()).execute(INBOX.insert().values(entry))
        both = [asyncio.ensure_future(handle(batch)) for batch in (events, events[::-1])]
        await until_waiting(committing_database, 2)
        await holding.rollback()
    new = await asyncio.gather(*both)

    assert sorted(map(len, new)) == [0, 3]


@pytest.mark.postgres
async def test_what_only_reads_begins_no_transaction(committing_database):
    async with committing_database.reading() as session:
        began = [(await (await session.connection()).execute(sa.select(sa.func.now()))).scalar_one() for _ in range(2)]

    assert began[0] < began[1]


async def test_what_somebody_adds_while_they_read_is_not_kept(committing_database):
    key = uuid4().hex
    async with committing_database.reading() as session:
        session.add(answer(key))
        await session.get(KeptAnswer, uuid4().hex)
        await session.exec(sa.select(sa.func.count()).select_from(KeptAnswer))

    async with committing_database.reading() as session:
        assert await session.get(KeptAnswer, key) is None
