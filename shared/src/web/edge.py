"""What every request and answer has in common: HEAD, empty query values, and headers for caches and browsers."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import unplanned

NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_STORE = (b"cache-control", b"no-store")
VARY = (b"vary", b"Accept-Language")
PROOFS = ("authorization", "x-application-secret")
"""Headers that open what is not everybody's."""


class Edge:
    """Answers HEAD as GET, takes an empty query value as left out, and says how an answer may be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        keep_private = scope["method"] not in ("GET", "HEAD") or any(name in Headers(scope=scope) for name in PROOFS)

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_common(message, keep_private)]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        scope.setdefault("state", {})
        query = scope["query_string"] and without_empty(scope["query_string"])
        asked = {**scope, "query_string": query, "method": "GET" if is_head else scope["method"]}
        await self.app(asked, receive, send_completed)


def _common(message: Message, keep_private: bool) -> list[tuple[bytes, bytes]]:
    headers = [NOSNIFF]
    if keep_private or message["status"] >= 400:
        headers.append(NO_STORE)
    if any(name == b"content-language" for name, _ in message["headers"]):
        headers.append(VARY)
    return headers


def without_empty(query: bytes) -> bytes:
    """The query without the fields that a form without script sends empty."""
    return b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2])


class CatchUnplanned:
    """Answers 500 within the other layers, so that it has their headers and is counted as any other answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def note_start(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            await unplanned(scope, error)(scope, receive, send)
