"""The list of e-services: which units some entries of the menu are for hangs on it, and every page asks."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from portal.clients.base import Away, Refused
from portal.clients.eservices import Brief, EServices

ASKED_EVERY = timedelta(minutes=1)


class Published:
    """What was said last. An e-service that is published meanwhile is known within a minute."""

    def __init__(self) -> None:
        self._eservices: tuple[Brief, ...] = ()
        self._ask_at = datetime.min.replace(tzinfo=UTC)

    def learn(self, eservices: Iterable[Brief]) -> None:
        self._eservices = tuple(eservices)

    def units_with(self, which: Callable[[Brief], bool]) -> frozenset[str]:
        """The units of those e-services."""
        return frozenset(one.unit for one in self._eservices if which(one))

    async def keep_up(self, ask: EServices, at: datetime) -> None:
        """Ask, if nobody has within a minute. What was known stays when there is no answer."""
        if at < self._ask_at:
            return
        self._ask_at = at + ASKED_EVERY
        try:
            self.learn(await ask.all())
        except (Away, Refused):
            return
