"""How often a client may change something, and how often one e-mail address may be named."""

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from typing import Annotated, Any, ClassVar, cast

from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooManyRequests
from shared.identifiers import mailbox
from shared.logging import log
from shared.settings import Settings
from web.problems import TooLarge, problem


class TooManyMails(TooManyRequests):
    """That e-mail address has been sent many confirmations lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Den e-postadressen har fått många bekräftelser nyligen. Vänta en timme och försök igen."


class InProcess(MemoryStorage):
    """MemoryStorage scans every key on every hit: an hour of recipients keeps a core busy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.monotonic()
        hits = self._hits.setdefault(key, deque())
        self._hits.move_to_end(key)
        while hits and hits[0] <= now:
            hits.popleft()
        allowed = len(hits) + amount <= limit
        if allowed:
            hits.extend([now + expiry] * amount)
        self._forget(now)
        return allowed

    def give_back(self, key: str) -> None:
        """Take the latest hit as not made."""
        if hits := self._hits.get(key):
            hits.pop()

    def _forget(self, now: float) -> None:
        """Drop the keys longest unused, so that an hour's keys are all there are."""
        while self._hits:
            key, hits = next(iter(self._hits.items()))
            if hits and hits[-1] > now:
                return
            del self._hits[key]


class Limiter:
    def __init__(self, settings: Settings) -> None:
        self._storage = _storage(settings.rate_limit_storage)
        self._window = MovingWindowRateLimiter(self._storage)
        self._per_client: RateLimitItem = parse(settings.rate_limit)
        self._per_recipient: RateLimitItem = parse(settings.recipient_rate_limit)

    async def allows(self, client: str) -> bool:
        return await self._hit(self._per_client, "client", client)

    async def recipient(self, address: str) -> bool:
        """Count a mail to the address, unless it has had its share."""
        return await self._hit(self._per_recipient, "recipient", _digest(address))

    async def give_back(self, address: str) -> None:
        """Take the latest mail to the address as not sent."""
        key = self._per_recipient.key_for("recipient", _digest(address))
        if isinstance(self._storage, InProcess):
            self._storage.give_back(key)
            return
        bridge = cast(RedispyBridge, cast(RedisStorage, self._storage).bridge)
        try:
            await bridge.storage.lpop(bridge.prefixed_key(key))
        except bridge.base_exceptions as error:
            log.error("the storage of the limits is away: a mail that is not sent stays counted", exc_info=error)

    async def _hit(self, limit: RateLimitItem, *who: str) -> bool:
        try:
            return await self._window.hit(limit, *who)
        except StorageError as error:
            log.error("the storage of the limits is away: nothing is limited", exc_info=error)
            return True


def _digest(address: str) -> str:
    """The storage learns no address."""
    return hashlib.sha256(mailbox(address).encode()).hexdigest()


def _storage(url: str) -> Storage:
    if url.startswith("async+memory"):
        return InProcess()
    return cast(Storage, storage_from_string(url, implementation="redispy", wrap_exceptions=True))


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
        await problem(Request(scope), TooManyRequests())(scope, receive, send)


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
                await problem(Request(scope), TooLarge())(scope, receive, send)
            elif not refused:
                await send(message)

        await self.app(scope, receive, explain)


def _is_plain(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")


class Recipients:
    """The mails that a request asks for. They are not counted when it fails, or repeats one that has been answered."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._counted: list[str] = []
        self._is_refused = False
        self._are_sent = False

    async def ask(self, address: str) -> None:
        """Count a mail to the address, unless `require` is not called after it."""
        if await self._limiter.recipient(address):
            self._counted.append(address)
        else:
            self._is_refused = True

    def require(self) -> None:
        """Raise TooManyMails when an address that was asked for has had its share."""
        if self._is_refused:
            raise TooManyMails
        self._are_sent = True

    async def count(self, address: str) -> None:
        """Count a mail to the address; raise TooManyMails when it has had its share."""
        await self.ask(address)
        self.require()

    async def __aenter__(self) -> "Recipients":
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None and self._are_sent:
            return
        for address in self._counted:
            await self._limiter.give_back(address)


async def _recipients(request: Request) -> AsyncIterator[Recipients]:
    async with Recipients(request.app.state.limiter) as recipients:
        yield recipients


RecipientLimit = Annotated[Recipients, Depends(_recipients, scope="function")]
