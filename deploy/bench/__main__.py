"""Measures the system beside the raw limits of this machine: `make bench`."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import psutil
from rich.console import Console

from deploy.bench import accept, figures, growth, guide, journey, lookups, mails, queues, register, stages
from deploy.bench.environment import FILES, Broken, Environment, prepared
from deploy.bench.figures import Figure
from deploy.processes import Ended, raise_when_told_to_end
from operations.console import FAILURES, explanation
from shared.observability import freeze_gc

RUNS = 3
FEWEST_TO_CONSUME = 6_000
LOOK_SECONDS = 2
WIDTH = 140
GROWING = ("queues", "growth")
PARTS = ("relay", "consumer", "mailer", "accept", "journey", "backlog", "register", "lookups", "guide", *GROWING)
MOST_TASKS, MOST_HANDLED, SMALL = 1_000_000, 10_000_000, 0.02
"""Of what grows with the years: how many there are with `GROWTH=1`, and which share of them else."""
PEERS = "peers"

Measure = Callable[[Environment], list[Figure]]


def measures(scale: float, of_years: bool) -> dict[str, Measure]:
    many, some = int(20_000 * scale), int(5_000 * scale)
    grown = scale if of_years else scale * SMALL
    return {
        "relay": partial(stages.measure_relay, runs=RUNS, count=many),
        "consumer": partial(stages.measure_consumer, runs=RUNS, count=max(many, FEWEST_TO_CONSUME)),
        "mailer": partial(mails.measure_mailer, runs=RUNS, count=some),
        "accept": partial(accept.measure, runs=RUNS, seconds=4 * scale),
        "journey": partial(journey.measure, idle=int(200 * scale), seconds=15 * scale),
        "backlog": partial(journey.measure_backlog, count=many),
        "register": partial(register.measure, count=int(1_000_000 * scale)),
        "lookups": partial(lookups.measure, count=int(500_000 * scale)),
        "guide": partial(guide.measure, runs=RUNS, count=int(2_000 * scale)),
        "queues": partial(queues.measure, count=int(MOST_TASKS * grown)),
        "growth": partial(growth.measure, count=int(MOST_HANDLED * grown)),
        PEERS: partial(accept.measure_peers, runs=RUNS, seconds=4 * scale),
    }


def main() -> int:
    raise_when_told_to_end()
    arguments = _arguments()
    measured: list[Figure] = []
    try:
        with prepared() as environment:
            print(f"broker: {environment.broker}; database: {environment.database}; {os.cpu_count()} cores", flush=True)
            freeze_gc()
            parts = arguments.only or (GROWING if arguments.growth else PARTS)
            _measure(environment, parts, measures(arguments.scale, arguments.growth), measured)
            print(f"As JSON: {figures.save(FILES, environment.in_words, measured)}")
        return 0
    except (Broken, Ended, *FAILURES) as error:
        print(f"Broken: {explanation(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: nothing is saved.", file=sys.stderr)
        return 130


def _measure(environment: Environment, parts: Sequence[str], known: dict[str, Measure], measured: list[Figure]) -> None:
    """Show what was measured also when something breaks half way."""
    console, began = Console(width=None if sys.stdout.isatty() else WIDTH), time.monotonic()
    try:
        for part in parts:
            measured += _part(environment, part, known[part], console)
    finally:
        if measured:
            figures.show(console, measured)
    console.print(f"It took {time.monotonic() - began:.0f} s.")


def _part(environment: Environment, name: str, measure: Measure, console: Console) -> list[Figure]:
    with console.status(f"Measuring: {name}"):
        others = psutil.cpu_percent(LOOK_SECONDS)
        return [replace(figure, others_percent=others) for figure in measure(environment)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    choices = (*PARTS, PEERS)
    parser.add_argument("--only", action="append", choices=choices, metavar="|".join(choices))
    parser.add_argument("--scale", type=float, default=1, help="0.1 is a tenth of the work, and of the trust")
    parser.add_argument("--growth", action="store_true", help="what grows with the years, at its full size")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
