"""Administrators read what could not be handled, replay it or discard it, over the API of the consumer's service."""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import ConsumerRecord
from fastapi import FastAPI
from sqlmodel import col, select

from bus.dead_letters import keep
from shared.database import Database
from shared.dead_letters import DEAD_LETTER, DeadLetter
from shared.events import SERVICES
from shared.settings import Settings
from shared.tables import AuditEntry, OutboxEvent
from web import create_api, dead_letters_router
from web.payload import payload_of

LETTERS = f"/{SERVICES[0]}/dead-letters"
CAUSES = f"/{SERVICES[0]}/dead-letter-causes"
TYPE = "housing.house-listed.v1"
REASON = {"reason": "Registered again by hand."}


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_api(settings, dead_letters_router(settings), description="What could not be handled.")
    yield app
    await app.state.database.close()


async def set_aside(database: Database, error: str = "KeyError", **says: object) -> str:
    """The id of a record that a consumer has set aside."""
    event_id = uuid4()
    value = json.dumps({"type": TYPE, "event_id": str(event_id), **says}).encode()
    headers = [("ce_id", str(event_id).encode()), ("ce_type", TYPE.encode())]
    record = ConsumerRecord("housing.events", 2, event_id.int % 10**9, 0, 0, b"key", value, None, 0, 0, headers)
    async with database.transaction() as tx:
        await keep(tx, record, error, 3)
        await tx.flush()
    return await _id_of(database, event_id)


async def _id_of(database: Database, event_id: UUID) -> str:
    async with database.reading() as session:
        return str((await session.exec(select(DeadLetter.id).where(DeadLetter.event_id == event_id))).one())


async def multiply(database: Database, count: int) -> None:
    """Make what was set aside into so many."""
    async with database.transaction() as tx:
        connection = await tx.connection()
        [row] = (await connection.execute(DEAD_LETTER.select())).mappings()
        await connection.execute(DEAD_LETTER.insert(), [{**row, "id": uuid4()} for _ in range(count - 1)])


async def audited(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as session:
        entries = await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(entry.who, entry.action, entry.details["dead_letter"]) for entry in entries]


async def to_be_sent(database: Database) -> list[OutboxEvent]:
    async with database.reading() as session:
        return list(await session.exec(select(OutboxEvent).where(OutboxEvent.topic == f"{SERVICES[0]}.replay")))


async def test_what_waits_is_counted_the_commonest_cause_first(client: httpx.AsyncClient, database: Database, berit):
    await set_aside(database, "ValueError")
    await multiply(database, 10_001)
    await set_aside(database, "KeyError")

    causes = (await client.get(CAUSES, headers=berit)).json()["items"]

    assert [(one["error"], one["count"]) for one in causes] == [("ValueError", 10_001), ("KeyError", 1)]


async def test_a_long_list_is_read_in_pages_by_cause(client: httpx.AsyncClient, database: Database, berit):
    ids = [await set_aside(database, error) for error in ("b", "a", "b", "a")]

    first = (await client.get(LETTERS, headers=berit, params={"limit": 3})).json()
    rest = (await client.get(LETTERS, headers=berit, params={"limit": 3, "after": first["next"]})).json()
    of_a = (await client.get(LETTERS, headers=berit, params={"error": "a"})).json()

    found = [*first["items"], *rest["items"]]
    assert [one["error"] for one in found] == ["a", "a", "b", "b"]
    assert {one["id"] for one in found} == set(ids)
    assert {one["id"] for one in of_a["items"]} == {ids[1], ids[3]}


async def test_one_is_shown_with_its_origin_and_history_and_that_it_was_read_is_audited(
    client: httpx.AsyncClient, database: Database, berit
):
    letter = await set_aside(database)

    shown = (await client.get(f"{LETTERS}/{letter}", headers=berit)).json()

    assert shown["origin"].startswith("housing.events/2/")
    assert (shown["error"], shown["attempts"], shown["type"]) == ("KeyError", 3, TYPE)
    assert [(one["status"], one["who"], one["why"]) for one in shown["history"]] == [("waiting", None, "KeyError")]
    assert await audited(database) == [("berit", "show dead letter", letter)]


