"""Administrators read the events that Kafka could not take, have them sent again or discard them."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from shared.database import Database
from shared.events import SERVICES
from shared.settings import Settings
from shared.tables import OUTBOX, AuditEntry, OutboxEvent
from testkit.outbox import empty, row, waiting
from web import create_api, parked_events_router

PARKED = f"/{SERVICES[0]}/parked-events"
ERROR = "1203114 bytes; Kafka takes 1048576"
REASON = {"reason": "Told by telephone."}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_api(settings, parked_events_router(settings), description="What could not be sent.")
    yield app
    await app.state.database.close()


async def park(database: Database, *keys: str) -> list[str]:
    """Their ids; behind each waits another event of its key."""
    parked = [row("housing.events", key, 0) | {"parked_error": ERROR} for key in keys]
    behind = [row("housing.events", key, 1) | {"parked_error": None} for key in keys]
    await empty(database)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(OUTBOX.insert(), [*parked, *behind])
    return [str(one["event_id"]) for one in parked]


async def audited(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    async with database.reading() as session:
        entries = await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(entry.who, entry.action, entry.details) for entry in entries]


async def test_parked_events_are_listed_in_pages_the_oldest_first(client: httpx.AsyncClient, database: Database, berit):
    ids = await park(database, "a", "b", "c")

    first = (await client.get(PARKED, headers=berit, params={"limit": 2})).json()
    rest = (await client.get(PARKED, headers=berit, params={"limit": 2, "after": first["next"]})).json()

    assert [one["id"] for one in [*first["items"], *rest["items"]]] == ids
    assert {one["error"] for one in first["items"]} == {ERROR}
    assert rest["next"] is None


async def test_that_one_was_read_is_audited(client: httpx.AsyncClient, database: Database, berit):
    [event] = await park(database, "a")

    shown = (await client.get(f"{PARKED}/{event}", headers=berit)).json()

    assert (shown["id"], shown["type"], shown["error"]) == (event, "test", ERROR)
    assert await audited(database) == [("berit", "show parked event", {"event_id": event})]


async def test_a_replayed_one_waits_to_be_sent_before_what_is_behind_it(
    client: httpx.AsyncClient, database: Database, berit
):
    [event] = await park(database, "a")

    replayed = await client.post(f"{PARKED}/{event}/replay", headers=berit)
    again = await client.post(f"{PARKED}/{event}/replay", headers=berit)

    assert (replayed.status_code, again.status_code, again.json()["code"]) == (200, 404, "NoSuchParkedEvent")
    assert await waiting(database) == [("a", 0), ("a", 1)]
    assert await audited(database) == [("berit", "replay parked event", {"event_id": event})]


async def test_a_discarded_one_is_never_sent_and_holds_nothing_back(
    client: httpx.AsyncClient, database: Database, berit
):
    [event] = await park(database, "a")

    discarded = await client.post(f"{PARKED}/{event}/discard", headers=berit, json=REASON)

    assert discarded.status_code == 200
    assert (await client.get(PARKED, headers=berit)).json()["items"] == []
    assert await waiting(database) == [("a", 1)]
    assert await audited(database) == [("berit", "discard parked event", {"event_id": event, **REASON})]
    async with database.reading() as session:
        kept = (await session.exec(select(OutboxEvent).where(OutboxEvent.event_id == UUID(event)))).one()
        assert (kept.parked_error, kept.published_at is None) == (ERROR, False)


async def test_only_administrators_see_and_change_anything(client: httpx.AsyncClient, database: Database, staff):
    [event] = await park(database, "a")
    maja = staff("caseworker", "unit-head", "registrator")

    answers = [await client.get(path, headers=maja) for path in (PARKED, f"{PARKED}/{event}")]
    answers.append(await client.post(f"{PARKED}/{event}/replay", headers=maja))
    answers.append(await client.post(f"{PARKED}/{event}/discard", headers=maja, json=REASON))

    assert [answer.status_code for answer in answers] == [403] * 4
