"""Containers that are killed under load come back, and nothing is lost."""

import json
import os
import signal
import subprocess
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from deploy import submissions
from deploy.embedded.tokens import staff_token
from deploy.journeys import Headers, Journey, mails_about, send, tasks_about
from tests.containers.checks.machine import ROOT, apis, containers, docker, public_client, require, until, url

LOAD = 300


def demonstrate() -> None:
    subprocess.run(["make", "demo", "STACK=compose", "ONCE=1"], cwd=ROOT, check=True)


async def submit_while_killing(*victims: str) -> list[Journey]:
    """Send houses in; a third of the way and two thirds of the way, one container of each victim loses its process."""
    journeys: list[Journey] = []
    killed: list[dict[str, Any]] = []
    async with public_client() as http:
        for number in range(LOAD):
            if number in (LOAD // 3, 2 * LOAD // 3):
                killed += [await kill(victim) for victim in victims]
            journeys.append(await send(http, await submissions.house(http, apis(), {})))

    for container in killed:
        await until(partial(has_come_back, container), partial("{} is not back".format, container["Name"]))
    return journeys


async def kill(service: str) -> dict[str, Any]:
    """End a container's process at once, as the kernel does when memory is short. `docker kill` would keep it down."""
    victim: dict[str, Any] = {}

    async def runs() -> bool:
        nonlocal victim
        victim = containers(service)[0]
        return process_of(victim) > 0  # it is 0 while Docker waits to start it again

    await until(runs, lambda: f"{service} does not run")
    require(is_here(victim), f"{victim['Name']} is not among this machine's processes")
    os.kill(process_of(victim), signal.SIGKILL)
    print(f"  killed {victim['Name'].lstrip('/')}")
    return victim


def process_of(container: dict[str, Any]) -> int:
    return int(container["State"]["Pid"])


def is_here(container: dict[str, Any]) -> bool:
    cgroup = Path(f"/proc/{process_of(container)}/cgroup")
    return cgroup.exists() and container["Id"] in cgroup.read_text()


async def has_come_back(container: dict[str, Any]) -> bool:
    now = json.loads(docker("inspect", container["Id"]))[0]
    return bool(
        now["RestartCount"] > container["RestartCount"] and now["State"].get("Health", {}).get("Status") == "healthy"
    )


async def require_arrived(journeys: list[Journey]) -> None:
    """Every submission has one task, and at least one mail; a repeated mail is the same mail."""
    staff: Headers = {"Authorization": f"Bearer {staff_token(url('issuer'))}"}
    tasks: dict[str, int] = {}
    mails: dict[str, list[str]] = {}
    async with public_client() as http:

        async def all_arrived() -> bool:
            for journey in journeys:
                if not tasks.get(journey.id):
                    tasks[journey.id] = len(await tasks_about(http, journey, apis(), staff))
                if not mails.get(journey.id):
                    mails[journey.id] = await message_ids(http, journey)
            return all(tasks.values()) and all(mails.values())

        await until(all_arrived, lambda: f"{_empty(tasks)} without a task, {_empty(mails)} without a mail")
        again = [len(await tasks_about(http, journey, apis(), staff)) for journey in journeys]
        different = [len(set(await message_ids(http, journey))) for journey in journeys]
    require(set(again) == {1}, f"tasks for a submission: {Counter(again)}")
    require(set(different) == {1}, f"different mails for a submission: {Counter(different)}")
    print(f"  {len(journeys)} submissions, {sum(again)} tasks, {sum(map(len, mails.values()))} mails")


def _empty(found: dict[str, Any]) -> int:
    return sum(not value for value in found.values())


async def message_ids(http: httpx.AsyncClient, journey: Journey) -> list[str]:
    return [mail["MessageID"] for mail in await mails_about(http, journey, url("mailpit"))]
