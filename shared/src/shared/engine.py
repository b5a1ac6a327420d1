"""Connections to PostgreSQL and SQLite, and what it means when one fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POSTGRES: dict[str, Any] = {"pool_timeout": 10, "connect_args": {"timeout": 5, "command_timeout": 30}}


class OutcomeUnknown(Exception):
    """The database went away while it committed: nobody knows whether it did."""


@contextmanager
def outcome_of_commit() -> Iterator[None]:
    """Raise OutcomeUnknown when what commits within fails, but for an error that the database answered with."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        if isinstance(error, DBAPIError) and not error.connection_invalidated and _was_answered(error):
            raise
        raise OutcomeUnknown from error


def _was_answered(error: DBAPIError) -> bool:
    """Whether the database said what is wrong, rather than that it ends (SQLSTATE classes 08 and 57) or nothing."""
    state = _state_of(error)
    return not is_retryable(error) or (state != "" and state[:2] not in ("08", "57"))


def _state_of(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def is_retryable(error: BaseException) -> bool:
    """Whether the database, rather than the data, is at fault: away, read-only, busy, or not yet migrated.

    The data itself was refused only with an SQLSTATE of class 22 (data exception) or 23 (integrity constraint).
    """
    if isinstance(error, OutcomeUnknown):
        return True
    if isinstance(error, DBAPIError):
        refused = type(error).__name__ in ("DataError", "IntegrityError") or _state_of(error)[:2] in ("22", "23")
        return error.connection_invalidated or not refused
    return isinstance(error, PoolTimeout | OSError)


def create_engine(url: str, pool_size: int) -> AsyncEngine:
    is_postgres = url.startswith("postgresql")
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=from_json,
        **(POSTGRES if is_postgres else {}),
    )
    listeners: dict[str, Callable[..., None]] = {"checkout": _require_open} if is_postgres else SQLITE
    for name, listener in listeners.items():
        sa_event.listen(engine.sync_engine, name, listener)
    return engine


def _require_open(connection: Any, *_: Any) -> None:
    """Let the pool connect again in place of a connection that has ended while nobody used it."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


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


SQLITE: dict[str, Callable[..., None]] = {
    "do_connect": _make_folder,
    "connect": _prepare_sqlite,
    "begin": _begin_sqlite,
}


def _to_json(value: Any) -> str:
    return to_json(value).decode()
