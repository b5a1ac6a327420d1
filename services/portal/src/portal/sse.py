"""Live pages of staff: rows that changed are sent as HTML and put in place; new ones only as a count."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from html import escape
from typing import Literal

from fastapi.sse import EventSourceResponse, format_sse_event

Version = tuple[str, Iterable[str]]
Versions = AsyncIterator[Version]
RETRY_MILLISECONDS = 3000
KEEP_ALIVE_SECONDS = 15
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def partial(target: str, html: str) -> str:
    """A fragment for the element with the id. It is morphed: focus stays, and nothing that is unchanged is touched."""
    return f'<hx-partial hx-target="#{escape(target)}" hx-swap="outerMorph">{html}</hx-partial>'


def stream(versions: Versions) -> EventSourceResponse:
    """Send each version's fragments with its id, and something while nothing happens.

    The first version is what there is when one connects, so that who was away for a while misses nothing.
    """
    return EventSourceResponse(_events(Upcoming(versions)), headers=HEADERS)


class Changes:
    """Wakes the streams of this process when a page of its has changed something. Others' changes are looked for."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def upcoming(self) -> asyncio.Event:
        """What is set at the next change. Take it before the look after which one waits for it."""
        return self._next

    def tell(self) -> None:
        told, self._next = self._next, asyncio.Event()
        told.set()


async def happened(change: asyncio.Event, at_most: float) -> bool:
    """Wait for the change, and not for long: others may have changed something too. Whether it came."""
    with suppress(TimeoutError):
        await asyncio.wait_for(change.wait(), at_most)
    return change.is_set()


class Upcoming:
    """The next version, waited for in the background."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._waiting = self._next()

    def _next(self) -> asyncio.Task[Version | None]:
        return asyncio.ensure_future(anext(self._versions, None))

    async def get(self) -> Version | Literal["nothing yet"] | None:
        """The next version, None when there are no more."""
        done, _ = await asyncio.wait({self._waiting}, timeout=KEEP_ALIVE_SECONDS)
        if not done:
            return "nothing yet"
        version = self._waiting.result()
        self._waiting = self._next()
        return version

    def cancel(self) -> None:
        self._waiting.cancel()


async def _events(upcoming: Upcoming) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    try:
        while (version := await upcoming.get()) is not None:
            yield _event(version)
    finally:
        upcoming.cancel()


def _event(version: Version | Literal["nothing yet"]) -> bytes:
    if version == "nothing yet":
        return format_sse_event(comment="still here")
    name, fragments = version
    return format_sse_event(data_str="".join(fragments), id=name)
