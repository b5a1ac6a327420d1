"""How often a client may change something, and how often one e-mail address may be named."""

from typing import Annotated, Protocol, cast

from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooManyRequests
from shared.http.problems import DETAILS, problem
from shared.settings import Settings


class TooManyMails(TooManyRequests):
    """That e-mail address has been sent many confirmations lately. Wait an hour and try again."""

    sv = "Den e-postadressen har fått många bekräftelser nyligen. Vänta en timme och försök igen."


class Limiter:
    def __init__(self, settings: Settings) -> None:
        storage = cast(Storage, storage_from_string(settings.rate_limit_storage, implementation="redispy"))
        self._window = MovingWindowRateLimiter(storage)
        self._per_client: RateLimitItem = parse(settings.rate_limit)
        self._per_recipient: RateLimitItem = parse(settings.recipient_rate_limit)

    async def allows(self, client: str) -> bool:
        return await self._window.hit(self._per_client, "client", client)

    async def recipient(self, address: str) -> None:
        """Count a mail to the address; raise TooManyMails when it has had its share."""
        if not await self._window.hit(self._per_recipient, "recipient", address.strip().lower()):
            raise TooManyMails


class RateLimit:
    """Refuses a client's request with 429 when it has changed things too often. Reading is not counted."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self.app = app
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else "unknown"
        if await self.limiter.allows(client):
            await self.app(scope, receive, send)
            return
        error = TooManyRequests()
        response = problem(Request(scope), error.status, error.code, error.text, headers=error.headers)
        await response(scope, receive, send)


class CountsRecipients(Protocol):
    async def recipient(self, address: str) -> None: ...


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
                await problem(Request(scope), 413, "Http413", DETAILS[413])(scope, receive, send)
            elif not refused:
                await send(message)

        await self.app(scope, receive, explain)


def _is_plain(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")


def _limiter(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


RecipientLimit = Annotated[CountsRecipients, Depends(_limiter)]
