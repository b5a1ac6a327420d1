"""How long staff and applicants wait for a case, with a million of them beside a thousand."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx
import uvloop
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

from deploy.bench.environment import Broken, Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.embedded.tokens import staff_token
from deploy.procfile import COMMANDS
from eservice_intake.cases.entries import ENTRY, entry_of
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import REFERENCE_ALPHABET, hash_of
from eservice_intake.cases.statuses import Status
from eservice_intake.catalogue.eservices import catalogue
from shared.bulk import Rows, insert_all
from shared.database import Database
from shared.events import Language
from shared.settings import Settings

FEW, AT_ONCE, ROUNDS, WARM_UP = 1_000, 2_000, 100, 5
YEARS = 5
MUNICIPALITY = "Östersund"
ON_THE_RECEIPT = "kept by the sender"
CASE = SQLModel.metadata.tables["eservice_case"]
NAMES = ("Karin Ek", "Bo Ask", "Lina Lind", "Sven Gran", "Maja Björk", "Nils Rönn", "Eva Hägg", "Ivar Al")
PLACES = ("Odensala", "Lockne", "Brunflo", "Torvalla", "Frösö", "Lit", "Häggenås", "Kyrkås")
WORDS = ("brunn", "tomt", "källare", "fläkt", "damm", "spis", "pump", "tank", "vind", "skog", "väg", "å")

PRIMES = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23)
T = TypeVar("T")
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
        cases = uvloop.run(_fill(count))
        commands = {"eservice-intake-api": COMMANDS["eservice-intake-api"]}
        with running(folder, commands) as (_, ports):
            url = f"http://127.0.0.1:{ports['eservice-intake-api']}"
            return _took(url, cases)


def _took(url: str, cases: list[Case]) -> Took:
    issuer = Settings(service="bench").oidc_issuer or ""
    staff = {"Authorization": f"Bearer {staff_token(issuer, roles='administrator')}"}
    with httpx.Client(base_url=url, timeout=60) as client:
        rounds = [_round(client, _one_of(cases, number * 7), staff) for number in range(WARM_UP + ROUNDS)]
    return {name: [one[name] for one in rounds[WARM_UP:]] for name in rounds[0]}


def _round(client: httpx.Client, case: Case, staff: Mapping[str, str]) -> dict[str, float]:
    return {name: _ask(client, path, params, headers) for name, path, params, headers in _questions(case, staff)}


def _ask(client: httpx.Client, path: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> float:
    """How many milliseconds the answer took."""
    began = time.perf_counter()
    answer = client.get(path, params=params, headers=headers)
    if answer.status_code != httpx.codes.OK:
        raise Broken(f"{path} {dict(params)}: {answer.status_code} {answer.text}")
    return (time.perf_counter() - began) * 1000


def _questions(case: Case, staff: Mapping[str, str]) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, str]]]:
    entry = entry_of(case, MUNICIPALITY)
    day = case.received_at.date().isoformat()
    for name in ("unit", "status", "kind", "eservice", "property_designation"):
        yield f"search by {name.replace('_', ' ')}", "/cases", {name: entry[name]}, staff
    yield "search by handler", "/cases", {"handler_id": str(case.handler_id)}, staff
    yield "search by period", "/cases", {"received_from": day, "received_to": day}, staff
    yield "search by what is due", "/cases", {"sort": "due", "due_to": entry["due_on"] or day}, staff
    yield "search by reference", "/cases", {"text": case.reference}, staff
    yield "search by name", "/cases", {"text": case.sender or ""}, staff
    yield "search by words", "/cases", {"text": " ".join(case.answers["description"].split()[:2])}, staff
    yield "a case read", f"/cases/{case.reference}", {}, staff
    yield "a status read", f"/applications/{case.reference}", {}, {"X-Application-Secret": ON_THE_RECEIPT}


async def _fill(count: int) -> list[Case]:
    """So many cases of the last years, with their entries. Returns some of them."""
    database = Database(Settings(service="eservice-intake"))
    some: list[Case] = []
    for start in range(0, count, AT_ONCE):
        cases = [_case(number, count) for number in range(start, min(start + AT_ONCE, count))]
        some += cases[:: AT_ONCE // 5]
        rows = [{column.name: getattr(case, column.name) for column in CASE.c} for case in cases]
        async with database.committing() as connection:
            await insert_all(connection, [Rows(CASE, rows)])
            await insert_all(connection, [Rows(ENTRY, [entry_of(case, MUNICIPALITY) for case in cases])])
    await _analyze(database)
    await database.close()
    return some


async def _analyze(database: Database) -> None:
    """What PostgreSQL does by itself within a minute."""
    async with database.committing() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE" if database.is_postgres else "ANALYZE")


def _case(number: int, count: int) -> Case:
    """The case of that number. Each choice goes round in a step of its own, so that all of them meet."""
    eservice = _one_of(list(catalogue().eservices.values()), number * 7)
    received_at = datetime.now(UTC) - timedelta(days=365 * YEARS) * (1 - number / count)
    is_due = number % 10 == 0
    return Case(
        id=_id_of(received_at),
        reference=_reference(number),
        secret_hash=hash_of(ON_THE_RECEIPT),
        diary_series=f"MH-{received_at.year}",
        diary_number=number,
        eservice=eservice.id,
        language=Language.SWEDISH,
        answers={
            "property_designation": f"{_one_of(PLACES, number)} {number * 13 % 5_000 + 1}:{number % 9 + 1}",
            "description": " ".join(f"{_one_of(WORDS, number * place)}{number * place % 211}" for place in PRIMES),
        },
        kind=eservice.kind,
        unit=eservice.unit,
        status=_one_of(list(Status), number * 3),
        sender=f"{_one_of(NAMES, number)}{number * 11 % 10_007}",
        received_at=received_at,
        handler_id=UUID(int=number % 53),
        decision_due_on=received_at.date() + timedelta(days=number % 31) if is_due else None,
    )


def _one_of(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]


def _id_of(at: datetime) -> UUID:
    """A UUIDv7 of that time."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (uuid7().int & ((1 << 80) - 1)))


def _reference(number: int) -> str:
    """One of eight characters that no other number has."""
    characters = "".join(REFERENCE_ALPHABET[number // 30**place % 30] for place in range(8))
    return f"{characters[:4]}-{characters[4:]}"
