"""Many rows by one statement. PostgreSQL takes each column as an array, a third faster than row by row."""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.series import SERIES, number_from, number_from_the_end, numbered, take, taking

Row = dict[str, Any]


class Columns(NamedTuple):
    """A table's columns by their names: each is an array, or one value that is the same in every row."""

    table: sa.Table
    arrays: tuple[str, ...]
    constants: tuple[str, ...] = ()


class Rows(NamedTuple):
    """Rows of a table, which all have the same columns; and what is the same in all of them."""

    table: sa.Table
    rows: Sequence[Row]
    constants: Mapping[str, Any] = MappingProxyType({})

    @property
    def columns(self) -> Columns:
        return Columns(self.table, tuple(self.rows[0]), tuple(self.constants))

    @property
    def values(self) -> Row:
        """What is in each column."""
        return {**arrays_of(self.rows), **self.constants}


def arrays_of(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


async def insert_all(connection: AsyncConnection, tables: Sequence[Rows]) -> None:
    """Insert each table's rows. Raises IntegrityError when one cannot be.

    On PostgreSQL they are one statement: each way there and back costs a busy process more than the rows do.
    """
    numbered_rows = [(table, rows) for table, rows, _ in tables]
    taken = number_from_the_end(numbered_rows)
    if connection.dialect.name != "postgresql":
        number_from({series: await take(connection, series, count) for series, count in taken.items()}, numbered_rows)
        for table, rows, constants in tables:
            await connection.execute(sa.insert(table), [{**constants, **row} for row in rows])
        return
    if taken:
        tables = [Rows(SERIES, [{"name": series, "last": count} for series, count in taken.items()]), *tables]
    if tables:
        values = {f"{number}.{name}": value for number, one in enumerate(tables) for name, value in one.values.items()}
        await connection.execute(_insert_together(tuple(one.columns for one in tables)), values)


async def insert_new(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], *returning: sa.Column[Any]
) -> Sequence[sa.Row[Any]]:
    """Insert the rows, without those whose key or unique columns are taken; return what was inserted."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":
        columns = arrays_of(rows)
        same = {name: column[0] for name, column in columns.items() if _is_same(column)}
        arrays = tuple(name for name in columns if name not in same)
        insert_arrays = _insert_arrays(Columns(table, arrays, tuple(same)))
        statement = insert_arrays.on_conflict_do_nothing().returning(*returning)
        result = await connection.execute(statement, {**columns, **same})
    else:
        insert = sqlite.insert(table).on_conflict_do_nothing().returning(*returning)
        result = await connection.execute(insert, rows)
    return result.all() if returning else []


def _is_same(column: list[Any]) -> bool:
    """Ids differ at once: to compare them all takes longer than to send them."""
    return bool(column[0] == column[-1]) and column.count(column[0]) == len(column)


def given(table: sa.Table, names: Sequence[str], prefix: str) -> sa.Subquery:
    """Rows with those columns of the table, each given as an array by the name after the prefix. For PostgreSQL."""
    return sa.select(*(_column_of(table, name, False, prefix).label(name) for name in names)).subquery()


@lru_cache
def _insert_together(tables: tuple[Columns, ...]) -> pg.Insert:
    """Inserts into several tables in one statement. References among them are checked at its end."""
    first, *rest = (partial(_insert_arrays, columns, prefix=f"{number}.") for number, columns in enumerate(tables))
    taken = taking(first()).cte("taken") if tables[0].table is SERIES else None
    *others, last = (insert(taken=taken) for insert in ([first, *rest] if taken is None else rest))
    return last.add_cte(*(insert.cte(f"rows_{number}") for number, insert in enumerate(others)))


@lru_cache
def _insert_arrays(columns: Columns, prefix: str = "", taken: sa.CTE | None = None) -> pg.Insert:
    """An insert of rows. Those that are numbered from the end get the numbers that were `taken`."""
    table, arrays, constants = columns
    names = [*arrays, *constants]
    query = sa.select(*(_column_of(table, name, name in constants, prefix).label(name) for name in names))
    if taken is not None and (found := numbered(table)):
        number, series = found
        rows = query.subquery()
        numbers = [taken.c.last + column if column.name == number else column for column in rows.c]
        query = sa.select(*numbers).outerjoin_from(rows, taken, taken.c.name == rows.c[series])
    return pg.insert(table).from_select(names, query, include_defaults=False)


def _column_of(table: sa.Table, name: str, is_same: bool, prefix: str) -> sa.ColumnElement[Any]:
    kind = table.c[name].type
    if is_same:
        return sa.cast(sa.bindparam(prefix + name, type_=kind), kind)
    array = pg.ARRAY(kind, dimensions=1)
    return sa.func.unnest(sa.cast(sa.bindparam(prefix + name, type_=array), array))
