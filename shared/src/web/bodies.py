"""How large a request's body may be."""

from collections import Counter

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


class BodyBudget:
    """Bounds what is being received at one time, from a client and from all. Small bodies are not counted."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self.app = app
        self._largest = largest
        self._receiving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = _size_of(scope, self._largest) if scope["type"] == "http" else 0
        if size <= SMALL_BODY:
            await self.app(scope, receive, send)
            return
        client = client_of(scope)
        if not self._has_room(client, size):
            await problem(HTTPConnection(scope), TooBusy())(scope, receive, send)
            return
        self._receiving[client] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self._receiving[client] -= size
            self._receiving += Counter()  # forgets who has nothing left

    def _has_room(self, client: str, size: int) -> bool:
        own, everybodys = self._receiving[client] + size, self._receiving.total() + size
        return own <= OF_A_CLIENT * self._largest and everybodys <= OF_ALL * self._largest


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
