"""eservice-intake's API with a database that keeps nothing: the web framework and the rules are what is left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from eservice_intake.app import api

__all__ = ["api"]


class NothingFound:
    def first(self) -> None:
        return None


class KeepsNothing:
    """What a handler does with its Session, without any effect."""

    def add(self, _: Any) -> None: ...

    def publish(self, _: Any) -> None: ...

    async def flush(self) -> None: ...

    async def exec(self, _: Any) -> NothingFound:
        return NothingFound()


class NoDatabase:
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[KeepsNothing]:
        yield KeepsNothing()

    async def close(self) -> None: ...


api.state.database = NoDatabase()
