"""How large a request's body may be."""

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.json_body import JsonRequest
from web.problems import TooLarge, problem


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
