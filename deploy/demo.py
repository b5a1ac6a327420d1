"""Sends one submission of each kind to its mail and its task, and takes one case to its decision: `make demo`.

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
from functools import partial

import httpx
from rich.console import Console
from rich.table import Table

from deploy.casework import Clerk, Restaurant, restaurant, send_in
from deploy.compose import stack
from deploy.embedded.__main__ import BRIEFLY, READY, addresses, in_lines, pages
from deploy.embedded.ports import CannotStart, Ports
from deploy.embedded.tokens import bearer, resident_token, staff_token
from deploy.journeys import FindMail, Headers, Journey, follow, in_deliveries, in_maildir, in_mailpit, send, watched
from deploy.processes import raise_when_told_to_end
from deploy.procfile import ISSUER, SERVICES
from deploy.submissions import ALL, Apis, somebody
from shared.settings import Settings

STOP_SECONDS = 40
DAYS_UNTIL_FINAL = 28
RESTAURANT = {"sector": "mat_dryck", "handles_food": "true", "serves_alcohol": "true", "premises": "andrad_anvandning"}
HOLDS = ("decided", "final")


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
    put_clock_forward: Callable[[int], None] | None = None
    """Does what the clock will do by so many days from now, where the databases are at hand."""


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
            journeys, case = asyncio.run(demonstrated(system))
        except httpx.TransportError as error:
            print(f"{error.request.url} did not answer ({type(error).__name__}); see {system.logs}", file=sys.stderr)
            return 1
        show(journeys)
        show_case(case)
        if not once:
            print(f"\n{system.addresses}", flush=True)
            return system.wait()
    return 0 if all(journey.arrived for journey in journeys) and case.taken[-1].status in HOLDS else 1


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
            put_clock_forward=partial(put_forward, ports),
        )
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def put_forward(ports: Ports, days: int) -> None:
    command = [sys.executable, "-m", "deploy.embedded.later", str(days)]
    environment = {**ports.settings(os.environ), "LOG_LEVEL": "ERROR"}
    subprocess.run(command, env=environment, check=True)


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
    urls = {name: f"http://{address}" for name, address in sorted(published.items())}
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
        addresses=f"{in_lines([*pages(public), *urls.items()])}\n\n`make down` stops it.",
        logs="`make logs`",
        wait=lambda: 0,
    )


async def demonstrated(system: System) -> tuple[list[Journey], Restaurant]:
    await ask_guide(system)
    return await send_and_follow(system), await handle_restaurant(system)


async def handle_restaurant(system: System) -> Restaurant:
    """Somebody opens a restaurant, and the municipality decides."""
    print("Handling the registration of a restaurant …", flush=True)
    async with httpx.AsyncClient(timeout=30, verify=system.trust) as http:
        resident = bearer(resident_token(system.issuer, name="kerstin krog"))
        answers = restaurant(somebody("krog"))
        applicant = await send_in(http, system.apis, "livsmedel-registrering", answers, resident)
        clerk, chief = (
            Clerk(http, system.apis, bearer(staff_token(system.issuer, name, roles)))
            for name, roles in (("anna", "caseworker"), ("bo", "caseworker unit-head"))
        )
        case = Restaurant(clerk, chief, applicant)
        await case.is_handled()
        if system.put_clock_forward:
            await asyncio.to_thread(system.put_clock_forward, DAYS_UNTIL_FINAL)
            await case.becomes_final()
        return case


async def ask_guide(system: System) -> None:
    """Show what the permit guide says to somebody who opens a restaurant."""
    async with httpx.AsyncClient(timeout=30, verify=system.trust) as http:
        address = f"{system.apis.permit_guide}/permit-guide/result"
        answer = await http.get(address, params={**RESTAURANT, "language": "en"})
    table = Table(
        "to do", "where", "lead time", title="What a restaurant needs, by the permit guide", title_justify="left"
    )
    for one in answer.raise_for_status().json()["obligations"]:
        table.add_row(one["title"], one["authority"]["title"], one["lead_time_label"] or "–")
    Console().print(table)


async def send_and_follow(system: System) -> list[Journey]:
    staff = bearer(staff_token(system.issuer))
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


def show_case(case: Restaurant) -> None:
    title = f"A restaurant, {case.applicant.reference}"
    table = Table("who", "what", "the case is then", title=title, title_justify="left")
    for taken in case.taken:
        table.add_row(taken.who, taken.what, taken.status)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