async def test_only_ids_times_codes_and_numbers_of_known_fields_are_shown(
    client: httpx.AsyncClient, database: Database, berit
):
    house = str(uuid4())
    personal = {"owner_contact_id": "Anna Ek", "occurred_at": "19121212-1212", "anna@example.com": "secret"}
    letter = await set_aside(database, house_id=house, **personal)

    answer = await client.get(f"{LETTERS}/{letter}", headers=berit)

    payload = {one["name"]: one["value"] for one in answer.json()["payload"]}
    assert payload["house_id"] == house
    assert payload["type"] == TYPE
    assert (payload["owner_contact_id"], payload["occurred_at"]) == (None, None)
    assert not [said for said in ("Anna", "1212", "example.com", "secret") if said in answer.text]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (TYPE, {"owner_contact_id": "anna.ek"}),
        (TYPE, {"owner_contact_id": ["anna", "ek"]}),
        (TYPE, {"house_id": "1985-01-01"}),
        (TYPE, {"occurred_at": "1985-01-01"}),
        (TYPE, {"occurred_at": "850101.1234"}),
        (TYPE, {"occurred_at": 850101.1234}),
        ("recruitment.event-announced.v1", {"capacity": 850101.1234}),
        ("recruitment.event-announced.v1", {"title": "anna.ek"}),
        ("recruitment.event-announced.v1", {"title": "1985-01-01"}),
        ("eservice-intake.application-submitted.v1", {"eservice": "anna.ek"}),
        ("eservice-intake.application-submitted.v1", {"language": "anna"}),
        ("eservice-intake.decision-sent-again.v1", {"party": {"party_id": "anna"}}),
        ("unknown", {"type": "anna.ek"}),
    ],
)
def test_a_value_that_is_not_what_its_field_holds_and_any_text_is_hidden(kind, said):
    shown = payload_of(kind, json.dumps(said).encode())

    assert [(one.name, one.value) for one in shown] == [(name, None) for name in said]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (TYPE, {"occurred_at": "2026-05-01T09:00:00Z"}),
        ("recruitment.ad-posted.v1", {"occupation": "2512"}),
        ("recruitment.event-announced.v1", {"capacity": 40}),
        ("eservice-intake.application-submitted.v1", {"language": "sv", "due_on": "2026-05-01", "urgent": True}),
        ("eservice-intake.application-submitted.v1", {"reference": "K7MP-2XWB", "due_on": None}),
    ],
)
def test_an_id_a_time_a_code_and_a_number_where_events_have_one_are_shown(kind, said):
    shown = payload_of(kind, json.dumps(said).encode())

    assert {one.name: one.value for one in shown} == {name: str(value) for name, value in said.items()}


@pytest.mark.parametrize("value", [b"", b"\x00\xff", b"[1]", b'"Anna"', b"{}"])
def test_a_record_that_is_no_event_shows_nothing(value):
    assert payload_of(TYPE, value) == []


async def test_replaying_hands_it_to_its_own_consumer_as_often_as_somebody_asks(
    client: httpx.AsyncClient, database: Database, berit
):
    letter = await set_aside(database)
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"{LETTERS}/{letter}/replay", headers=berit | key)
    repeated = await client.post(f"{LETTERS}/{letter}/replay", headers=berit | key)
    another = await client.post(f"{LETTERS}/{letter}/replay", headers=berit)

    assert (first.status_code, first.json()["status"]) == (200, "replayed")
    assert repeated.json() == first.json()
    assert (another.status_code, another.json()["status"]) == (200, "replayed")
    sent = [(again.key, again.headers["ce_type"], again.headers["dead-letter"]) for again in await to_be_sent(database)]
    assert sent == [("key", TYPE, letter)] * 2
    assert await audited(database) == [("berit", "replay dead letter", letter)] * 2


async def test_one_whose_replay_never_arrived_is_discarded(client: httpx.AsyncClient, database: Database, berit):
    letter = await set_aside(database)
    await client.post(f"{LETTERS}/{letter}/replay", headers=berit)

    discarded = await client.post(f"{LETTERS}/{letter}/discard", headers=berit, json=REASON)

    assert discarded.json()["status"] == "discarded"


async def test_discarding_keeps_it_with_who_did_so_and_why(client: httpx.AsyncClient, database: Database, berit):
    letter = await set_aside(database)

    discarded = await client.post(f"{LETTERS}/{letter}/discard", headers=berit, json=REASON)
    replayed = await client.post(f"{LETTERS}/{letter}/replay", headers=berit)
    listed = (await client.get(LETTERS, headers=berit, params={"status": "discarded"})).json()

    kept = await audited(database)
    last = (await client.get(f"{LETTERS}/{letter}", headers=berit)).json()["history"][-1]
    assert discarded.json()["status"] == "discarded"
    assert (last["status"], last["who"], last["why"]) == ("discarded", "berit", REASON["reason"])
    assert (replayed.status_code, replayed.json()["code"]) == (409, "AlreadyDiscarded")
    assert await to_be_sent(database) == []
    assert [one["id"] for one in listed["items"]] == [letter]
    assert kept == [("berit", "discard dead letter", letter)]


@pytest.mark.parametrize("form", [{}, {"reason": " "}, {"reason": "x" * 501}])
async def test_nothing_is_discarded_without_a_reason(client: httpx.AsyncClient, database: Database, berit, form):
    letter = await set_aside(database)

    refused = await client.post(f"{LETTERS}/{letter}/discard", headers=berit, json=form)

    assert refused.status_code == 422
    assert (await client.get(LETTERS, headers=berit)).json()["items"][0]["status"] == "waiting"


async def test_what_is_not_there_is_said(client: httpx.AsyncClient, berit):
    answers = [
        await client.get(f"{LETTERS}/{uuid4()}", headers=berit),
        await client.post(f"{LETTERS}/{uuid4()}/replay", headers=berit),
        await client.post(f"{LETTERS}/{uuid4()}/discard", headers=berit, json=REASON),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "NoSuchDeadLetter")] * 3


async def test_only_administrators_see_and_change_anything(client: httpx.AsyncClient, database: Database, staff):
    letter = f"{LETTERS}/{await set_aside(database)}"
    maja = staff("caseworker", "unit-head", "registrator")

    answers = [await client.get(path, headers=maja) for path in (LETTERS, CAUSES, letter)]
    answers.append(await client.post(f"{letter}/replay", headers=maja))
    answers.append(await client.post(f"{letter}/discard", headers=maja, json=REASON))

    assert [answer.status_code for answer in answers] == [403] * 5
