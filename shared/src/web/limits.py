"""How often a client may ask or change something, how much it may upload, and how often a mailbox may be named."""

import hashlib
from functools import lru_cache
from typing import NamedTuple

from fastapi import Request
from limits import RateLimitItem, parse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import TooManyRequests
from shared.identifiers import mailbox
from shared.settings import Settings
from web.client import client_of
from web.problems import refused
from web.windows import InProcess, InRedis, Window

MEGABYTE = 1024 * 1024
READS = ("GET", "HEAD", "OPTIONS")
CLIENTS_A_MAILBOX = 2
"""As many clients as this, each with its share of mails, use up what a mailbox may have: one alone cannot."""


class Share(NamedTuple):
    """How often who may use what, and how much of it is used."""

    limit: RateLimitItem
    who: str
    amount: int = 1


class Limiter:
    def __init__(self, settings: Settings) -> None:
        url = settings.rate_limit_storage
        self._window: Window = InProcess() if url.startswith("async+memory") else InRedis(url)
        self._changes, self._reads = parse(settings.rate_limit), parse(settings.read_rate_limit)
        self._seats, self._uploads = parse(settings.seat_limit), parse(f"{settings.upload_megabytes_per_hour}/hour")
        self._mails = mails = parse(settings.recipient_rate_limit)
        self._mails_by_all = type(mails)(CLIENTS_A_MAILBOX * mails.amount, mails.multiples)

    def of_requests(self, client: str, reads: bool) -> Share:
        return Share(self._reads, f"reads/{client}") if reads else Share(self._changes, f"changes/{client}")

    def of_uploads(self, client: str, size: int) -> Share:
        """The bytes that a client uploads. Each begun megabyte counts as a whole one."""
        return Share(self._uploads, f"uploads/{client}", -(-size // MEGABYTE) or 1)

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


@lru_cache(1_000)
def _digest(address: str) -> str:
    """The storage learns no address."""
    return hashlib.sha256(mailbox(address).encode()).hexdigest()


class RateLimit:
    """Refuses a client's request with 429 when it has read or changed things too often."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self.app = app
        self.limiter = limiter

    async def _allows(self, scope: Scope) -> bool:
        return await self.limiter.count(self.limiter.of_requests(client_of(scope), scope["method"] in READS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or await self._allows(scope):
            await self.app(scope, receive, send)
            return
        await (await refused(Request(scope), TooManyRequests()))(scope, receive, send)
