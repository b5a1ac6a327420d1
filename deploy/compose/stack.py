"""The system in containers as it is for a try, seen from this machine."""

import json
import os
import ssl
import subprocess
from pathlib import Path

from deploy.procfile import PORTAL, SERVICES

ROOT = Path(__file__).parents[2]
STEPS = {"secrets", "databases", "topics", *(f"{service}-migrate" for service in (*SERVICES, PORTAL))}
"""What is done at every start and ends; all else goes on."""
DEMO = ("--env-file", "deploy/compose/demo.env")
PROXY = "proxy"
TYPESETTER = "typesetter"
"""What makes PDFs: no process of a service, and what it does is seen from there."""


class CannotUse(Exception):
    """`docker compose` did not do what it was asked; it has said why on standard error."""


def compose(*arguments: str) -> str:
    """What `docker compose` prints on standard output. Raises CannotUse."""
    try:
        done = subprocess.run(
            ["docker", "compose", *DEMO, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
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


def public_url() -> str:
    """Where residents find all the services."""
    return _inside_the_proxy("printenv", "PUBLIC_URL")


def trust() -> ssl.SSLContext:
    """Trusts the certificate of that address, which nobody else does."""
    return ssl.create_default_context(cadata=_inside_the_proxy("sh", "-c", 'cat "$TLS_CERTIFICATE"'))


def _inside_the_proxy(*command: str) -> str:
    return compose("exec", "--no-TTY", PROXY, *command).strip()


def published() -> dict[str, str]:
    """The host:port of each server that a try has on this machine, besides the proxy."""
    services = [json.loads(line) for line in compose("ps", "--format", "json").splitlines()]
    return {
        service["Service"]: f"{port['URL']}:{port['PublishedPort']}"
        for service in services
        for port in service["Publishers"] or ()
        if port["PublishedPort"] and service["Service"] != PROXY
    }
