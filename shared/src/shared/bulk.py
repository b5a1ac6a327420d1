"""Many rows by one statement. PostgreSQL takes each column as an array, a third faster than row by row."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.series import SERIES, number_from, number_from_the_end, numbered, take, taking

Row = dict[str, Any]


async def insert_all(connection: AsyncConnection, tables: Sequence[tuple[sa.Table, Sequence[Row]]]) -> None:
    """Insert each table's rows, which all have the same columns. Raises IntegrityError when one cannot be.

    On PostgreSQL they are one statement: each way there and back costs a busy process more than the rows do.
    """
    taken = number_from_the_end(tables)
    if connection.dialect.name != "postgresql":
        number_from({series: await take(connection, series, count) for series, count in taken.items()}, tables)
        for table, rows in tables:
            await connection.execute(sa.insert(table), rows)
        return
    if taken:
        tables = [(SERIES, [{"name": series, "last": count} for series, count in taken.items()]), *tables]
    if tables:
        columns = {f"{table.name}.{name}": [row[name] for row in rows] for table, rows in tables for name in rows[0]}
        await connection.execute(_insert_together(tuple((table, tuple(rows[0])) for table, rows in tables)), columns)


async def insert_new(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], *returning: sa.Column[Any]
) -> Sequence[sa.Row[Any]]:
    """Insert the rows, without those whose key or unique columns are taken; return what was inserted."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        same = {name: column[0] for name, column in columns.items() if column.count(column[0]) == len(column)}
        insert_arrays = _insert_arrays(table, tuple(columns), frozenset(same))
        statement = insert_arrays.on_conflict_do_nothing().returning(*returning)
        result = await connection.execute(statement, {**columns, **same})
    else:
        insert = sqlite.insert(table).on_conflict_do_nothing().returning(*returning)
        result = await connection.execute(insert, rows)
    return result.all() if returning else []


@lru_cache
def _insert_together(tables: tuple[tuple[sa.Table, tuple[str, ...]], ...]) -> pg.Insert:
    """Inserts into several tables in one statement. References among them are checked at its end."""
    first, *rest = (partial(_insert_arrays, table, names, prefix=f"{table.name}.") for table, names in tables)
    taken = taking(first()).cte("taken") if tables[0][0] is SERIES else None
    *others, last = (insert(taken=taken) for insert in ([first, *rest] if taken is None else rest))
    return last.add_cte(*(insert.cte(f"rows_{number}") for number, insert in enumerate(others)))


@lru_cache
def _insert_arrays(
    table: sa.Table,
    names: tuple[str, ...],
    same: frozenset[str] = frozenset(),
    prefix: str = "",
    taken: sa.CTE | None = None,
) -> pg.Insert:
    """An insert that takes a column as one array, or as one value where all rows have the `same`.

    Rows that are numbered from the end get the numbers that were `taken`.
    """
    columns = sa.select(*(_column_of(table, name, name in same, prefix).label(name) for name in names))
    if taken is not None and (found := numbered(table)):
        number, series = found
        rows = columns.subquery()
        numbers = [taken.c.last + column if column.name == number else column for column in rows.c]
        columns = sa.select(*numbers).outerjoin_from(rows, taken, taken.c.name == rows.c[series])
    return pg.insert(table).from_select(list(names), columns, include_defaults=False)


def _column_of(table: sa.Table, name: str, is_same: bool, prefix: str) -> sa.ColumnElement[Any]:
    kind = table.c[name].type
    if is_same:
        return sa.cast(sa.bindparam(prefix + name, type_=kind), kind)
    array = pg.ARRAY(kind, dimensions=1)
    return sa.func.unnest(sa.cast(sa.bindparam(prefix + name, type_=array), array))
