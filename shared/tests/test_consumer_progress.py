"""What a consumer has acknowledged when it ends, and whether it is alive."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from faststream.kafka import KafkaRouter

from bus.consumer import create_consumer, on_events
from shared.database import Session
from shared.events import AnyEvent
from shared.settings import Settings
from testkit.consuming import Handled, acknowledged, house_listed, send
from testkit.waiting import until


@dataclass
class Interrupted:
    """A handler that is in the middle of its transaction until it is let go on."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, events: list[AnyEvent], tx: Session) -> None:
        await tx.unhandled(events)
        self.begun.set()
        await self.goes_on.wait()

    def stop(self) -> None:
        self.begun.clear()
        self.goes_on.clear()


async def test_what_is_handled_is_acknowledged_and_a_batch_in_flight_at_the_end_is_not(
    settings, topic, group, producer
):
    router, handler = KafkaRouter(), Interrupted()
    on_events(router, topic, group=group)(handler)
    app = create_consumer(settings, router)

    async with app.router.lifespan_context(app):
        handler.goes_on.set()
        await send(producer, topic, house_listed())
        await until(lambda: acknowledged(settings, topic, group), seconds=10)
        handler.stop()
        await send(producer, topic, house_listed())
        await handler.begun.wait()
        await die(router)

    assert await acknowledged(settings, topic, group) == 1


async def die(router: KafkaRouter) -> None:
    """Leave the group, in the middle of a batch."""
    [subscriber] = router.subscribers
    await subscriber.consumer.stop()
    for task in subscriber.tasks:
        task.cancel()


@asynccontextmanager
async def watched(settings: Settings, router: KafkaRouter) -> AsyncIterator[Callable[[int], Awaitable[bool]]]:
    """A consumer, and whether its orchestrator, which asks if it is alive, gets that answer."""
    app = create_consumer(settings, router)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as http:

        async def answers(status: int) -> bool:
            return (await http.get("/health/live")).status_code == status

        yield answers


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second without progress is too long."""
    monkeypatch.setattr("bus.process.LONGEST_SILENCE_SECONDS", 0.5)
    monkeypatch.setattr("bus.consumer.WATCH_SECONDS", 0.01)


async def test_a_consumer_stuck_in_its_handler_is_not_alive_until_it_goes_on(
    settings, topic, group, producer, impatient
):
    router, handler = KafkaRouter(), Interrupted()
    on_events(router, topic, group=group)(handler)

    async with watched(settings, router) as answers:
        await send(producer, topic, house_listed())
        await handler.begun.wait()
        await until(lambda: answers(503), seconds=10)
        handler.goes_on.set()
        await until(lambda: answers(200), seconds=10)


async def test_a_consumer_whose_loop_has_ended_is_not_alive(settings, topic, group, impatient):
    router = KafkaRouter()
    on_events(router, topic, group=group)(Handled())

    async with watched(settings, router) as answers:
        await until(lambda: answers(200), seconds=10)
        await die(router)
        await until(lambda: answers(503), seconds=10)
