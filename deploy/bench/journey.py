"""How long it is from a POST to the mail server's acceptance: idle, at a steady rate, and with a backlog."""

import asyncio
import random
import time
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uvloop
from aiokafka import AIOKafkaConsumer
from aiosmtplib import SMTP
from sqlmodel import col

from bus.kafka import kafka_options, open_producer
from deploy.bench.environment import RAW_TOPIC, Broken, Environment, running, within
from deploy.bench.figures import Figure, quantile
from deploy.bench.load import (
    NUMBERS,
    Accepted,
    connections,
    fill_contacts,
    fill_outbox,
    post_steadily,
    recipient,
    request,
)
from deploy.bench.mails import Mails
from deploy.processes import Processes
from deploy.procfile import COMMANDS
from notifications.connection import connection_options
from notifications.models.deliveries import DELIVERY
from shared.contacts import Contact
from shared.database import Database
from shared.settings import Settings
from shared.tables import OUTBOX

API, RELAY = "eservice-intake-api", "eservice-intake-relay"
BEHIND = (API, RELAY, "notifications-consumer", "notifications-mailer")
RATE = 200
IDLE_SECONDS = 10
PATIENCE_SECONDS = 240
WARM_UP = 20
SHARES = {"p50": 0.5, "p99": 0.99}

Took = dict[str, list[float]]


def measure(environment: Environment, idle: int, seconds: float) -> list[Figure]:
    mails = Mails(environment.mails)
    with environment.fresh() as folder:
        with running(folder, COMMANDS) as (processes, ports):
            uvloop.run(_one_at_a_time(ports[API], mails, WARM_UP))
            posted_at = uvloop.run(_one_at_a_time(ports[API], mails, idle))
            parts = uvloop.run(hops(posted_at, mails.arrived_at))
            rest = _share_of_a_core(processes, IDLE_SECONDS * min(1, seconds))
            steady = _steady(uvloop.run(post_steadily(ports[API], RATE, seconds)), mails, seconds)
        raw = uvloop.run(_raw_milliseconds(idle))
    return [*_idle(_milliseconds(posted_at, mails), raw, parts), rest, *steady]


def _idle(took: list[float], raw: list[float], parts: Took) -> list[Figure]:
    return [
        Figure(
            f"POST to mail, idle, {name}",
            "ms",
            [quantile(took, share)],
            "produce, consume, hand over",
            [quantile(raw, share)],
            parts=_parts(parts, share),
        )
        for name, share in SHARES.items()
    ]


async def _one_at_a_time(port: int, mails: Mails, count: int) -> dict[str, float]:
    """When each complaint was posted, the next one some time after the mail of the one before."""
    posted_at = {}
    async with connections([port], 1) as [connection]:
        for _ in range(count):
            number, at = next(NUMBERS), time.time()
            await connection.ask(request(number))
            posted_at[recipient(number)] = at
            await _arrivals(mails, posted_at)
            await asyncio.sleep(random.uniform(0.03, 0.13))
    return posted_at


async def _arrivals(mails: Mails, wanted: Collection[str]) -> None:
    async with within(PATIENCE_SECONDS, "sending the mails"):
        while not mails.look().keys() >= set(wanted):
            await asyncio.sleep(0.001)


def _share_of_a_core(processes: Processes, seconds: float) -> Figure:
    """What the system's processes use together when nothing is to be done."""
    before = processes.cpu_seconds()
    time.sleep(seconds)
    used = {name: 100 * (after - before[name]) / seconds for name, after in processes.cpu_seconds().items()}
    return Figure("CPU of all our processes, idle", "% of a core", [sum(used.values())], at_most=3, parts=used)


def _steady(accepted: dict[str, Accepted], mails: Mails, seconds: float) -> list[Figure]:
    uvloop.run(_arrivals(mails, accepted))
    due_at = {to: times.due_at for to, times in accepted.items()}
    ends_at = min(due_at.values()) + seconds
    answered = sum(times.answered_at <= ends_at for times in accepted.values())
    mailed = sum(mails.arrived_at[to] <= ends_at for to in due_at)
    took, parts = _milliseconds(due_at, mails), uvloop.run(hops(due_at, mails.arrived_at))
    return [
        Figure(f"accepted of {RATE}/s posted", "submissions/s", [answered / seconds]),
        Figure(f"mailed of {RATE}/s posted", "submissions/s", [mailed / seconds]),
        *(
            Figure(f"POST to mail at {RATE}/s, {name}", "ms", [quantile(took, share)], parts=_parts(parts, share))
            for name, share in SHARES.items()
        ),
    ]


