"""How often a client may change something, and how often one e-mail address may be named."""

import hashlib
import time
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Protocol, cast

from fastapi import Request
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
from web.problems import refused

MOST_KEYS = 20_000
"""Of each expiry. A key takes about a kilobyte; the longest unused makes room for the next."""
CLIENTS_A_MAILBOX = 2
"""As many clients as this, each with its share of mails, use up what a mailbox may have: one alone cannot."""


class Window(Protocol):
    """Counts the hits of a key in a moving window."""

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int) -> bool:
        """Count hits, unless there would be more than the limit in the last `expiry` seconds."""

    async def give_back(self, key: str, expiry: int, amount: int) -> None:
        """Take the latest hits as not made."""


class InProcess:
    """The library's MemoryStorage scans every key on every hit: an hour of recipients keeps a core busy.

    Keys lie by expiry, so that one kept for a day does not keep all those of a minute behind it.
    """

    def __init__(self) -> None:
        self._by_expiry: defaultdict[int, OrderedDict[str, deque[float]]] = defaultdict(OrderedDict)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now, keys = time.monotonic(), self._by_expiry[expiry]
        hits = keys.setdefault(key, deque())
        keys.move_to_end(key)
        while hits and hits[0] <= now:
            hits.popleft()
        allowed = len(hits) + amount <= limit
        if allowed:
            hits.extend([now + expiry] * amount)
        self._forget(keys, now)
        return allowed

    async def give_back(self, key: str, expiry: int, amount: int) -> None:
        hits = self._by_expiry[expiry].get(key, deque())
        for _ in range(min(amount, len(hits))):
            hits.pop()

    def _forget(self, keys: OrderedDict[str, deque[float]], now: float) -> None:
        """Drop the keys longest unused: those that no longer count, and what is more than there may be."""
        while keys:
            key, hits = next(iter(keys.items()))
            if hits and hits[-1] > now and len(keys) <= MOST_KEYS:
                return
            del keys[key]


class InRedis:
    """For several processes together."""

    def __init__(self, url: str) -> None:
        storage = storage_from_string(url, implementation="redispy", wrap_exceptions=True)
        self._storage = cast(RedisStorage, storage)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int) -> bool:
        try:
            return await self._storage.acquire_entry(key, limit, expiry, amount)
        except StorageError as error:
            log.error("the storage of the limits is away: nothing is limited", exc_info=error)
            return True

    async def give_back(self, key: str, _: int, amount: int) -> None:
        bridge = cast(RedispyBridge, self._storage.bridge)
        try:
            await bridge.storage.lpop(bridge.prefixed_key(key), amount)
        except bridge.base_exceptions as error:
            log.error("the storage of the limits is away: a mail that is not sent stays counted", exc_info=error)


@dataclass(frozen=True)
class Share:
    """How often who may use what, and how much of it is used."""

    limit: RateLimitItem
    who: str
    amount: int = 1


class Limiter:
    def __init__(self, settings: Settings) -> None:
        url = settings.rate_limit_storage
        self._window: Window = InProcess() if url.startswith("async+memory") else InRedis(url)
        self._per_client, self._seats = parse(settings.rate_limit), parse(settings.seat_limit)
        self._mails = mails = parse(settings.recipient_rate_limit)
        self._mails_by_all = type(mails)(CLIENTS_A_MAILBOX * mails.amount, mails.multiples)

    async def allows(self, client: str) -> bool:
        return await self.count(Share(self._per_client, f"client/{client}"))

    def of_mails(self, client: str, address: str) -> Share:
        """The mails to an address that a client asks for."""
        return Share(self._mails, f"mails/{client}/{_digest(address)}")

    def of_mails_by_all(self, address: str) -> Share:
        """The mails to an address that anybody asks for."""
        return Share(self._mails_by_all, f"mails/{_digest(address)}")

    def of_messages(self, client: str, about: str) -> Share:
        """The messages that a client writes about something, to somebody whose address it does not know."""
        return Share(self._mails, f"messages/{client}/{about}")

    def of_seats(self, client: str, event: str, amount: int) -> Share:
        """The seats of an event that a client takes."""
        return Share(self._seats, f"seats/{client}/{event}", amount)

    async def count(self, share: Share) -> bool:
        """Count the use of a share, unless more would be used than there is."""
        return await self._window.acquire_entry(share.who, share.limit.amount, share.limit.get_expiry(), share.amount)

    async def give_back(self, share: Share) -> None:
        """Take the latest use of a share as not made."""
        await self._window.give_back(share.who, share.limit.get_expiry(), share.amount)


def _digest(address: str) -> str:
    """The storage learns no address."""
    return hashlib.sha256(mailbox(address).encode()).hexdigest()


def client_of(scope: Scope) -> str:
    """Whom limits count: an IPv4 address, or the /64 that an IPv6 one is in, since whoever has one has them all."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


class RateLimit:
    """Refuses a client's request with 429 when it has changed things too often. Reading is not counted."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self.app = app
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        if await self.limiter.allows(client_of(scope)):
            await self.app(scope, receive, send)
            return
        await (await refused(Request(scope), TooManyRequests()))(scope, receive, send)
