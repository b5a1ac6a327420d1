"""How long somebody who types an address waits for suggestions, with half a million addresses."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvloop

from deploy.bench.environment import Broken, Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.procfile import COMMANDS
from operations.console import opened
from permit_guide.registers.addresses import COLUMNS
from permit_guide.registers.editions import Extract, load
from permit_guide.registers.models import RegisterKind
from shared.settings import Settings

API, SERVICE = "permit-guide-api", "permit-guide"
FIRST = ("Björk", "Gran", "Berg", "Sjö", "Ås", "Kyrk", "Stor", "Kvarn", "Norr", "Söder", "Öster", "Lill", "Myr", "Å")
LAST = ("vägen", "gatan", "stigen", "gränd", "backen", "torget", "allén", "byn", "ängen", "udden")
CITIES = ("Östersund", "Brunflo", "Lit", "Tandsbyn", "Frösön", "Häggenås", "Orrviken", "Fåker", "Näset", "Optand")
A_STREET = 100
"""How many addresses a street has."""
TYPED, WARM_UP = 200, 20
NO_SEARCH, SOLE_TRADER = "a request without a search", "800101-1231"
AREA_NORTHING, AREA_EASTING = 6_990_000, 480_000


def measure(environment: Environment, count: int) -> list[Figure]:
    """Each letter that is typed is a search. The goal is PostgreSQL's."""
    with environment.fresh(SERVICE) as folder:
        extract = folder / "addresses.csv"
        extract.write_text("\n".join([";".join(COLUMNS), *_lines(count)]), encoding="utf-8")
        began = time.perf_counter()
        uvloop.run(_import(extract))
        rate = count / (time.perf_counter() - began)
        with running(folder, {API: COMMANDS[API]}) as (_, ports):
            took, beside = _typed(f"http://127.0.0.1:{ports[API]}", count)
    name = f"an address typed, {count:,} of them"
    goal = 20 if environment.server else None
    return [
        Figure(f"{name}, p50", "ms", [quantile(took, 0.5)], NO_SEARCH, [quantile(beside, 0.5)]),
        Figure(f"{name}, p99", "ms", [quantile(took, 0.99)], NO_SEARCH, [quantile(beside, 0.99)], at_most=goal),
        Figure("addresses imported", "1/s", [rate]),
    ]


async def _import(path: Path) -> None:
    async with opened(SERVICE) as database:
        extract = Extract(RegisterKind.ADDRESSES, path, Settings(service=SERVICE).municipality_name)
        if not await load(database, extract, "bench"):
            raise Broken(f"the addresses: {extract.faults[0]}")


def _lines(count: int) -> Iterator[str]:
    for number in range(count):
        where = f"{AREA_NORTHING + number % 7_001};{AREA_EASTING + number % 9_001}"
        street, unit = f"{_street(number)} {number % A_STREET + 1}", f"{number % 99_999 + 1}:{number // 99_999 + 1}"
        yield f"{street};831 30;{_city(number)};Östersund Byn {unit};{where}"


def _street(number: int) -> str:
    street = number // A_STREET
    first, second = FIRST[street % len(FIRST)], FIRST[street // len(FIRST) % len(FIRST)]
    return f"{first}{second.lower()}{LAST[street // len(FIRST) ** 2 % len(LAST)]}"


def _city(number: int) -> str:
    return CITIES[number // A_STREET // (len(FIRST) ** 2 * len(LAST)) % len(CITIES)]


def _typed(url: str, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each search while some addresses are typed letter by letter, and of a request after each."""
    chance = random.Random(1)
    texts = [f"{_street(number)} {number % A_STREET + 1}" for number in chance.choices(range(count), k=TYPED)]
    with httpx.Client(base_url=url, timeout=60) as client:
        both = [_search(client, text[:length]) for text in texts for length in range(1, len(text) + 1)][WARM_UP:]
    return [took for took, _ in both], [beside for _, beside in both]


def _search(client: httpx.Client, typed: str) -> tuple[float, float]:
    began = time.perf_counter()
    answer = client.get("/lookups/addresses", params={"q": typed, "limit": 10})
    searched = time.perf_counter()
    client.get(f"/lookups/company/{SOLE_TRADER}")
    if not answer.json().get("items"):
        raise Broken(f"nothing begins with {typed}: {answer.status_code}")
    return (searched - began) * 1000, (time.perf_counter() - searched) * 1000
