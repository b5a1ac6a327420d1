"""Which units people can book times with, as the list of e-services says: the menu of every page asks."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from portal.clients.base import Away, Refused
from portal.clients.eservices import Brief, EServices

ASKED_EVERY = timedelta(minutes=1)


class Bookable:
    """What was said last. An e-service that is published meanwhile is known within a minute."""

    def __init__(self) -> None:
        self.units: frozenset[str] = frozenset()
        self._ask_at = datetime.min.replace(tzinfo=UTC)

    def learn(self, eservices: Iterable[Brief]) -> None:
        self.units = frozenset(one.unit for one in eservices if one.bookable)

    async def keep_up(self, ask: EServices, at: datetime) -> None:
        """Ask, if nobody has within a minute. What was known stays when there is no answer."""
        if at < self._ask_at:
            return
        self._ask_at = at + ASKED_EVERY
        try:
            self.learn(await ask.all())
        except (Away, Refused):
            return
