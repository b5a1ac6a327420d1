"""Numbers of a series, such as a year's diary: given by the commit that saves what they number, so without a gap."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import Field, SQLModel

Tables = Sequence[tuple[sa.Table, Sequence[dict[str, Any]]]]


class Series(SQLModel, table=True):
    """A series, and the last number of it that was given."""

    name: str = Field(primary_key=True)
    last: int


SERIES: sa.Table = SQLModel.metadata.tables["series"]


def next_of(column: str) -> Any:
    """A field that is given, in a submission, the next number of the series that the other column names, if any."""
    # A factory makes it each row's own, and not a constant of the statement.
    return Field(default_factory=lambda: None, sa_column_kwargs={"info": {"series": column}})


async def take(connection: AsyncConnection, series: str, count: int) -> int:
    """Take so many numbers of the series. Returns the last of them. Until the commit, whoever wants another waits.

    So take them late, and those of several series in the order of their names, or two could wait for each other.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    result = await connection.execute(taking(insert(SERIES)), {"name": series, "last": count})
    return int(result.scalar_one())


def taking(insert: Any) -> Any:
    """The insert of how many numbers are taken of which series. It returns the last of each, and the series."""
    together = {"last": SERIES.c.last + insert.excluded.last}
    return insert.on_conflict_do_update(index_elements=["name"], set_=together).returning(SERIES.c.last, SERIES.c.name)


@cache
def numbered(table: sa.Table) -> tuple[str, str] | None:
    """The table's column that is numbered, and the one that names the series."""
    return next(((column.name, column.info["series"]) for column in table.c if "series" in column.info), None)


def number_from_the_end(tables: Tables) -> dict[str, int]:
    """Number the rows of each series so that the last has 0 and the first of three -2. Returns how many there are.

    The series are in one order everywhere, or two processes could wait for each other.
    """
    taken: Counter[str] = Counter()
    for row, number, series in _numbered_rows(tables):
        row[number] = -taken[series]
        taken[series] += 1
    return dict(sorted(taken.items()))


def number_from(last: Mapping[str, int], tables: Tables) -> None:
    """Number rows that are numbered from the end so that the last has the series' last number."""
    for row, number, series in _numbered_rows(tables):
        row[number] += last[series]


def _numbered_rows(tables: Tables) -> list[tuple[dict[str, Any], str, str]]:
    """Each row that takes a number, the last first, with the column and the series."""
    columns = [(rows, *names) for table, rows in tables if (names := numbered(table))]
    return [
        (row, number, row[series])
        for rows, number, series in reversed(columns)
        for row in reversed(rows)
        if row[series] is not None
    ]
