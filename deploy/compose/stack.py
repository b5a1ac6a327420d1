"""The system in containers, seen from this machine."""

import json
import os
import subprocess
from pathlib import Path

from deploy.procfile import SERVICES

ROOT = Path(__file__).parents[2]
STEPS = {"secrets", "databases", "topics", *(f"{service}-migrate" for service in SERVICES)}
"""What is done at every start and ends; all else goes on."""


class CannotUse(Exception):
    """`docker compose` did not do what it was asked; it has said why on standard error."""


def compose(*arguments: str) -> str:
    """What `docker compose` prints on standard output. Raises CannotUse."""
    try:
        done = subprocess.run(
            ["docker", "compose", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
    except FileNotFoundError as error:
        raise CannotUse("docker is missing: install Docker Engine and its compose plugin.") from error
    except subprocess.CalledProcessError as error:
        raise CannotUse(f"`docker compose {' '.join(arguments)}` failed; the reason is above.") from error
    return done.stdout


def up(*arguments: str) -> None:
    """Start what does not run yet, and return when all of it is healthy. Raises CannotUse."""
    progress = os.environ.get("COMPOSE_PROGRESS", "auto")  # versions before 2.27 do not read it themselves
    compose("--progress", progress, "up", "--detach", "--build", "--wait", *arguments)


def published() -> dict[str, str]:
    """The host:port of each service that is reachable from this machine."""
    services = [json.loads(line) for line in compose("ps", "--format", "json").splitlines()]
    return {
        service["Service"]: f"{port['URL']}:{port['PublishedPort']}"
        for service in services
        for port in service["Publishers"] or ()
        if port["PublishedPort"]
    }
