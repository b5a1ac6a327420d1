"""Starts the system, sends one submission of each kind and follows it to its mail and its staff task: `make demo`."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import httpx
from rich.console import Console
from rich.table import Table

from deploy.embedded.places import APIS, CannotStart, Places
from deploy.embedded.run import BRIEFLY, READY, addresses
from deploy.embedded.staff_token import staff_token
from deploy.journeys import Journey, follow, in_deliveries, in_maildir, send, watched
from deploy.submissions import ALL, Apis

STOP_SECONDS = 40


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    once = bool(os.environ.get("ONCE"))
    try:
        places = Places.of(os.environ)
        with started() as system:
            journeys = asyncio.run(send_and_follow(places))
            show(journeys)
            if not once:
                print(f"\n{addresses(places)}\n\nCtrl-C stops it.", flush=True)
                return system.wait()
        return 0 if all(journey.arrived for journey in journeys) else 1
    except KeyboardInterrupt:
        return 130 if once else 0
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    except httpx.HTTPStatusError as error:
        print(f"{error.request.url} answered {error.response.status_code}: {error.response.text}", file=sys.stderr)
        return 1
    except httpx.TransportError as error:
        print(
            f"{error.request.url} did not answer ({type(error).__name__}); see {places.data / 'log'}", file=sys.stderr
        )
        return 1


@contextmanager
def started() -> Iterator[subprocess.Popen[str]]:
    """The system as `make run` starts it, until the block ends. Raises CannotStart when it did not come up."""
    command = [sys.executable, "-m", "deploy.embedded.run", BRIEFLY]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    try:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.startswith(READY):
                break
        else:
            raise CannotStart("The system did not start; the reason is above.")
        yield process
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


async def send_and_follow(places: Places) -> list[Journey]:
    apis = Apis(*(places.url(f"{service}-api") for service in APIS))
    staff = {"Authorization": f"Bearer {staff_token(places.url('peers'))}"}
    servers = places.settings(os.environ)["KAFKA_BOOTSTRAP_SERVERS"]
    async with httpx.AsyncClient(timeout=30) as http, watched(servers) as events:
        find_mail = in_maildir(places.data / "mail") if places.smtp else in_deliveries(http, apis, staff)
        print("Sending one of each …", flush=True)
        journeys = [await send(http, await compose(http, apis, staff)) for compose in ALL]
        await follow(http, journeys, events, find_mail, apis, staff)
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


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