def _parts(took: Took, share: float) -> dict[str, float]:
    return {hop: quantile(values, share) for hop, values in took.items()}


def _milliseconds(posted_at: dict[str, float], mails: Mails) -> list[float]:
    return [(mails.arrived_at[to] - at) * 1000 for to, at in posted_at.items()]


async def hops(posted_at: Mapping[str, float], arrived_at: Mapping[str, float]) -> Took:
    """Where the time went, in milliseconds, by what the databases noted."""
    outbox = await _rows("eservice-intake", OUTBOX.c.event_id, OUTBOX.c.created_at, OUTBOX.c.published_at)
    events: dict[UUID, tuple[datetime, datetime]] = {row.event_id: (row.created_at, row.published_at) for row in outbox}
    people = {row.id: row.email for row in await _rows("eservice-intake", col(Contact.id), col(Contact.email))}
    took: Took = {}
    for row in await _rows("notifications", DELIVERY.c.event_id, DELIVERY.c.contact_id, DELIVERY.c.created_at):
        to = people[row.contact_id]
        if to not in posted_at:
            continue
        written, published = (at.timestamp() for at in events[row.event_id])
        queued = row.created_at.timestamp()
        for name, begins, ends in (
            ("POST → event in the outbox", posted_at[to], written),
            ("→ marked as published", written, published),
            ("→ delivery in the queue", published, queued),
            ("→ accepted by the mail server", queued, arrived_at[to]),
        ):
            took.setdefault(name, []).append((ends - begins) * 1000)
    return took


async def _rows(service: str, *columns: Any) -> list[Any]:
    database = Database(Settings(service=service))
    async with database.reading() as session:
        rows = (await (await session.connection()).execute(sa.select(*columns))).all()
    await database.close()
    return list(rows)


async def _raw_milliseconds(count: int) -> list[float]:
    """The same way with nothing kept: one record to Kafka and back, one mail that was written before."""
    settings = Settings(service="notifications")
    topic = settings.on_kafka(RAW_TOPIC)
    consumer = AIOKafkaConsumer(topic, **kafka_options(settings))
    mail = b"Subject: raw\r\n\r\n" + 500 * b"x"
    took = []
    async with consumer, open_producer(settings) as producer, SMTP(**connection_options(settings.smtp_url)) as smtp:
        await consumer.seek_to_end()
        for number in range(count):
            began = time.perf_counter()
            await producer.send_and_wait(topic, mail, str(number).encode())
            await consumer.getone()
            await smtp.sendmail("bench@example.com", recipient(number), mail)
            took.append((time.perf_counter() - began) * 1000)
    return took


def measure_backlog(environment: Environment, count: int) -> list[Figure]:
    """How fast published events go all the way, with the processes just started."""
    mails = Mails(environment.mails)
    with environment.fresh("eservice-intake", "notifications") as folder:
        uvloop.run(fill_contacts(count))
        uvloop.run(fill_outbox(count))
        began = time.time()
        with running(folder, {name: COMMANDS[name] for name in BEHIND}, wait=False) as (processes, _):
            _wait_for_all(processes, mails, count)
    arrived = sorted(mails.arrived_at.values())
    return [
        Figure(f"backlog of {count:,}, start included", "submissions/s", [count / (arrived[-1] - began)]),
        Figure(f"backlog of {count:,}, from the first mail", "submissions/s", [count / (arrived[-1] - arrived[0])]),
    ]


def _wait_for_all(processes: Processes, mails: Mails, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(mails.look()) < count:
        processes.check()
        if time.monotonic() > deadline:
            raise Broken(f"{len(mails.arrived_at)} of {count} mails arrived in {PATIENCE_SECONDS} s")
        time.sleep(0.1)
