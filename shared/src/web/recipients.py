"""The mails and seats that a request asks for: how much of them a client, and all together, may use."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

from fastapi import Depends, Request

from shared.errors import TooManyRequests
from web.client import client_of
from web.limits import Limiter, Share


class TooManyMails(TooManyRequests):
    """That e-mail address has been sent many confirmations lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Den e-postadressen har fått många bekräftelser nyligen. Vänta en timme och försök igen."


class Recipients:
    """The mails that a request asks for. They are not counted when it fails, or repeats one that has been answered.

    Nothing stays counted, messages and seats neither, unless `count` or `confirm` is called. What one client asks for
    is counted for itself, so that it uses up nobody else's share alone.
    """

    def __init__(self, request: Request) -> None:
        self._limiter: Limiter = request.app.state.limiter
        self._client = client_of(request.scope)
        self._counted: list[Share] = []
        self._is_refused = False
        self._are_sent = False

    async def reserve(self, address: str) -> None:
        """Count a mail to the address until the request ends, and for good if `confirm` is called."""
        of_client, of_all = self._limiter.of_mails(self._client, address), self._limiter.of_mails_by_all(address)
        self._is_refused |= not (await self._use(of_client) and await self._use(of_all))

    async def allows_message(self, about: str) -> bool:
        """Count a message about something, unless the client has written many; others may write as many."""
        return await self._use(self._limiter.of_messages(self._client, about))

    async def allows_seats(self, event: str, amount: int) -> bool:
        """Count seats of an event, unless the client has had its share of them."""
        return await self._use(self._limiter.of_seats(self._client, event, amount))

    async def _use(self, share: Share) -> bool:
        is_left = await self._limiter.count(share)
        if is_left:
            self._counted.append(share)
        return is_left

    def confirm(self) -> None:
        """Keep what is counted. Raises TooManyMails when an address that was reserved has had its share."""
        if self._is_refused:
            raise TooManyMails
        self._are_sent = True

    async def count(self, address: str) -> None:
        """Count a mail to the address; raise TooManyMails when it has had its share."""
        await self.reserve(address)
        self.confirm()

    async def __aenter__(self) -> "Recipients":
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None and self._are_sent:
            return
        for share in self._counted:
            await self._limiter.give_back(share)


async def _recipients(request: Request) -> AsyncIterator[Recipients]:
    async with Recipients(request) as recipients:
        yield recipients


RecipientLimit = Annotated[Recipients, Depends(_recipients, scope="function")]
