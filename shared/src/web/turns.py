"""How many of a client's questions are answered at one time: its others wait, and nobody else's do."""

from asyncio import Semaphore
from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from web.client import client_of
from web.limits import READS

AT_ONCE = 8


class Turns:
    """Lets a client read so much at one time. A long page takes the processor, and memory while it is not read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._turns: dict[str, Semaphore] = {}
        self._asking: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self.app(scope, receive, send)
            return
        client = client_of(scope)
        self._asking[client] += 1
        try:
            async with self._turns.setdefault(client, Semaphore(AT_ONCE)):
                await self.app(scope, receive, send)
        finally:
            self._leave(client)

    def _leave(self, client: str) -> None:
        self._asking[client] -= 1
        if not self._asking[client]:
            del self._asking[client], self._turns[client]
