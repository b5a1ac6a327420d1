"""Where the limits count: in this process, or in Redis for several processes together."""

import time
from bisect import bisect_right
from collections import OrderedDict
from typing import Protocol, cast

from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.errors import StorageError
from limits.storage import storage_from_string
from prometheus_client import Counter

from shared.logging import log

MOST_KEYS = 100_000
"""How many clients or recipients a process remembers for each expiry. Beyond, who was seen longest ago begins anew."""
REDIS_SECONDS = 0.5
UNCOUNTED = Counter("kommunbuss_limits_uncounted", "Requests that nothing limited: the storage of the limits was away.")


class Window(Protocol):
    """Counts the hits of a key in a moving window."""

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many hits, unless there would be more than the limit in the last `expiry` seconds."""

    async def give_back(self, key: str, expiry: int, amount: int = 1) -> None:
        """Take the latest hits as not made."""


class InProcess:
    """The library's MemoryStorage scans every key on every hit: an hour of recipients keeps a core busy."""

    def __init__(self) -> None:
        self._hits: dict[int, OrderedDict[str, list[float]]] = {}
        """By expiry, so that the keys longest unused are those that may be forgotten."""

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.monotonic()
        keys = self._hits.setdefault(expiry, OrderedDict())
        hits = keys.setdefault(key, [])
        keys.move_to_end(key)
        del hits[: bisect_right(hits, now)]
        allowed = len(hits) + amount <= limit
        if allowed:
            hits += [now + expiry] * amount
        _forget(keys, now)
        return allowed

    async def give_back(self, key: str, expiry: int, amount: int = 1) -> None:
        keys = self._hits.get(expiry)
        if keys is not None and key in keys:
            del keys[key][-amount:]

    def __len__(self) -> int:
        return sum(map(len, self._hits.values()))


def _forget(keys: OrderedDict[str, list[float]], now: float) -> None:
    while keys:
        hits = next(iter(keys.values()))
        if len(keys) <= MOST_KEYS and hits and hits[-1] > now:
            return
        keys.popitem(last=False)


class InRedis:
    """While Redis is away nothing is limited, and UNCOUNTED says so."""

    def __init__(self, url: str) -> None:
        options = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
        storage = storage_from_string(url, implementation="redispy", wrap_exceptions=True, **options)
        self._storage = cast(RedisStorage, storage)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        try:
            return await self._storage.acquire_entry(key, limit, expiry, amount)
        except StorageError as error:
            UNCOUNTED.inc()
            log.error("the storage of the limits is away: nothing is limited", exc_info=error)
            return True

    async def give_back(self, key: str, expiry: int, amount: int = 1) -> None:
        bridge = cast(RedispyBridge, self._storage.bridge)
        try:
            await bridge.storage.lpop(bridge.prefixed_key(key), amount)
        except bridge.base_exceptions as error:
            log.error("the storage of the limits is away: a mail that is not sent stays counted", exc_info=error)
