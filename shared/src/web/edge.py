"""What every request and answer has in common: HEAD, empty query values, headers for caches and browsers, a metric."""

import time
from collections.abc import Callable
from functools import lru_cache

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import unplanned

ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
CSP = b"content-security-policy"
NO_PAGE = (CSP, b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
"""None of our answers is a page: shown as one it may do nothing, and no other page may hold it."""
ONLY_TLS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
NO_STORE = (b"cache-control", b"no-store")
VARY = (b"vary", b"Accept-Language")
PROOFS = {b"authorization", b"x-application-secret"}
"""Headers that open what is not everybody's."""
REQUESTS = Histogram("kommunbuss_http_request_seconds", "How long requests take.", ["method", "route", "status"])


class Edge:
    """Answers HEAD as GET, takes an empty query value as left out, says how an answer may be kept, and measures it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        is_head = scope["method"] == "HEAD"
        keep_private = scope["method"] not in ("GET", "HEAD") or any(name in PROOFS for name, _ in scope["headers"])
        status = 500

        async def send_completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_common(message, keep_private, scope)]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        scope.setdefault("state", {})
        asked = _asked(scope)
        try:
            await self.app(asked, receive, send_completed)
        finally:
            route = getattr(asked.get("route"), "path", "unknown")
            _measured(scope["method"], route, status).observe(time.perf_counter() - began)


@lru_cache(1_000)
def _measured(method: str, route: str, status: int) -> Histogram:
    return REQUESTS.labels(method, route, status)


def _asked(scope: Scope) -> Scope:
    """The request as it is handled."""
    query = scope["query_string"] and without_empty(scope["query_string"])
    return {**scope, "query_string": query, "method": "GET" if scope["method"] == "HEAD" else scope["method"]}


def _common(message: Message, keep_private: bool, scope: Scope) -> list[tuple[bytes, bytes]]:
    given = {name for name, _ in message["headers"]}
    headers = [header for header in (*ALWAYS, NO_PAGE) if header[0] not in given]
    if scope.get("scheme") == "https":
        headers.append(ONLY_TLS)
    if (keep_private or message["status"] >= 400) and NO_STORE not in message["headers"]:
        headers.append(NO_STORE)
    if b"content-language" in given:
        headers.append(VARY)
    return headers


def without_empty(query: bytes) -> bytes:
    """The query without the fields that a form without script sends empty."""
    return b"&".join(pair for pair in query.split(b"&") if pair.partition(b"=")[2])


class CatchUnplanned:
    """Answers 500 within the other layers, so that it has their headers and is counted as any other answer."""

    def __init__(self, app: ASGIApp, answer: Callable[[Scope, Exception], ASGIApp] = unplanned) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def note_start(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception as error:  # a mistake of ours, which the caller is told of as such
            if has_begun or scope["type"] != "http":
                raise
            await self.answer(scope, error)(scope, receive, send)
