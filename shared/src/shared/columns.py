"""Column types that mean the same on PostgreSQL and SQLite."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC time, also on SQLite, which keeps no time zone. Raises ValueError for a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def text_enum(enum: type[StrEnum]) -> sa.Enum:
    """Store an enum as its text, so that a new member needs no migration."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def without(column: Any) -> ExecutableOption:
    """An option of a query: its rows come without the column, which may be long."""
    return defer(column)
