"""What becomes of a batch, without a broker around it."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bus.batches import is_infrastructure
from testkit.waiting import until

from .records import GROUP, Handler, dead_letters, handled, records


async def test_a_batch_is_handled_in_one_transaction(batches, readers):
    ids, batch = records(500)
    handler = Handler()

    await batches.receive(batch, handler, GROUP)

    assert handler.batches == [ids]
    assert await handled(readers) == set(ids)


@pytest.mark.parametrize("position", [0, 250, 499])
async def test_one_bad_record_of_500_costs_some_twenty_transactions(batches, readers, position):
    ids, batch = records(500)
    handler = Handler(failing={ids[position]: ValueError("cannot be handled")})

    await batches.receive(batch, handler, GROUP)

    assert len(handler.batches) <= 21
    assert await handled(readers) == set(ids) - {ids[position]}
    assert [letter.value for letter in await dead_letters(readers)] == [batch[position].value]


async def test_a_record_that_fails_is_tried_three_times_alone_before_it_is_set_aside(batches, readers):
    ids, batch = records(2)
    handler = Handler(failing={ids[0]: ValueError("cannot be handled")})

    await batches.receive(batch, handler, GROUP)

    [letter] = await dead_letters(readers)
    assert handler.batches.count([ids[0]]) == 3
    assert (letter.value, letter.event_id) == (batch[0].value, ids[0])
    assert (letter.error, letter.attempts) == ("ValueError", 3)


async def test_a_database_that_is_away_is_waited_out_and_nothing_is_set_aside(batches, readers):
    ids, batch = records(20)
    away = OperationalError("INSERT", {}, ConnectionResetError("gone"))
    handler = Handler(failing={ids[7]: away})

    receiving = asyncio.ensure_future(batches.receive(batch, handler, GROUP))
    await until(lambda: len(handler.batches) > 1)
    handler.failing.clear()
    await receiving

    assert all(tried == ids for tried in handler.batches), "the batch is not taken apart"
    assert await handled(readers) == set(ids)
    assert await dead_letters(readers) == []


async def test_a_batch_that_was_handled_before_is_handled_no_more(batches, readers):
    ids, batch = records(3)
    poison = Handler(failing={event_id: ValueError("handled twice") for event_id in ids})
    await batches.receive(batch, Handler(), GROUP)

    await batches.receive(batch, poison, GROUP)

    assert poison.batches == [ids]


class _Refused(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "innocent"),
    [
        ("25006", True),
        ("57P01", True),
        ("42P01", True),
        ("40001", True),
        ("53300", True),
        ("22021", False),
        ("23505", False),
    ],
)
def test_only_refused_data_counts_against_a_record(sqlstate, innocent):
    error = OperationalError("INSERT", {}, _Refused(sqlstate))

    assert is_infrastructure(error) is innocent


def test_a_refused_row_counts_against_a_record_whatever_its_code():
    assert not is_infrastructure(IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")))
