"""A database that is away now and then, for tests."""

from collections import Counter
from collections.abc import Callable, Container
from contextlib import AbstractAsyncContextManager

from shared.database import Database, Session


class Outages:
    """The database, but for the transactions and readings at which it is away, counted from 1."""

    def __init__(self, database: Database, *, transactions: Container[int] = (), readings: Container[int] = ()) -> None:
        self._database = database
        self._away = {"transaction": transactions, "reading": readings}
        self.begun: Counter[str] = Counter()

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        return self._begin("transaction")

    def reading(self) -> AbstractAsyncContextManager[Session]:
        return self._begin("reading")

    def _begin(self, kind: str) -> AbstractAsyncContextManager[Session]:
        self.begun[kind] += 1
        if self.begun[kind] in self._away[kind]:
            raise ConnectionRefusedError
        begin: Callable[[], AbstractAsyncContextManager[Session]] = getattr(self._database, kind)
        return begin()
