import asyncio
from collections.abc import AsyncIterator
from itertools import permutations
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.database import Database
from shared.group_commit import Inserts
from shared.series import next_of, take
from shared.settings import Settings


class Numbered(SQLModel, registry=registry()):
    """Apart from the tables of the services."""


class Case(Numbered, table=True):
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    series: str | None
    number: int | None = next_of("series")


class Decision(Numbered, table=True):
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id")
    year: str
    number: int | None = next_of("year")


@pytest.fixture
async def databases(settings: Settings) -> AsyncIterator[tuple[Database, Database]]:
    """One database as two processes have it, with the tables of this module."""
    one, other = Database(settings), Database(settings)
    async with one.engine.begin() as connection:
        await connection.run_sync(Numbered.metadata.create_all)
    yield one, other
    async with one.engine.begin() as connection:
        await connection.run_sync(Numbered.metadata.drop_all)
    await one.close()
    await other.close()


@pytest.fixture
def year() -> str:
    """A series of the test's own."""
    return f"MH-{uuid4().hex[:8]}"


def case(series: str | None, row_id: UUID | None = None) -> Inserts:
    inserts = Inserts()
    inserts.insert(Case, series=series, id=row_id or uuid7())
    return inserts


def decided(series: str) -> Inserts:
    """A case that is decided at once; both have a number of the series."""
    inserts = Inserts()
    opened = inserts.insert(Case, series=series)
    inserts.insert(Decision, case_id=opened.id, year=series)
    return inserts


async def save_one_after_another(database: Database, submissions: list[Inserts]) -> None:
    for one in submissions:
        await database.commits.save(one)


async def numbers_in(database: Database, series: str | None, *models: type[SQLModel]) -> list[int | None]:
    """Those of the models' rows, in the order the rows were made."""
    found: list[int | None] = []
    async with database.reading() as session:
        for model in models or (Case,):
            table = sa.inspect(model).local_table
            query = sa.select(table.c.number).where(table.c[next_of_column(table)].is_not_distinct_from(series))
            found += (await (await session.connection()).execute(query.order_by(table.c.id))).scalars()
    return found


def next_of_column(table: sa.Table) -> str:
    return table.c.number.info["series"]


async def test_concurrent_submissions_take_each_number_of_their_series_once(databases, year):
    series = [f"{year}-{number}" for number in range(3)]
    callers = [
        save_one_after_another(database, [case(name) for name in order * 4])
        for database in databases
        for order in permutations(series)
        for _ in range(3)
    ]

    await asyncio.gather(*callers)

    for name in series:
        assert sorted(await numbers_in(databases[0], name)) == list(range(1, 145))


async def test_who_comes_first_has_the_lower_number(databases, year):
    await asyncio.gather(*(databases[0].commits.save(case(year)) for _ in range(20)))

    assert await numbers_in(databases[0], year) == list(range(1, 21))


async def test_several_rows_of_a_submission_take_a_number_each(databases, year):
    await asyncio.gather(*(databases[0].commits.save(decided(year)) for _ in range(10)))

    assert sorted(await numbers_in(databases[0], year, Case, Decision)) == list(range(1, 21))


async def test_what_names_no_series_takes_no_number(databases, year):
    await asyncio.gather(*(databases[0].commits.save(case(name)) for name in (year, None, year, None)))
    await databases[0].commits.save(case(None))

    assert await numbers_in(databases[0], year) == [1, 2]
    assert await numbers_in(databases[0], None) == [None] * 3


@pytest.mark.parametrize("position", [0, 7, 19])
async def test_a_row_that_the_database_refuses_takes_no_number_and_fails_alone(databases, year, position):
    taken = uuid7()
    await databases[0].commits.save(case(year, taken))
    submissions = [case(year) for _ in range(20)]
    submissions[position] = case(year, taken)

    outcomes = await asyncio.gather(*map(databases[0].commits.save, submissions), return_exceptions=True)

    assert [number for number, outcome in enumerate(outcomes) if outcome is not None] == [position]
    assert isinstance(outcomes[position], IntegrityError)
    assert sorted(await numbers_in(databases[0], year)) == list(range(1, 21))


async def test_a_transaction_takes_the_number_after_those_of_submissions(databases, year):
    one, other = databases

    async def alone() -> int:
        async with other.transaction() as tx:
            return await take(await tx.connection(), year, 1)

    taken = await asyncio.gather(*(one.commits.save(case(year)) for _ in range(10)), *(alone() for _ in range(10)))

    assert sorted([*taken[10:], *await numbers_in(one, year)]) == list(range(1, 21))


async def test_a_number_that_is_not_committed_is_given_to_the_next(databases, year):
    with pytest.raises(ZeroDivisionError):
        async with databases[0].transaction() as tx:
            await take(await tx.connection(), year, 1)
            raise ZeroDivisionError

    await databases[1].commits.save(case(year))

    assert await numbers_in(databases[0], year) == [1]


async def test_who_waits_for_a_series_holds_none_that_comes_after_it(databases, year):
    one, other = databases
    first, second = f"{year}-a", f"{year}-b"
    both = case(second)
    both.insert(Case, series=first)
    async with one.transaction() as tx:
        await take(await tx.connection(), first, 1)
        saving = asyncio.ensure_future(other.commits.save(both))
        await asyncio.wait([saving], timeout=0.3)
        async with asyncio.timeout(10):
            taken = await take(await tx.connection(), second, 1)
    await saving

    assert taken == 1
    assert await numbers_in(one, first) == [2]
    assert await numbers_in(one, second) == [2]
