"""How long the guide takes to say what somebody must do, beside an endpoint that answers the same and does nothing."""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from urllib.parse import urlencode

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.bench.environment import Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.bench.load import OK, connections
from deploy.procfile import COMMANDS
from permit_guide.guide.answers import of_facts, written
from permit_guide.guide.judging import result_of
from permit_guide.guide.loading import current
from permit_guide.guide.presentation import Presenter
from shared.events import Language

API, BARE = "permit-guide-api", "a bare endpoint"
BARE_COMMAND = "uvicorn --factory deploy.bench.guide:bare --port $PORT"
RESULT, WARM_UP = "/permit-guide/result", 50
GOAL_MILLISECONDS = 2


def measure(environment: Environment, runs: int, count: int) -> list[Figure]:
    """Each golden case in turn, one request after the other on one connection, first of one and then of the other."""
    commands = {API: COMMANDS[API], BARE: BARE_COMMAND}
    with environment.fresh("permit-guide") as folder, running(folder, commands) as (_, ports):
        took = [[uvloop.run(_took(ports[name], count)) for name in commands] for _ in range(runs)]

    def of(system: int, share: float) -> list[float]:
        return [quantile(one[system], share) for one in took]

    return [
        Figure("a result of the guide, p50", "ms", of(0, 0.5), BARE, of(1, 0.5), at_most=GOAL_MILLISECONDS),
        Figure("a result of the guide, p99", "ms", of(0, 0.99), BARE, of(1, 0.99)),
    ]


def addresses() -> list[str]:
    """Where the results of the golden cases are."""
    cases = current().golden
    return [f"{RESULT}?{urlencode({name: written(value) for name, value in one.facts.items()})}" for one in cases]


async def _took(port: int, count: int) -> Sequence[float]:
    """Milliseconds of each request."""
    took: list[float] = []
    requests = [f"GET {one} HTTP/1.1\r\nHost: bench\r\n\r\n".encode() for one in addresses()]
    async with connections([port], 1) as [connection]:
        for request in islice(cycle(requests), WARM_UP + count):
            began = time.perf_counter()
            await connection.ask(request, OK)
            took.append((time.perf_counter() - began) * 1000)
    return took[WARM_UP:]


def bare() -> Starlette:
    """Answers with a result that it has made before, and does nothing else."""
    guide, day = current(), current().tested_on
    answers = of_facts(guide, guide.golden[1].facts)
    body = Presenter(guide, Language.SWEDISH).result(result_of(guide, answers, day), answers, day).model_dump_json()

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route(RESULT, answer), Route("/health/ready", answer)])
