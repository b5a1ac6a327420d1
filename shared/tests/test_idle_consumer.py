"""A consumer without records sleeps until there are some."""

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from faststream.kafka import KafkaRouter

from bus.consumer import create_consumer, on_events, records_of
from shared.database import Session
from shared.events import AnyEvent


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How Kafka's client was asked for records, each time."""
    looks, look = [], AIOKafkaConsumer.getmany

    async def noted(consumer: AIOKafkaConsumer, **options: Any) -> Any:
        looks.append(options)
        return await look(consumer, **options)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", noted)
    return looks


async def test_an_idle_consumer_does_not_look_again_and_again(settings, topic, group, looks):
    router = KafkaRouter()

    @on_events(router, topic, group=group)
    async def handle(events: list[AnyEvent], tx: Session) -> None:
        """Nothing comes."""

    app = create_consumer(settings, router)
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.5)

    assert len(looks) <= 3


async def test_what_comes_is_given_at_once():
    answers = iter([{}, {}, {"partition": ["record"]}])

    async def look(**_: Any) -> dict[str, list[str]]:
        return next(answers)

    async with asyncio.timeout(1):
        assert await records_of(look, timeout_ms=10, max_records=500) == {"partition": ["record"]}
