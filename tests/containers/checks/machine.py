"""How the checks reach the containers, and what they say when something is not as promised."""

import asyncio
import json
import ssl
import subprocess
import time
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from deploy.compose.stack import compose, public_url, published, trust
from deploy.procfile import SERVICES
from deploy.submissions import Apis

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 120


class Broken(Exception):
    """The system does not do what it promises; the message says what."""


def require(holds: object, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def containers(*services: str) -> list[dict[str, Any]]:
    """What Docker knows of the running containers, of all services or of some."""
    ids = compose("ps", "--quiet", *services).split()
    inspected = subprocess.run(["docker", "inspect", *ids], stdout=subprocess.PIPE, check=True)
    found: list[dict[str, Any]] = json.loads(inspected.stdout)
    return found


def ours() -> list[dict[str, Any]]:
    return [one for one in containers() if one["Config"]["Image"].startswith("kommunbuss/")]


def service_of(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


async def until(condition: Callable[[], Awaitable[bool]], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await condition():
        require(time.monotonic() < deadline, otherwise())
        await asyncio.sleep(0.5)


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def inside(service: str, script: str) -> str:
    return compose("exec", "--no-TTY", service, "bash", "-c", script)


@cache
def address_of(service: str) -> str:
    return published()[service]


def url(service: str) -> str:
    return f"http://{address_of(service)}"


@cache
def public() -> str:
    return public_url()


def public_client() -> httpx.AsyncClient:
    """Somebody who trusts the certificate."""
    return httpx.AsyncClient(timeout=30, verify=trusted())


@cache
def trusted() -> ssl.SSLContext:
    return trust()


def apis() -> Apis:
    return Apis(*(public() for _ in SERVICES))
