"""Measures the system beside the raw limits of this machine: `make bench`."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import NoReturn

import psutil
from rich.console import Console

from deploy.bench import backlog, consumer, intake, journey, mailer, relay, report
from deploy.bench.figures import Figure
from deploy.bench.place import Place, prepared
from deploy.bench.processes import Broken
from operations.console import FAILURES, explanation
from shared.process import freeze_gc

RUNS = 3
LOOK_SECONDS = 2
PARTS = ("relay", "consumer", "mailer", "intake", "journey", "backlog")

Measure = Callable[[Place], list[Figure]]


def measures(scale: float) -> dict[str, Measure]:
    many, mails = int(20_000 * scale), int(5_000 * scale)
    return {
        "relay": partial(relay.measure, runs=RUNS, count=many),
        "consumer": partial(consumer.measure, runs=RUNS, count=many),
        "mailer": partial(mailer.measure, runs=RUNS, count=mails),
        "intake": partial(intake.measure, runs=RUNS, seconds=5 * scale),
        "journey": partial(journey.measure, idle=int(200 * scale), seconds=15 * scale),
        "backlog": partial(backlog.measure, count=many),
    }


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    arguments = _arguments()
    figures: list[Figure] = []
    try:
        with prepared() as place:
            print(report.surroundings(place), flush=True)
            freeze_gc()
            _measure(place, arguments.only or PARTS, measures(arguments.scale), figures)
            print(f"As JSON: {report.save(place, figures)}")
        return 0
    except (Broken, *FAILURES) as error:
        print(f"Broken: {explanation(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: nothing is saved.", file=sys.stderr)
        return 130


def _measure(place: Place, parts: Sequence[str], known: dict[str, Measure], figures: list[Figure]) -> None:
    """Show what was measured also when something breaks half way."""
    console, began = Console(), time.monotonic()
    try:
        for part in parts:
            with console.status(f"Measuring: {part}"):
                others = psutil.cpu_percent(LOOK_SECONDS)
                figures += [replace(figure, others_percent=others) for figure in known[part](place)]
    finally:
        if figures:
            report.show(console, figures)
    console.print(f"It took {time.monotonic() - began:.0f} s.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, metavar="|".join(PARTS))
    parser.add_argument("--scale", type=float, default=1, help="0.1 is a tenth of the work, and of the trust")
    return parser.parse_args()


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
