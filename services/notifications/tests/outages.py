"""A database that is away now and then, for tests."""

from collections import Counter
from collections.abc import Container
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import Database, Session


class Outages:
    """The database, but for the transactions and readings at which it is away, counted from 1."""

    def __init__(self, database: Database, *, transactions: Container[int] = (), readings: Container[int] = ()) -> None:
        self._database = database
        self._away = {"transaction": transactions, "reading": readings}
        self.begun: Counter[str] = Counter()

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        self._begin("transaction")
        return self._database.transaction()

    def committing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        self._begin("transaction")
        return self._database.committing()

    def committing_session(self) -> AbstractAsyncContextManager[Session]:
        self._begin("transaction")
        return self._database.committing_session()

    def reading(self) -> AbstractAsyncContextManager[Session]:
        self._begin("reading")
        return self._database.reading()

    def _begin(self, kind: str) -> None:
        self.begun[kind] += 1
        if self.begun[kind] in self._away[kind]:
            raise ConnectionRefusedError
