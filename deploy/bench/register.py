"""How long staff and applicants wait for a case, with a million of them beside a thousand."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import uvloop

from deploy.bench.cases import MUNICIPALITY, ON_THE_RECEIPT, fill, number_of
from deploy.bench.environment import Broken, Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.embedded.tokens import bearer, staff_token
from deploy.procfile import COMMANDS
from eservice_intake.cases.entries import entry_of
from eservice_intake.cases.models import Case
from shared.settings import Settings

UNIT = "avlopp"
FEW, ROUNDS, WARM_UP = 1_000, 100, 5
Asked = dict[str, Any]
Took = dict[str, list[float]]
"""Milliseconds, by what was asked."""


def measure(environment: Environment, count: int) -> list[Figure]:
    """Each question asked of a few cases and of many. The goals are PostgreSQL's."""
    few, many = (_asked(environment, size) for size in (FEW, max(count, FEW)))
    has_goals = environment.server is not None
    figures = []
    for question, took in many.items():
        name = f"{question}, {max(count, FEW):,} cases"
        figures += [
            Figure(
                f"{name}, p50",
                "ms",
                [quantile(took, 0.5)],
                beside=f"{FEW:,} cases",
                beside_runs=[quantile(few[question], 0.5)],
                ratio_at_most=1.5 if has_goals else None,
            ),
            Figure(f"{name}, p99", "ms", [quantile(took, 0.99)], at_most=50 if has_goals else None),
        ]
    return figures


def _asked(environment: Environment, count: int) -> Took:
    with environment.fresh("eservice-intake") as folder:
        cases = uvloop.run(fill(count))
        commands = {"eservice-intake-api": COMMANDS["eservice-intake-api"]}
        with running(folder, commands) as (_, ports):
            url = f"http://127.0.0.1:{ports['eservice-intake-api']}"
            return _took(url, cases)


def _took(url: str, cases: list[Case]) -> Took:
    issuer = Settings(service="bench").oidc_issuer or ""
    staff, clerk = (bearer(staff_token(issuer, roles=role, units=UNIT)) for role in ("administrator", "caseworker"))
    with httpx.Client(base_url=url, timeout=60) as client:
        rounds = [_round(client, cases[number * 7 % len(cases)], staff, clerk) for number in range(WARM_UP + ROUNDS)]
    return {name: [one[name] for one in rounds[WARM_UP:]] for name in rounds[0]}


def _round(client: httpx.Client, case: Case, staff: Mapping[str, str], clerk: Mapping[str, str]) -> dict[str, float]:
    questions = [*_questions(case, staff), *_own_units(case, clerk)]
    return {name: _ask(client, asked) for name, asked in questions}


def _ask(client: httpx.Client, asked: Asked) -> float:
    """How many milliseconds the answer took."""
    began = time.perf_counter()
    answer = client.request(**asked)
    if answer.status_code != httpx.codes.OK:
        raise Broken(f"{asked['url']}: {answer.status_code} {answer.text}")
    return (time.perf_counter() - began) * 1000


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
    yield "name", {"text": case.sender or ""}
    yield "words", {"text": " ".join(case.answers["description"].split()[:2])}
