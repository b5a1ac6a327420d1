"""Sends the mails that are due."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bus.worker import Worker
from notifications.dispatch import Dispatch
from notifications.metrics import measure_waiting
from notifications.models.deliveries import MAILS
from notifications.suppression import AddressDigest
from notifications.transport import open_transport


class Mailer(Worker):
    """Each step takes up what is due as far as there is room; what was taken up before is sent meanwhile."""

    channel = MAILS
    _dispatch: Dispatch

    async def require(self) -> None:
        AddressDigest(self.settings)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with (
            open_transport(self.settings) as transport,
            Dispatch(self.database, transport, self.wake) as self._dispatch,
        ):
            yield

    async def step(self) -> int:
        return await self._dispatch.start_due()

    async def measure(self) -> None:
        await measure_waiting(self.database)
