"""How large a request's body may be, and how much is received at one time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Unavailable
from web.client import client_of
from web.json_body import JsonRequest
from web.problems import TooLarge, problem

SMALL_BODY = 64 * 1024
OF_A_CLIENT, OF_ALL = 4, 12
"""How many of the largest bodies. They lie in memory or in /tmp, which a container counts as memory."""

GRACE_SECONDS, SLOW = 2, 64 * 1024
"""Who sends fewer bytes a second than this, after so many seconds, gives way when all is used."""


class BoundedRequest(JsonRequest):
    """A request whose body may have that many bytes. Reading raises TooLarge for a larger one."""

    def __init__(self, scope: Scope, receive: Receive, largest: int) -> None:
        super().__init__(scope, receive)
        self._largest = largest

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await self._read()
        return self._body

    async def _read(self) -> bytes:
        if int(self.headers.get("content-length", 0)) > self._largest:
            raise TooLarge
        body, more = bytearray(), True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            if len(body) > self._largest:
                raise TooLarge
            more = message.get("more_body", False)
        return bytes(body)


class TooBusy(Unavailable):
    """Much is being sent at the moment. Nothing was saved. Send it again in a moment."""

    sv = "Mycket skickas just nu. Inget sparades. Skicka igen om en stund."


@dataclass(eq=False)
class Receiving:
    """A large body that is being received."""

    client: str
    size: int
    task: asyncio.Task[Any]
    began_at: float
    came: int = 0
    is_complete: bool = False
    gives_way: bool = False

    def counted(self, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self.came += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)
            return message

        return counted

    def is_slow(self, moment: float) -> bool:
        seconds = moment - self.began_at
        return not self.is_complete and seconds > GRACE_SECONDS and self.came < SLOW * seconds


class BodyBudget:
    """Bounds what is being received at one time, from a client and from all. Small bodies are not counted.

    When all of it is used, who sends slowest gives way to the next.
    """

    def __init__(self, app: ASGIApp, largest: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self._largest = largest
        self._clock = clock
        self._receiving: set[Receiving] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = _size_of(scope, self._largest) if scope["type"] == "http" else 0
        if size <= SMALL_BODY:
            await self.app(scope, receive, send)
        elif self._has_room(client := client_of(scope), size):
            await self._receive(Receiving(client, size, _this_task(), self._clock()), scope, receive, send)
        else:
            await problem(HTTPConnection(scope), TooBusy())(scope, receive, send)

    async def _receive(self, one: Receiving, scope: Scope, receive: Receive, send: Send) -> None:
        self._receiving.add(one)
        try:
            await self.app(scope, one.counted(receive), send)
        except asyncio.CancelledError:
            if not one.gives_way:
                raise
            one.task.uncancel()
            await problem(HTTPConnection(scope), TooBusy())(scope, receive, send)
        finally:
            self._receiving.discard(one)

    def _has_room(self, client: str, size: int) -> bool:
        own = sum(one.size for one in self._receiving if one.client == client)
        if own + size > OF_A_CLIENT * self._largest:
            return False
        while sum(one.size for one in self._receiving) + size > OF_ALL * self._largest:
            moment = self._clock()
            slow = [one for one in self._receiving if one.is_slow(moment)]
            if not slow:
                return False
            self._end(min(slow, key=lambda one: one.came / (moment - one.began_at)))
        return True

    def _end(self, one: Receiving) -> None:
        self._receiving.discard(one)
        one.gives_way = True
        one.task.cancel()


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _size_of(scope: Scope, largest: int) -> int:
    """What its headers say that the body has, to which the server holds it; or what it may have when they do not."""
    headers = dict(scope["headers"])
    return largest if b"transfer-encoding" in headers else min(int(headers.get(b"content-length", 0)), largest)


class ExplainTooLarge:
    """Gives Starlette's plain 413 the form of every other error."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def explain(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == 413 and _is_plain(message):
                refused = True
                await problem(HTTPConnection(scope), TooLarge())(scope, receive, send)
            elif not refused:
                await send(message)

        await self.app(scope, receive, explain)


def _is_plain(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
