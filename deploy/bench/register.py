"""How long staff and applicants wait for a case, with a million of them beside a thousand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import uvloop

from deploy.bench.cases import MUNICIPALITY, ON_THE_RECEIPT, fill, number_of
from deploy.bench.environment import Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.bench.load import Asked, ask
from deploy.embedded.tokens import bearer, staff_token
from deploy.procfile import COMMANDS
from eservice_intake.cases.entries import entry_of
from eservice_intake.cases.models import Case
from shared.settings import Settings

API = "eservice-intake-api"
UNIT = "avlopp"
FEW, ROUNDS, WARM_UP = 1_000, 300, 20
Took = dict[str, float]
"""Milliseconds, by what was asked."""


def measure(environment: Environment, count: int) -> list[Figure]:
    """Each question asked of a few cases and of many, in turn: what slows one slows both. Goals are PostgreSQL's."""
    size = max(count, FEW)
    with _serving(environment, FEW) as ask_few, _serving(environment, size) as ask_many:
        rounds = [(ask_few(number), ask_many(number)) for number in range(WARM_UP + ROUNDS)][WARM_UP:]
    has_goals = environment.server is not None
    figures = []
    for question in rounds[0][0]:
        few, many = ([one[question] for one in asked] for asked in zip(*rounds, strict=True))
        name = f"{question}, {size:,} cases"
        figures += [
            Figure(
                f"{name}, p50",
                "ms",
                [quantile(many, 0.5)],
                beside=f"{FEW:,} cases",
                beside_runs=[quantile(few, 0.5)],
                ratio_at_most=1.5 if has_goals else None,
            ),
            Figure(f"{name}, p99", "ms", [quantile(many, 0.99)], at_most=50 if has_goals else None),
        ]
    return figures


@contextmanager
def _serving(environment: Environment, count: int) -> Iterator[Callable[[int], Took]]:
    """An API over so many cases, and what asks it everything about the one of a number."""
    issuer = Settings(service="bench").oidc_issuer or ""
    staff, clerk = (bearer(staff_token(issuer, roles=role, units=UNIT)) for role in ("administrator", "caseworker"))
    with environment.fresh("eservice-intake") as folder:
        cases = uvloop.run(fill(count))
        with running(folder, {API: COMMANDS[API]}) as (_, ports), _client(ports[API]) as client:
            yield lambda number: _round(client, cases[number * 7 % len(cases)], staff, clerk)


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)


def _round(client: httpx.Client, case: Case, staff: Mapping[str, str], clerk: Mapping[str, str]) -> Took:
    questions = [*_questions(case, staff), *_own_units(case, clerk)]
    return {name: ask(client, asked) for name, asked in questions}


def _questions(case: Case, staff: Mapping[str, str]) -> Iterator[tuple[str, Asked]]:
    for name, wanted in _filters(case):
        yield f"search by {name}", {"method": "GET", "url": "/cases", "params": wanted, "headers": staff}
    wanted = {"personal_number": number_of(case)}
    yield "search by identity number", {"method": "POST", "url": "/cases/search", "json": wanted, "headers": staff}
    own = {"X-Application-Secret": ON_THE_RECEIPT}
    yield "a case read", {"method": "GET", "url": f"/cases/{case.reference}", "headers": staff}
    yield "a status read", {"method": "GET", "url": f"/applications/{case.reference}", "headers": own}


def _own_units(case: Case, clerk: Mapping[str, str]) -> Iterator[tuple[str, Asked]]:
    """What a caseworker of one unit asks, whose cases meet it or not."""
    for name in ("status", "kind", "eservice"):
        wanted = {name: getattr(case, name)}
        yield f"own unit's by {name}", {"method": "GET", "url": "/cases", "params": wanted, "headers": clerk}


def _filters(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    entry = entry_of(case, MUNICIPALITY)
    day = case.received_at.date().isoformat()
    for name in ("unit", "status", "kind", "eservice", "property_designation"):
        yield name.replace("_", " "), {name: entry[name]}
    yield "handler", {"handler_id": str(case.handler_id)}
    yield "period", {"received_from": day, "received_to": day}
    yield "what is due", {"due_to": entry["due_on"] or day}
    yield "reference", {"text": case.reference}
    yield "diary number", {"text": case.diary}
    yield "name", {"text": case.sender or ""}
    yield "words", {"text": " ".join(case.answers["description"].split()[:2])}
