"""What is kept of a record that cannot be handled."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bus.dead_letters import purge_dead_letters
from shared.clock import now
from shared.database import Session
from shared.dead_letters import DEAD_LETTER, locked
from testkit.waiting import until

from .records import GROUP, Handler, dead_letters, record_with, records


async def test_a_batch_with_a_dead_letter_is_not_done_while_the_database_is_away(batches, readers, monkeypatch):
    _, [original] = records(1)
    unreadable = record_with(original, value=b"not JSON")
    tried: list[str] = []

    async def is_away(*arguments: object, **named: object) -> None:
        tried.append("away")
        raise OperationalError("INSERT", {}, ConnectionResetError("gone"))

    with monkeypatch.context() as outage:
        outage.setattr(Session, "insert_new", is_away)
        receiving = asyncio.ensure_future(batches.receive([unreadable], Handler(), GROUP))
        await until(lambda: len(tried) > 1)
        done_before = receiving.done()
    await receiving

    assert not done_before
    assert [letter.value for letter in await dead_letters(readers)] == [b"not JSON"]


@pytest.mark.parametrize("headers", [[], [("ce_id", b"17")]])
async def test_a_record_that_is_set_aside_twice_is_one_dead_letter(batches, readers, headers):
    _, [original] = records(1)
    unreadable = record_with(original, value=b"not JSON", headers=headers)

    for _ in range(2):
        await batches.receive([unreadable], Handler(), GROUP)
    await batches.receive([record_with(unreadable, offset=17)], Handler(), GROUP)

    assert [(one.offset, one.attempts, len(one.history)) for one in await dead_letters(readers)] == [
        (0, 1, 1),
        (17, 1, 1),
    ]


async def test_an_event_that_is_sent_twice_and_set_aside_is_one_dead_letter(batches, readers):
    _, [original] = records(1)
    unreadable = record_with(original, value=b"not JSON")

    for offset in (0, 17):
        await batches.receive([record_with(unreadable, offset=offset)], Handler(), GROUP)

    [letter] = await dead_letters(readers)
    assert (letter.offset, letter.attempts, len(letter.history)) == (0, 1, 1)


async def test_what_no_column_takes_as_it_is_is_set_aside_too(batches, readers):
    _, [original] = records(1)
    odd = record_with(original, key=b"a\0\xff", value=b"\0\xff", headers=[("ce_id", b"\0"), ("ce_type", b"<b>\0")])

    await batches.receive([odd], Handler(), GROUP)

    [letter] = await dead_letters(readers)
    assert (letter.value, letter.key) == (b"\0\xff", "a\\x00\\xff")
    assert (letter.event_id, letter.type, letter.error) == (None, None, "unknown type")


async def test_a_reason_quotes_nothing_and_is_short(batches, readers):
    _, [original] = records(1)
    said = json.dumps({"type": "housing.house-listed.v1", "anna@example.com": 1, "house_id": "anna", "x" * 5000: 2})

    await batches.receive([record_with(original, value=said.encode())], Handler(), GROUP)

    [letter] = await dead_letters(readers)
    assert letter.error == "house_id: uuid_parsing; owner_contact_id: missing"


async def test_who_names_a_map_as_they_like_is_not_quoted(batches, readers):
    _, [original] = records(1)
    at = {"anna@example.com": {"bo": "?"}}
    said = {"type": "notifications.task-opened.v1", "task_id": at, "about_id": at, "queue": at}

    await batches.receive([record_with(original, value=json.dumps(said).encode(), headers=[])], Handler(), GROUP)

    [letter] = await dead_letters(readers)
    assert "anna" not in letter.error
    assert len(letter.error) <= 1000


async def test_a_replayed_record_that_fails_again_is_the_same_dead_letter_with_its_first_origin(batches, readers):
    ids, [original] = records(1)
    first = record_with(original, headers=[])
    handler = Handler(failing={ids[0]: ValueError("cannot be handled")})
    await batches.receive([first], handler, GROUP)
    [letter] = await dead_letters(readers)
    async with readers.transaction() as tx:
        (await locked(tx, letter.id)).replay(tx, "berit", now())
    headers = [("dead-letter", str(letter.id).encode())]
    handler.failing[ids[0]] = KeyError("another")

    for _ in range(2):
        await batches.receive([record_with(first, topic="readers.replay", headers=headers)], handler, GROUP)

    [again] = await dead_letters(readers)
    assert (again.origin, again.error, again.attempts, again.status) == ("housing.events/0/0", "KeyError", 6, "waiting")
    assert [one["status"] for one in again.history] == ["waiting", "replayed", "waiting"]


async def test_dead_letters_are_deleted_when_they_are_old(batches, readers, settings):
    _, [original] = records(1)
    await batches.receive([record_with(original, value=b"not JSON")], Handler(), GROUP)
    kept = settings.model_copy(update={"dead_letter_retention_days": 90})

    await purge_dead_letters(readers, kept)
    there = len(await dead_letters(readers))
    async with readers.transaction() as tx:
        aged = DEAD_LETTER.update().values(set_aside_at=now() - timedelta(days=91))
        await (await tx.connection()).execute(aged)
    await purge_dead_letters(readers, kept)

    assert (there, await dead_letters(readers)) == (1, [])
