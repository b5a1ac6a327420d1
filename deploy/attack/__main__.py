"""Attacks each API as a stranger could, under its container's memory limit, and says what stood: `make attack`."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from deploy.apis import Apis, folder_within, running
from deploy.attack import bodies, callers, heads, tokens
from deploy.attack.target import MEGABYTE, Attack, Bounds, Outcome, Target, measure
from deploy.forks import ROOT
from deploy.processes import Ended, raise_when_told_to_end
from deploy.procfile import SERVICES

ATTACKS = (*heads.ATTACKS, *bodies.ATTACKS, *callers.ATTACKS, *tokens.ATTACKS)
HARMLESS = {
    "eservice-intake": "/eservices/klagomal-olagenhet",
    "housing": "/houses?limit=1",
    "recruitment": "/events?limit=1",
    "notifications": "/docs",
    "permit-guide": "/permit-guide",
}
SETTINGS = {"FORWARDED_ALLOW_IPS": "127.0.0.1"}
"""The limits are those that everybody has; a proxy on this machine says who asks."""
HOLD_SECONDS, QUICK_HOLD_SECONDS = 35, 3
MOST_SHOWN = 3


def main() -> int:
    raise_when_told_to_end()
    arguments = _arguments()
    bounds = Bounds(memory=memory_limit())
    print(
        f"Each API may have {bounds.memory / MEGABYTE:.0f} MB, as in docker-compose.yml: resident memory and /tmp, "
        f"looked at 50 times a second.\nNo answer to others for {bounds.unready_seconds:.0f} s, and it fell.",
        flush=True,
    )
    chosen = [attack for attack in ATTACKS if arguments.only in attack.name]
    began = time.monotonic()
    try:
        with folder_within(Path("var"), "attack-") as folder, running(folder, SERVICES, SETTINGS) as apis:
            outcomes = {attack: _attacked(attack, apis, folder, bounds, arguments.quick) for attack in chosen}
    except Ended as error:
        print(error, file=sys.stderr)
        return 1
    show(Console(width=None if sys.stdout.isatty() else 150), outcomes)
    fallen = sum(bool(outcome.fell) for outcome in outcomes.values())
    print(f"{len(outcomes) - fallen} of {len(outcomes)} stood; {time.monotonic() - began:.0f} s.")
    return 1 if fallen or not outcomes else 0


def _attacked(attack: Attack, apis: Apis, folder: Path, bounds: Bounds, quick: bool) -> Outcome:
    """Attack a process that has just been started."""
    name = f"{attack.service}-api"
    apis.processes.restart(name)
    apis.processes.wait_until_ready(name)
    target = Target(
        port=apis.ports[name],
        internal_port=apis.internal[name],
        pid=apis.processes.pid(name),
        folder=folder,
        harmless=HARMLESS[attack.service],
        issuer=apis.issuer,
        token=apis.token,
    )
    print(f"{attack.name} …", file=sys.stderr, flush=True)
    return measure(attack, replace(target, hold_seconds=QUICK_HOLD_SECONDS if quick else HOLD_SECONDS), bounds)


def memory_limit() -> int:
    """Of every process of ours in docker-compose.yml, in bytes."""
    process = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-process"]
    limit = str(process["deploy"]["resources"]["limits"]["memory"])
    return int(limit.removesuffix("M")) * MEGABYTE


def show(console: Console, outcomes: dict[Attack, Outcome]) -> None:
    table = Table(title="What stood")
    for column in ("attack", "what was sent", "answers", "peak MB", "worst ms", "× idle", ""):
        table.add_column(column, justify="right" if column in ("peak MB", "worst ms", "× idle") else "left")
    for attack, outcome in outcomes.items():
        worst, idle = outcome.worst_seconds, outcome.idle_seconds
        answers = ", ".join(f"{number} × {status}" for status, number in outcome.told.statuses.most_common())
        figures = (f"{outcome.peak / MEGABYTE:.0f}", f"{worst * 1000:.0f}", f"{worst / idle:.0f}")
        table.add_row(attack.name, attack.sends, answers, *figures, verdict(outcome.fell))
    console.print(table)


def verdict(fell: Sequence[str]) -> str:
    more = [f"and {len(fell) - MOST_SHOWN} more"] if len(fell) > MOST_SHOWN else []
    return "; ".join(["FELL: " + fell[0], *fell[1:MOST_SHOWN], *more]) if fell else "ok"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="hold connections for 3 s instead of 35")
    parser.add_argument("--only", default="", help="attacks whose name has this in it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
