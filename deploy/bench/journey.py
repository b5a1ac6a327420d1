"""How long it is from a POST to the mail server's acceptance, when the system is idle and at a steady rate."""

import asyncio
import random
import time
from collections.abc import Collection

import uvloop

from deploy.bench import raw_journey, sink
from deploy.bench.figures import Figure, quantile
from deploy.bench.hops import Took, hops
from deploy.bench.load import NUMBERS, Accepted, Connection, connected, post_steadily
from deploy.bench.place import Place
from deploy.bench.processes import API, CONSUMER, MAILER, RELAY, Broken, Processes, running, within
from deploy.bench.sink import Sink
from deploy.bench.submissions import recipient

RATE = 200
IDLE_SECONDS = 5
PATIENCE_SECONDS = 60
WARM_UP = 20
SHARES = {"p50": 0.5, "p99": 0.99}
RAW = "produce, consume, hand over"


def measure(place: Place, idle: int, seconds: float) -> list[Figure]:
    with place.fresh() as folder, sink.started(folder) as mails:
        with running(folder, API, RELAY, CONSUMER, MAILER) as processes:
            port = processes.ports[API]
            uvloop.run(one_at_a_time(port, mails, WARM_UP))
            posted_at = uvloop.run(one_at_a_time(port, mails, idle))
            where = uvloop.run(hops(posted_at, mails.arrived_at))
            rest = _share_of_a_core(processes)
            steady = _steady(uvloop.run(post_steadily(port, RATE, seconds)), mails, seconds)
            processes.check()
        raw = uvloop.run(raw_journey.milliseconds(idle))
    return [*_idle(place, _milliseconds(posted_at, mails), raw, where), rest, *steady]


async def one_at_a_time(port: int, mails: Sink, count: int) -> dict[str, float]:
    """When each complaint was posted, the next one some time after the mail of the one before."""
    posted_at = {}
    async with connected(port) as connection:
        for _ in range(count):
            posted_at.update(await _post(connection))
            await _arrivals(mails, posted_at)
            await asyncio.sleep(random.uniform(0.03, 0.13))
    return posted_at


async def _post(connection: Connection) -> dict[str, float]:
    number, at = next(NUMBERS), time.time()
    if not await connection.post(number):
        raise Broken("the API refused a submission")
    return {recipient(number): at}


async def _arrivals(mails: Sink, wanted: Collection[str]) -> None:
    async with within(PATIENCE_SECONDS, "sending the mails"):
        while not mails.look().keys() >= set(wanted):
            await asyncio.sleep(0.003)


def _idle(place: Place, took: list[float], raw: list[float], where: Took) -> list[Figure]:
    most = {"p50": 60, "p99": 200} if place.is_real else {}
    return [
        Figure(
            f"POST to mail, idle, {name}",
            "ms",
            [quantile(took, share)],
            RAW,
            [quantile(raw, share)],
            at_most=most.get(name),
            parts=_parts(where, share),
        )
        for name, share in SHARES.items()
    ]


def _share_of_a_core(processes: Processes) -> Figure:
    before = processes.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    used = {name: 100 * (after - before[name]) / IDLE_SECONDS for name, after in processes.cpu_seconds().items()}
    return Figure("CPU of our idle processes", "% of a core", [sum(used.values())], parts=used)


def _steady(accepted: dict[str, Accepted], mails: Sink, seconds: float) -> list[Figure]:
    uvloop.run(_arrivals(mails, accepted))
    due_at = {to: times.due_at for to, times in accepted.items()}
    ends_at = min(due_at.values()) + seconds
    answered = sum(times.answered_at <= ends_at for times in accepted.values())
    mailed = sum(mails.arrived_at[to] <= ends_at for to in due_at)
    took, where = _milliseconds(due_at, mails), uvloop.run(hops(due_at, mails.arrived_at))
    return [
        Figure(f"accepted of {RATE}/s posted", "submissions/s", [answered / seconds]),
        Figure(f"mailed of {RATE}/s posted", "submissions/s", [mailed / seconds]),
        *(
            Figure(f"POST to mail at {RATE}/s, {name}", "ms", [quantile(took, share)], parts=_parts(where, share))
            for name, share in SHARES.items()
        ),
    ]


def _parts(where: Took, share: float) -> dict[str, float]:
    return {hop: quantile(values, share) for hop, values in where.items()}


def _milliseconds(posted_at: dict[str, float], mails: Sink) -> list[float]:
    return [(mails.arrived_at[to] - at) * 1000 for to, at in posted_at.items()]
