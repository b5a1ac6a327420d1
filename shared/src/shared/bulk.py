"""Many rows by one statement. PostgreSQL takes each column as an array, a third faster than row by row."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


async def insert_all(connection: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert the rows, which all have the same columns. Raises IntegrityError when one cannot be."""
    if connection.dialect.name == "postgresql":
        statement, values = _by_column(table, rows)
        await connection.execute(statement, values)
    else:
        await connection.execute(sa.insert(table), rows)


async def insert_new(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Row], *returning: sa.Column[Any]
) -> Sequence[sa.Row[Any]]:
    """Insert the rows, without those whose key or unique columns are taken; return what was inserted."""
    if not rows:
        return []
    if connection.dialect.name == "postgresql":
        statement, values = _by_column(table, rows)
        result = await connection.execute(statement.on_conflict_do_nothing().returning(*returning), values)
    else:
        insert = sqlite.insert(table).on_conflict_do_nothing().returning(*returning)
        result = await connection.execute(insert, rows)
    return result.all() if returning else []


def _by_column(table: sa.Table, rows: Sequence[Row]) -> tuple[pg.Insert, Row]:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    same = {name: column[0] for name, column in columns.items() if column.count(column[0]) == len(column)}
    return _insert_arrays(table, tuple(columns), frozenset(same)), {**columns, **same}


@lru_cache
def _insert_arrays(table: sa.Table, names: tuple[str, ...], same: frozenset[str]) -> pg.Insert:
    """An insert that takes a column as one array, or as one value where all rows have the `same`."""
    columns = sa.select(*(_column_of(table, name, name in same) for name in names))
    return pg.insert(table).from_select(list(names), columns, include_defaults=False)


def _column_of(table: sa.Table, name: str, is_same: bool) -> sa.ColumnElement[Any]:
    kind = table.c[name].type
    if is_same:
        return sa.cast(sa.bindparam(name, type_=kind), kind)
    return sa.func.unnest(sa.cast(sa.bindparam(name, type_=pg.ARRAY(kind)), pg.ARRAY(kind)))
