"""The cases that an embedded system begins with."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from deploy.embedded.sample_cases import send_cases
from deploy.procfile import ISSUER
from eservice_intake.cases.statuses import Status
from tests.system import System, prepared

API = "eservice-intake-api"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with prepared(tmp_path_factory.mktemp("samples"), MODE="embedded") as system:
        system.start(API, ISSUER)
        system.wait_until_ready(API, ISSUER)
        yield system


async def test_an_embedded_system_begins_with_cases_in_every_state_that_a_clerk_meets(system):
    async def pass_days(days: int) -> None:
        command = [sys.executable, "-m", "deploy.embedded.later", str(days)]
        await asyncio.to_thread(subprocess.run, command, env=system.environment, check=True)

    made = await send_cases(system.apis, system.issuer, pass_days)
    again = await send_cases(system.apis, system.issuer, pass_days)

    found = await cases(system)
    statuses = {case.get("status", "hidden") for case in found}
    assert (made, again) == (len(found), 0)
    assert statuses >= {
        "hidden",
        Status.RECEIVED,
        Status.AWAITING_SUPPLEMENT,
        Status.COMPLETE,
        Status.PROPOSED,
        Status.DECIDED,
        Status.FINAL,
        Status.WITHDRAWN,
    }


async def test_an_embedded_system_begins_with_a_survey_that_companies_have_answered(system):
    async with httpx.AsyncClient(base_url=system.apis.intake) as http:
        [one] = (await http.get("/surveys")).json()["closed"]
        result = (await http.get(f"/surveys/{one['id']}")).json()

    shown = {sector["sector"] for sector in result["figures"]["sectors"] if sector["companies"]}
    assert shown == {"restaurang", "vard"}


async def cases(system: System) -> list[dict]:
    async with httpx.AsyncClient(headers=system.token("caseworker")) as http:
        answer = await http.get(f"{system.apis.intake}/cases", params={"limit": 100})
        return answer.raise_for_status().json()["items"]
