"""How often a client may change something, and how often one e-mail address may be named."""

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from typing import Annotated, ClassVar, Protocol, cast

from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.errors import StorageError
from limits.storage import storage_from_string
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import TooManyRequests
from shared.identifiers import mailbox
from shared.logging import log
from shared.settings import Settings
from web.problems import problem


class TooManyMails(TooManyRequests):
    """That e-mail address has been sent many confirmations lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Den e-postadressen har fått många bekräftelser nyligen. Vänta en timme och försök igen."


class Window(Protocol):
    """Counts the hits of a key in a moving window."""

    async def acquire_entry(self, key: str, limit: int, expiry: int) -> bool:
        """Count a hit, unless there were as many as the limit in the last `expiry` seconds."""

    async def give_back(self, key: str) -> None:
        """Take the latest hit as not made."""


class InProcess:
    """The library's MemoryStorage scans every key on every hit: an hour of recipients keeps a core busy."""

    def __init__(self) -> None:
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    async def acquire_entry(self, key: str, limit: int, expiry: int) -> bool:
        now = time.monotonic()
        hits = self._hits.setdefault(key, deque())
        self._hits.move_to_end(key)
        while hits and hits[0] <= now:
            hits.popleft()
        allowed = len(hits) < limit
        if allowed:
            hits.append(now + expiry)
        self._forget(now)
        return allowed

    async def give_back(self, key: str) -> None:
        if hits := self._hits.get(key):
            hits.pop()

    def _forget(self, now: float) -> None:
        """Drop the keys longest unused, so that an hour's keys are all there are."""
        while self._hits:
            key, hits = next(iter(self._hits.items()))
            if hits and hits[-1] > now:
                return
            del self._hits[key]


class InRedis:
    """For several processes together."""

    def __init__(self, url: str) -> None:
        storage = storage_from_string(url, implementation="redispy", wrap_exceptions=True)
        self._storage = cast(RedisStorage, storage)

    async def acquire_entry(self, key: str, limit: int, expiry: int) -> bool:
        try:
            return await self._storage.acquire_entry(key, limit, expiry)
        except StorageError as error:
            log.error("the storage of the limits is away: nothing is limited", exc_info=error)
            return True

    async def give_back(self, key: str) -> None:
        bridge = cast(RedispyBridge, self._storage.bridge)
        try:
            await bridge.storage.lpop(bridge.prefixed_key(key))
        except bridge.base_exceptions as error:
            log.error("the storage of the limits is away: a mail that is not sent stays counted", exc_info=error)


class Limiter:
    def __init__(self, settings: Settings) -> None:
        url = settings.rate_limit_storage
        self._window: Window = InProcess() if url.startswith("async+memory") else InRedis(url)
        self._per_client = parse(settings.rate_limit)
        self._per_recipient = parse(settings.recipient_rate_limit)

    async def allows(self, client: str) -> bool:
        return await self._hit(self._per_client, f"client/{client}")

    async def recipient(self, address: str) -> bool:
        """Count a mail to the address, unless it has had its share."""
        return await self._hit(self._per_recipient, _recipient(address))

    async def give_back(self, address: str) -> None:
        """Take the latest mail to the address as not sent."""
        await self._window.give_back(_recipient(address))

    async def _hit(self, limit: RateLimitItem, key: str) -> bool:
        return await self._window.acquire_entry(key, limit.amount, limit.get_expiry())


def _recipient(address: str) -> str:
    """The storage learns no address."""
    return "recipient/" + hashlib.sha256(mailbox(address).encode()).hexdigest()


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
