"""Connections to PostgreSQL and SQLite, and what it means when one fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


class OutcomeUnknown(Exception):
    """The database went away while it committed: nobody knows whether it did."""


@contextmanager
def outcome_of_commit() -> Iterator[None]:
    """Raise OutcomeUnknown when the commit within fails at the connection and not at the data."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        if isinstance(error, DBAPIError) and not error.connection_invalidated and not is_retryable(error):
            raise
        raise OutcomeUnknown from error


def is_retryable(error: BaseException) -> bool:
    """Whether the database, rather than the data, is at fault: away, read-only, busy, or not yet migrated.

    The data itself was refused only with an SQLSTATE of class 22 (data exception) or 23 (integrity constraint).
    """
    if isinstance(error, OutcomeUnknown):
        return True
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        refused = type(error).__name__ in ("DataError", "IntegrityError") or state[:2] in ("22", "23")
        return error.connection_invalidated or not refused
    return isinstance(error, PoolTimeout | OSError)


def create_engine(url: str, pool_size: int) -> AsyncEngine:
    if url.startswith("postgresql"):
        return create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            hide_parameters=True,
            json_serializer=_to_json,
            json_deserializer=from_json,
            connect_args={"timeout": 5, "command_timeout": 30},
        )
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=from_json,
    )
    sa_event.listen(engine.sync_engine, "do_connect", _make_folder)
    sa_event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa_event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _make_folder(_dialect: Any, _record: Any, arguments: list[Any], _options: Any) -> None:
    Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing: we do, in _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _to_json(value: Any) -> str:
    return to_json(value).decode()
