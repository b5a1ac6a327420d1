"""How fast the relay sends a full outbox, beside sends that nothing waits for and nothing marks."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import uvloop
from aiokafka import AIOKafkaProducer

from deploy.bench.figures import Figure
from deploy.bench.own_topics import RELAYED
from deploy.bench.place import Place
from deploy.bench.processes import Broken
from deploy.bench.submissions import events, fill_outbox
from shared.cloudevents import outbox_row
from shared.database import Database
from shared.process import Liveness
from shared.relay import Relay
from shared.settings import Settings

RAW_BATCH = 500


def measure(place: Place, runs: int, count: int) -> list[Figure]:
    relayed, raw = [], []
    for _ in range(runs):
        raw.append(uvloop.run(raw_sends(count)))
        with place.fresh():
            relayed.append(uvloop.run(relay(count)))
    return [
        Figure(
            "relay",
            "events/s",
            relayed,
            "pipelined aiokafka sends",
            raw,
            at_least=15_000,
            raw_share=0.5,
        )
    ]


async def relay(count: int) -> float:
    settings = Settings(service="eservice-intake")
    database = Database(settings)
    await fill_outbox(count, RELAYED)
    sent = 0
    relay = Relay(settings, database, Liveness())
    async with relay.opened():
        began = time.perf_counter()
        while some := await relay.step():
            sent += some
        seconds = time.perf_counter() - began
    await database.close()
    if sent != count:
        raise Broken(f"the relay sent {sent} of {count} events")
    return count / seconds


async def raw_sends(count: int) -> float:
    settings = Settings(service="eservice-intake")
    rows = [outbox_row(event, settings.municipality_code) for batch in events(count) for event in batch]
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        linger_ms=2,
        max_batch_size=256 * 1024,
    )
    async with producer:
        began = time.perf_counter()
        for first in range(0, count, RAW_BATCH):
            await _send(producer, rows[first : first + RAW_BATCH])
        return count / (time.perf_counter() - began)


async def _send(producer: AIOKafkaProducer, rows: Sequence[dict[str, Any]]) -> None:
    futures = []
    for row in rows:
        headers = [(name, text.encode()) for name, text in row["headers"].items()]
        futures.append(await producer.send(RELAYED, row["value"], row["key"].encode(), headers=headers))
    await asyncio.gather(*futures)
