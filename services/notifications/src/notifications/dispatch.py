"""The mails under way: claimed, looked up, handed over as connections are free, and recorded as they come."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from bus.process import repeat
from notifications.deliveries import any_due, by_publisher, claim_due, renew, suppressed
from notifications.metrics import LOST, measure_away, measure_fault, measure_outcomes
from notifications.models.deliveries import Delivery
from notifications.outcomes import NOT_TRIED, Outcome, Verdict
from notifications.recorder import Entry, Recorder
from notifications.recording import record
from notifications.rules.notices import Priority
from notifications.smtp import Recorded
from notifications.transport import Look, MailTransport, log_of
from shared.clock import now
from shared.contacts import Found
from shared.database import Database

MOST = 200  # each asks a publisher for two ids at most, and it answers 500 at a time
FEW = 100
ROOM_SECONDS = 10
SLOW_SECONDS = 1
"""A publisher that has not answered for so long gets no more mails to answer for, and those it has take no room."""
LEFT_ALONE_SECONDS = 5
"""For so long a publisher is not asked that could not answer. Its mails wait for it, not each for a time of its own."""


class Dispatch:
    """While it is open the leases of what is under way are renewed. Closed, it finishes what the server has begun."""

    def __init__(self, database: Database, transport: MailTransport, wake: Callable[[], object] = lambda: None) -> None:
        """`wake` is called when mails of a publisher that was slow, or away, may be taken up again."""
        self._database = database
        self._transport = transport
        self._wake = wake
        self._under_way: dict[UUID, Delivery] = {}
        self._ours_until: dict[UUID, float] = {}
        self._asked: list[tuple[str, float]] = []
        self._left_alone_until: dict[str, float] = {}
        self._groups: set[asyncio.Task[None]] = set()
        self._recorder = Recorder(self._save)
        self._fewer = asyncio.Event()
        self._turn = asyncio.Lock()
        self._failure: BaseException | None = None

    async def __aenter__(self) -> Self:
        seconds = self._transport.lease_seconds / 3
        self._renewing = asyncio.ensure_future(repeat(self.renew, seconds, "leases could not be renewed"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._recorder.close()
        if self._groups:
            self._transport.smtp.stop()
            await asyncio.wait(self._groups)
        await self._recorder.flushed()
        self._renewing.cancel()

    async def start_due(self) -> int:
        """Take up what is due as far as there is room, and say how many. Raises what stopped those before."""
        self.raise_if_stopped()
        if not await self._is_room():
            return 0
        began = asyncio.get_running_loop().time()
        claimed = await self._claim(MOST - self._held(), self._slow() | self._left_alone())
        for one in claimed:
            self._under_way[one.id] = one
            self._ours_until[one.id] = began + self._transport.lease_seconds
        for publisher, group in by_publisher(claimed).items():
            self._start(self._send_all(publisher, group))
        return len(claimed)

    async def finished(self) -> None:
        """Wait until nothing is under way."""
        while self._groups:
            await asyncio.wait(self._groups)
        await self._recorder.flushed()

    def raise_if_stopped(self) -> None:
        if self._failure is not None:
            raise self._failure
        if away := self._transport.smtp.away:
            measure_fault(away.outcome)
            raise away

    async def renew(self) -> None:
        """Let the leases of what is under way last again as long as from now."""
        if not self._under_way:
            return
        began, mine = asyncio.get_running_loop().time(), list(self._under_way.values())
        async with self._turn, self._database.transaction() as tx:
            held = await renew(tx, mine, self._transport.lease_seconds)
        for one in held & self._under_way.keys():
            self._ours_until[one] = began + self._transport.lease_seconds

    async def _is_room(self) -> bool:
        """Wait for some, but not so long that the process seems to stand still."""
        loop = asyncio.get_running_loop()
        end = loop.time() + ROOM_SECONDS
        while self._held() > FEW and loop.time() < end:
            await self._some_end()
        return self._held() <= FEW

    async def _some_end(self) -> None:
        """Or a publisher may have become slow."""
        self._fewer.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(SLOW_SECONDS):
                await self._fewer.wait()

    def _slow(self) -> frozenset[str]:
        before = asyncio.get_running_loop().time() - SLOW_SECONDS
        return frozenset(publisher for publisher, asked_at in self._asked if asked_at < before)

    def _left_alone(self) -> frozenset[str]:
        time = asyncio.get_running_loop().time()
        return frozenset(publisher for publisher, until in self._left_alone_until.items() if time < until)

    def _leave_alone(self, publisher: str) -> None:
        if publisher not in self._left_alone():
            measure_away(publisher)
        self._left_alone_until[publisher] = asyncio.get_running_loop().time() + LEFT_ALONE_SECONDS

    def _held(self) -> int:
        slow = self._slow()
        return sum(one.publisher not in slow for one in self._under_way.values())

    async def _claim(self, limit: int, without: frozenset[str]) -> list[Delivery]:
        if not await any_due(self._database, without):
            return []
        async with self._database.committing_session() as tx:
            claimed = await claim_due(tx, limit, self._transport.lease_seconds, self._under_way.keys(), without)
        return sorted(claimed, key=lambda one: (one.priority, one.created_at))

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(sending)
        self._groups.add(task)
        task.add_done_callback(self._groups.discard)

    async def _send_all(self, publisher: str, deliveries: Sequence[Delivery]) -> None:
        """From look-up to record, for one publisher's contacts. One that fails unforeseen stops no other."""
        [look] = await asyncio.gather(self._look_up(publisher, deliveries), return_exceptions=True)
        if isinstance(look, BaseException):
            self._failure = look
            for delivery in deliveries:
                self._end(delivery, NOT_TRIED)
            return
        sending = []
        for delivery in deliveries:
            sending.append(asyncio.ensure_future(self._send(delivery, look)))
            await asyncio.sleep(0)  # or connections that are free would wait until all the mails are written
        results = await asyncio.gather(*sending, return_exceptions=True)
        for delivery, error in zip(deliveries, results, strict=True):
            if error is not None:
                log_of(delivery).error("a delivery failed unexpectedly", exc_info=error)
                self._end(delivery, Outcome(Verdict.LATER, "it failed unexpectedly"))

    async def _look_up(self, publisher: str, deliveries: Sequence[Delivery]) -> Look:
        with self._asking(publisher):
            found = await self._transport.look_up(publisher, deliveries)
        self._left_alone_until.pop(publisher, None)
        if isinstance(found, Outcome):
            self._leave_alone(publisher)
        contacts = found.contacts if isinstance(found, Found) else {}
        digests = {id_: self._transport.digest_of(contact.email) for id_, contact in contacts.items()}
        async with self._turn:
            return Look(found, digests, await suppressed(self._database, digests.values()) if digests else set())

    @contextmanager
    def _asking(self, publisher: str) -> Iterator[None]:
        """Know meanwhile since when the publisher has been asked."""
        asked = publisher, asyncio.get_running_loop().time()
        self._asked.append(asked)
        try:
            yield
        finally:
            if publisher in self._slow():
                self._wake()
            self._asked.remove(asked)

    async def _send(self, delivery: Delivery, look: Look) -> None:
        prepared = await self._transport.prepared(delivery, look)
        if isinstance(prepared, Outcome):
            if prepared.verdict is Verdict.PUBLISHER_AWAY:
                self._leave_alone(delivery.publisher)
            self._end(delivery, prepared)
        else:
            may_go, end = partial(self._may_go, delivery), partial(self._end, delivery)
            await self._transport.smtp.send(prepared, may_go, end)

    async def _may_go(self, delivery: Delivery) -> bool:
        """Whether it is still ours. That a statutory mail is about to be handed over is noted before."""
        if asyncio.get_running_loop().time() >= self._ours_until[delivery.id]:
            return False
        return delivery.priority != Priority.STATUTORY or await self._recorder.saved(self._recorder.put(delivery, None))

    def _end(self, delivery: Delivery, outcome: Outcome) -> Recorded:
        delivery.take(outcome, now(), self._transport.retry_seconds, jitter=random.random())
        return partial(self._recorder.saved, self._recorder.put(delivery, outcome))

    async def _save(self, entries: Sequence[Entry]) -> None:
        outcomes = [(entry.delivery, entry.outcome) for entry in entries if entry.outcome is not None]
        going = [entry.delivery for entry in entries if entry.outcome is None]
        async with self._turn:
            held = await record(self._database, outcomes, going)
        for entry in entries:
            entry.saved.set_result(entry.delivery.id in held)
        LOST.inc(len({entry.delivery.id for entry in entries} - held))
        measure_outcomes([(delivery, outcome) for delivery, outcome in outcomes if delivery.id in held])
        for delivery, _ in outcomes:
            self._forget(delivery)
        self._fewer.set()
        if any(outcome.verdict is Verdict.PUBLISHER_AWAY for _, outcome in outcomes):
            asyncio.get_running_loop().call_later(LEFT_ALONE_SECONDS, self._wake)

    def _forget(self, delivery: Delivery) -> None:
        self._under_way.pop(delivery.id, None)
        self._ours_until.pop(delivery.id, None)
