"""Sends one submission of each kind and follows it to its mail and its staff task: `make demo`.

The system is the embedded one, started and stopped here, or with STACK=compose the one in containers, which goes on.
"""

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import httpx
from rich.console import Console
from rich.table import Table

from deploy.compose import stack
from deploy.embedded.__main__ import BRIEFLY, READY, addresses
from deploy.embedded.ports import CannotStart, Ports
from deploy.embedded.tokens import staff_token
from deploy.journeys import FindMail, Headers, Journey, follow, in_deliveries, in_maildir, in_mailpit, send, watched
from deploy.processes import raise_when_told_to_end
from deploy.procfile import ISSUER, SERVICES
from deploy.submissions import ALL, Apis
from shared.settings import Settings

STOP_SECONDS = 40


@dataclass(frozen=True)
class System:
    """A running system, seen from this machine; `wait` returns when it has ended."""

    apis: Apis
    trust: ssl.SSLContext
    issuer: str
    kafka: str
    mail: Callable[[httpx.AsyncClient, Headers], FindMail]
    addresses: str
    logs: str
    wait: Callable[[], int]


def main() -> int:
    raise_when_told_to_end()
    once = bool(os.environ.get("ONCE"))
    try:
        return demonstrate(os.environ.get("STACK") or "embedded", once)
    except KeyboardInterrupt:
        return 130 if once else 0
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    except httpx.HTTPStatusError as error:
        print(f"{error.request.url} answered {error.response.status_code}: {error.response.text}", file=sys.stderr)
        return 1


def demonstrate(stack: str, once: bool) -> int:
    with system_of(stack) as system:
        try:
            journeys = asyncio.run(send_and_follow(system))
        except httpx.TransportError as error:
            print(f"{error.request.url} did not answer ({type(error).__name__}); see {system.logs}", file=sys.stderr)
            return 1
        show(journeys)
        if not once:
            print(f"\n{system.addresses}", flush=True)
            return system.wait()
    return 0 if all(journey.arrived for journey in journeys) else 1


def system_of(name: str) -> AbstractContextManager[System]:
    stacks = {"embedded": embedded, "compose": in_containers}
    if name not in stacks:
        raise CannotStart(f"STACK={name} is not known. Choose from: {', '.join(stacks)}.")
    return stacks[name]()


@contextmanager
def embedded() -> Iterator[System]:
    """The system as `make run` starts it, until the block ends. Raises CannotStart when it did not come up."""
    ports = Ports.of(os.environ)
    command = [sys.executable, "-m", "deploy.embedded", BRIEFLY]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    apis = Apis(*(ports.url(f"{service}-api") for service in SERVICES))
    try:
        wait_until_ready(process)
        yield System(
            apis=apis,
            trust=ssl.create_default_context(),
            issuer=ports.url(ISSUER),
            kafka=ports.settings(os.environ)["KAFKA_BOOTSTRAP_SERVERS"],
            mail=lambda http, staff: in_maildir(ports.mailbox) if ports.smtp else in_deliveries(http, apis, staff),
            addresses=f"{addresses(ports)}\n\nCtrl-C stops it.",
            logs=str(ports.data / "log"),
            wait=process.wait,
        )
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Repeat what it says until it says that it is ready. Raises CannotStart when it ends before."""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if line.startswith(READY):
            return
    raise CannotStart("The system did not start; the reason is above.")


@contextmanager
def in_containers() -> Iterator[System]:
    """The system as `make up` starts it. It was there before, or stays after. Raises CannotStart."""
    try:
        stack.up()
        published, public, trust = stack.published(), stack.public_url(), stack.trust()
    except stack.CannotUse as error:
        raise CannotStart(str(error)) from error
    kafka = published.pop("kafka")
    urls = {stack.PROXY: public} | {name: f"http://{address}" for name, address in sorted(published.items())}
    if ISSUER not in urls:
        raise CannotStart(
            "The demonstration signs in at the local issuer, which does not run: LOCAL_SERVERS=1 starts it."
        )
    apis = Apis(*(public for _ in SERVICES))
    yield System(
        apis=apis,
        trust=trust,
        issuer=urls[ISSUER],
        kafka=kafka,
        mail=lambda http, staff: (
            in_mailpit(http, urls["mailpit"]) if "mailpit" in urls else in_deliveries(http, apis, staff)
        ),
        addresses="\n".join(f"  {name:<22} {url}" for name, url in urls.items()) + "\n\n`make down` stops it.",
        logs="`make logs`",
        wait=lambda: 0,
    )


async def send_and_follow(system: System) -> list[Journey]:
    staff = {"Authorization": f"Bearer {staff_token(system.issuer)}"}
    settings = Settings(service="demo", mode="embedded", kafka_bootstrap_servers=system.kafka)
    async with httpx.AsyncClient(timeout=30, verify=system.trust) as http, watched(settings) as events:
        find_mail = system.mail(http, staff)
        print("Sending one of each …", flush=True)
        journeys = [await send(http, await compose(http, system.apis, staff)) for compose in ALL]
        await follow(http, journeys, events, find_mail, system.apis, staff)
        return journeys


def show(journeys: Sequence[Journey]) -> None:
    table = Table("kind", "reference", title="Milliseconds after the POST", title_justify="left")
    for title in ("accepted", "on Kafka", "e-mail", "staff task"):
        table.add_column(title, justify="right")
    table.add_column("")
    for journey in journeys:
        times = (journey.accepted_at, journey.event_at, journey.mail_at, journey.task_at)
        hops = ("–" if at is None else f"{(at - journey.posted_at) * 1000:.0f}" for at in times)
        table.add_row(journey.submission.kind, journey.reference, *hops, "✔" if journey.arrived else "✘")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
