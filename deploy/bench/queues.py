"""How long staff wait for their queues and mails, with a million tasks that are done beside a thousand."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import uvloop

from deploy.bench.environment import Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.bench.load import Asked, ask
from deploy.bench.tasks import HOLDER, SERVICE, UNITS, fill
from deploy.embedded.tokens import bearer, staff_token
from deploy.procfile import COMMANDS
from shared.settings import Settings

API = "notifications-api"
UNIT = UNITS[0]
FEW, ROUNDS, WARM_UP = 1_000, 150, 10
PAGE = "a queue's page"
MOST_MILLISECONDS = {PAGE: 2.0}
IN_SQL = {
    "a queue's page in SQL": f"""SELECT * FROM staff_task WHERE queue = '{UNIT}' AND status <> 'done'
        ORDER BY urgent DESC, has_news DESC, created_at, id LIMIT 21""",
    "what waits in SQL": """SELECT queue, status, count(*), min(created_at) FROM staff_task WHERE status <> 'done'
        GROUP BY queue, status""",
    "a unit's mails in SQL": f"SELECT * FROM delivery WHERE unit = '{UNIT}' ORDER BY created_at DESC, id DESC LIMIT 21",
}
SCANS = "SELECT sum(seq_scan)::int FROM pg_stat_user_tables WHERE relname IN ('staff_task', 'delivery')"
Fetch = Callable[[str], Any]
"""The first value of what a statement finds."""
Took = dict[str, float]
"""Milliseconds, by what was asked."""


def measure(environment: Environment, count: int) -> list[Figure]:
    """Each question asked of few tasks and of many, in turn: what slows one slows both. Goals are PostgreSQL's."""
    size = max(count, FEW)
    scans: list[float] = []
    with _serving(environment, FEW, []) as ask_few, _serving(environment, size, scans) as ask_many:
        rounds = [(ask_few(), ask_many()) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    figures = []
    for question in rounds[0][0]:
        few, many = ([one[question] for one in asked] for asked in zip(*rounds, strict=True))
        figures += list(_figures(question, size, few, many, has_goals=environment.server is not None))
    whole = Figure(f"tables read whole, {size:,} tasks", "times", scans, at_most=0)
    return [*figures, whole] if scans else figures


def _figures(
    question: str, size: int, few: Sequence[float], many: Sequence[float], has_goals: bool
) -> Iterator[Figure]:
    goals: dict[str, Any] = {"ratio_at_most": 1.5, "at_most": MOST_MILLISECONDS.get(question)} if has_goals else {}
    for share, wanted in ((0.5, goals), (0.99, {})):
        name, beside = f"{question}, {size:,} tasks, p{share * 100:.0f}", [quantile(few, share)]
        yield Figure(name, "ms", [quantile(many, share)], f"{FEW:,} tasks", beside, **wanted)


@contextmanager
def _serving(environment: Environment, count: int, scans: list[float]) -> Iterator[Callable[[], Took]]:
    """An API over so many tasks, and what asks it everything. Adds how often PostgreSQL read a table whole."""
    questions = dict(_questions(Settings(service="bench").oidc_issuer or ""))
    with environment.fresh(SERVICE) as folder, _driver(environment) as fetch:
        uvloop.run(fill(count))
        before = fetch(SCANS) if fetch else 0
        with running(folder, {API: COMMANDS[API]}) as (_, ports), _client(ports[API]) as client:
            yield lambda: {
                **{name: ask(client, asked) for name, asked in questions.items()},
                **{name: _milliseconds(fetch, statement) for name, statement in IN_SQL.items() if fetch},
            }
        if fetch:
            scans.append(fetch(SCANS) - before)


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)


def _questions(issuer: str) -> Iterator[tuple[str, Asked]]:
    one, three, every = ("caseworker", UNIT), ("caseworker", " ".join(UNITS[:3])), ("administrator", "")
    for name, (role, units), url in (
        (PAGE, one, f"/queues/{UNIT}/tasks"),
        ("a page of done tasks", one, f"/queues/{UNIT}/tasks?status=done"),
        ("a page of what one has done", one, f"/queues/{UNIT}/tasks?status=done&mine=true"),
        ("what waits in each queue", every, "/queues"),
        ("tasks by the day they are due", one, "/tasks"),
        ("what each view has", every, "/tasks/counts"),
        ("a unit's mails", one, "/deliveries"),
        ("three units' mails", three, "/deliveries"),
        ("everybody's mails", every, "/deliveries"),
        ("a unit's failed mails", one, "/deliveries?status=failed"),
    ):
        headers = bearer(staff_token(issuer, name=HOLDER, roles=role, units=units))
        yield name, {"method": "GET", "url": url, "headers": headers}


@contextmanager
def _driver(environment: Environment) -> Iterator[Fetch | None]:
    """What asks PostgreSQL without anything of ours."""
    if environment.server is None:
        yield None
        return
    url = Settings(service=SERVICE).database.replace("+asyncpg", "")
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))

        def fetch(statement: str) -> Any:
            rows = runner.run(connection.fetch(statement))
            return rows[0][0] if rows else None

        yield fetch
        runner.run(connection.close())


def _milliseconds(fetch: Fetch, statement: str) -> float:
    began = time.perf_counter()
    fetch(statement)
    return (time.perf_counter() - began) * 1000
