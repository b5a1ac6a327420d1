"""Prometheus sees every process, and the dashboards have answers."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

import httpx

from deploy.compose.stack import TYPESETTER, compose
from deploy.procfile import ISSUER
from tests.containers.checks.machine import ROOT, apis, ours, public_client, require, service_of, until, url

DASHBOARDS = ROOT / "deploy/observability/grafana/dashboards"


async def require_observed() -> None:
    compose(
        "--progress", "quiet", "--profile", "observability", "up", "--detach", "--wait", "--no-recreate", "prometheus"
    )
    expected = Counter(map(service_of, ours())) - Counter([ISSUER, TYPESETTER])
    async with httpx.AsyncClient(base_url=url("prometheus"), timeout=30) as http:
        async with public_client() as residents:
            refused = await residents.post(f"{apis().intake}/applications", json={})
        require(refused.status_code == 422, f"an empty application was answered with {refused.status_code}")

        async def seen() -> bool:
            return await up_by_job(http) == expected

        await until(seen, lambda: f"Prometheus does not see {expected}")
        for title, expression in expressions():
            await until(partial(has_answer, http, expression), partial("{}: no answer to {}".format, title, expression))
    print(f"  {expected.total()} processes, {len(list(expressions()))} expressions")


async def up_by_job(http: httpx.AsyncClient) -> Counter[str]:
    return Counter(row["metric"]["job"] for row in await query(http, 'up{role!=""} == 1'))


async def has_answer(http: httpx.AsyncClient, expression: str) -> bool:
    return bool(await query(http, expression))


async def query(http: httpx.AsyncClient, expression: str) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/query", params={"query": expression})
    rows: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
    return rows


def expressions() -> Iterable[tuple[str, str]]:
    for path in DASHBOARDS.glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", ()):
                yield (
                    panel["title"],
                    target["expr"]
                    .replace("$__rate_interval", "1m")
                    .replace("$__range", "1h")
                    .replace("$service", "housing"),
                )
