"""Breaks what the system is made of while it is busy, and counts what came through: `deploy/real-stack make faults`."""

import argparse
import asyncio
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.bench.environment import Broken, Environment, prepared, running
from deploy.faults.breaking import API, FAULTS, UNRECORDED, System
from deploy.faults.counted import Counted, Taken, count
from deploy.faults.load import Load
from deploy.faults.mail_server import Mood
from deploy.processes import Ended, raise_when_told_to_end
from deploy.procfile import COMMANDS
from operations.console import FAILURES, explanation
from shared.settings import Settings

SETTINGS = {"MAIL_RETRY_SECONDS": "1"}
PATIENCE_SECONDS = 300
LOOK_SECONDS = 0.25
WIDTH = 140


@dataclass(frozen=True)
class Outcome:
    accepted: int
    counted: Counted
    seconds: float
    """From the first submission until nothing waits."""
    most_second_mails: int

    @property
    def stood(self) -> bool:
        return self.counted.is_all(self.accepted) and self.counted.second_mails <= self.most_second_mails


def main() -> int:
    raise_when_told_to_end()
    arguments = _arguments()
    stack = os.environ.get("REAL_STACK")
    if stack is None:
        print("Kafka and PostgreSQL are broken too: start them by `deploy/real-stack make faults`.", file=sys.stderr)
        return 2
    chosen = [name for name in FAULTS if arguments.only in name]
    try:
        outcomes = _outcomes(chosen, Path(stack), arguments.count, arguments.seconds)
    except (Broken, Ended, *FAILURES) as error:
        print(f"Broken: {explanation(error)}", file=sys.stderr)
        return 1
    show(Console(width=None if sys.stdout.isatty() else WIDTH), outcomes)
    return 0 if outcomes and all(outcome.stood for outcome in outcomes.values()) else 1


def _outcomes(chosen: list[str], stack: Path, posted: int, seconds: float) -> dict[str, Outcome]:
    outcomes = {}
    with prepared() as environment, system_in(environment, stack, seconds) as (system, port):
        for name in chosen:
            print(f"{name} …", file=sys.stderr, flush=True)
            outcomes[name] = asyncio.run(outcome_of(name, system, port, posted))
    return outcomes


@contextmanager
def system_in(environment: Environment, stack: Path, seconds: float) -> Iterator[tuple[System, int]]:
    """Every process of the system, with a mail server whose mood can be changed; and the port of the API."""
    notes, mood = environment.folder / "notes.tsv", environment.folder / "mood"
    notes.touch()
    mood.write_text(Mood.WELL)
    os.environ |= SETTINGS
    server = shlex.join([sys.executable, "-m", "deploy.faults.mail_server", "$PORT", str(notes), str(mood)])
    with environment.fresh() as folder, running(folder, {"mail-server": server}) as (_, beside):
        os.environ |= {"SMTP_URL": f"smtp://127.0.0.1:{beside['mail-server']}"}
        with running(folder, COMMANDS) as (processes, ports):
            yield System(processes, stack, Taken(notes), mood, seconds), ports[API]


async def outcome_of(name: str, system: System, port: int, posted: int) -> Outcome:
    before, began, load = await count(system.taken), time.monotonic(), Load(port, posted)
    await asyncio.gather(load.post(), FAULTS[name](system, load, posted))
    counted = await settled(system, before, load.accepted)
    most = UNRECORDED.get(name, 0) * Settings(service="notifications").smtp_connections
    return Outcome(load.accepted, counted, time.monotonic() - began, most)


async def settled(system: System, before: Counted, accepted: int) -> Counted:
    """What came of it, when nothing waits any more, or when it has not come to rest in five minutes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        counted = (await count(system.taken)).since(before)
        if counted.is_all(accepted) or time.monotonic() > deadline:
            return counted
        await asyncio.sleep(LOOK_SECONDS)


def show(console: Console, outcomes: dict[str, Outcome]) -> None:
    table = Table("while")
    for name in ("accepted", *(field.name.replace("_", " ") for field in fields(Counted)), "drained after"):
        table.add_column(name, justify="right")
    table.add_column("")
    for name, outcome in outcomes.items():
        numbers = (f"{number:,}" for number in (outcome.accepted, *astuple(outcome.counted)))
        table.add_row(name, *numbers, f"{outcome.seconds:.0f} s", "stood" if outcome.stood else "FELL")
    console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.faults", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name has this in it")
    parser.add_argument("--count", type=int, default=5_000, help="submissions during each")
    parser.add_argument("--seconds", type=float, default=30, help="how long something is away")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
