"""Security events: a request that is refused for who asks, or how often, is counted and leaves a line in the log."""

import hashlib
import hmac
import secrets
import time
from collections import Counter

import prometheus_client
from fastapi import Request

from shared.errors import DomainError, Forbidden, TooManyRequests, Unauthorized
from shared.logging import log
from shared.settings import Settings
from shared.staff import NotYourUnit, Person
from web.client import client_of

LINES_OF_A_CLIENT = 60
LINES_OF_ALL = 3000
"""A minute. Whoever is refused more often fills no disk and pushes no older line out of it; all of it is counted."""
_refusals = prometheus_client.Counter(
    "kommunbuss_refusals", "Requests refused for who asked or how often, by the code of the answer.", ["code"]
)
for _kind in (Unauthorized, Forbidden, NotYourUnit, TooManyRequests):  # `increase()` misses a counter's first sample
    _refusals.labels(_kind.__name__)


class SecurityLog:
    """Writes who was refused what. A client is known by a hash of its address that only we can make."""

    def __init__(self, settings: Settings) -> None:
        key = settings.address_key
        self._key = key.get_secret_value().encode() if key else secrets.token_bytes(32)
        self._minute = self._written = 0
        self._lines = Counter[str]()

    def refused(self, request: Request, error: DomainError, route: str) -> None:
        _refusals.labels(error.code).inc()
        client = self.hash_of(client_of(request.scope))
        if not self._may_write(client, time.time()):
            return
        person: Person | None = getattr(request.state, "person", None)
        log.warning(
            "refused",
            code=error.code,
            status=error.status,
            method=request.method if request.method in ("GET", "POST") else "other",
            route=route,
            client=client,
            subject=person.subject if person else None,
            reason=type(error.__cause__).__name__ if error.__cause__ else None,
        )

    def hash_of(self, address: str) -> str:
        return hmac.new(self._key, address.encode(), hashlib.sha256).hexdigest()[:16]

    def _may_write(self, client: str, at: float) -> bool:
        if int(at // 60) != self._minute:
            self._minute, self._written, self._lines = int(at // 60), 0, Counter()
        if self._written >= LINES_OF_ALL or self._lines[client] >= LINES_OF_A_CLIENT:
            return False
        self._lines[client] += 1
        self._written += 1
        return True
