"""Sends every API what its OpenAPI document allows and forbids, and holds the answers to the document: `make fuzz`."""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.apis import Apis, folder_within, running
from deploy.forks import ROOT
from deploy.processes import Ended, raise_when_told_to_end
from deploy.procfile import SERVICES
from shared.services import WITH_CONTACTS

DOCUMENTS = ROOT / "docs" / "openapi"
SCHEMATHESIS = Path(sys.executable).with_name("st")
CONFIGURATION = ROOT / "deploy" / "schemathesis.toml"
MANY = "1000000/second"
SETTINGS = {
    **dict.fromkeys(("RATE_LIMIT", "READ_RATE_LIMIT", "RECIPIENT_RATE_LIMIT"), MANY),
    "UPLOAD_MEGABYTES_PER_HOUR": "100000",
    "LOG_LEVEL": "ERROR",
}
AT_ONCE = 2
START_SECONDS, SHORTEST_SECONDS = 3, 5
OPERATIONS_A_SECOND = 4
"""So many are tried at least once, also while other work goes on."""
PATIENCE = 4
"""How many times as long a second run gets, where the first had too little time for every operation."""
SECONDS, SEED = 180, 7
NOBODY, RESIDENT = "nobody", "resident"
ROLES = (
    "administrator",
    "caseworker",
    "contact-reader",
    "housing-officer",
    "recruitment-officer",
    "registrator",
    "unit-head",
)
UNSAYABLE = "positive_data_acceptance"
"""Rules that a schema cannot tell refuse what it allows, such as a date that has passed."""
SECTION = re.compile(r"^=+ (?P<title>[A-Z ]+) =+$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """One document, held against one port of one API, by people of one role."""

    api: str
    document: Path
    url: str
    role: str
    operations: int

    @property
    def shortest_seconds(self) -> int:
        return max(SHORTEST_SECONDS, self.operations // OPERATIONS_A_SECOND)


@dataclass(frozen=True)
class Outcome:
    cases: int
    failures: Sequence[str]
    """Each in one line: how often, what, where."""
    details: str
    """What was sent, what came, and the smallest curl."""
    lacks_time: bool = False
    """Whether all that went wrong is that not every operation was tried."""


def main() -> int:
    raise_when_told_to_end()
    arguments = _arguments()
    print(f"About {arguments.seconds} s in all, seed {arguments.seed}.", flush=True)
    try:
        with folder_within(Path("var"), "fuzz-") as folder, running(folder, SERVICES, SETTINGS) as apis:
            outcomes = fuzz(apis, folder, arguments.seconds, arguments.seed)
            apis.processes.check()
    except Ended as error:
        print(error, file=sys.stderr)
        return 1
    show(Console(width=None if sys.stdout.isatty() else 140), outcomes)
    return 1 if any(outcome.failures for outcome in outcomes.values()) else 0


def fuzz(apis: Apis, folder: Path, seconds: int, seed: int) -> dict[Run, Outcome]:
    """What became of each run: those to come share the time that is left, by how much each has to try."""
    runs = list(runs_against(apis))
    ends_at = time.monotonic() + seconds
    tokens = {role: apis.token(role) for role in ROLES} | {RESIDENT: apis.resident_token()}

    def one(number: int) -> Outcome:
        run, to_try = runs[number], sum(run.operations for run in runs[number:])
        share = (ends_at - time.monotonic()) * AT_ONCE * run.operations / to_try - START_SECONDS
        return perform(run, tokens.get(run.role), folder, max(run.shortest_seconds, int(share)), seed)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(runs, pool.map(one, range(len(runs))), strict=True))


def runs_against(apis: Apis) -> Iterator[Run]:
    """Each API's public port; where contacts are looked up, its internal one too."""
    targets = [(service, DOCUMENTS / f"{service}.json", apis.ports) for service in SERVICES]
    targets += [(service, DOCUMENTS / f"{service}.internal.json", apis.internal) for service in WITH_CONTACTS]
    for service, document, ports in targets:
        name = service if ports is apis.ports else f"{service}, internal"
        read = json.loads(document.read_text())
        operations = sum(len(item) for item in read["paths"].values())
        for role in roles_for(read):
            yield Run(name, document, f"http://127.0.0.1:{ports[f'{service}-api']}", role, operations)


def roles_for(document: dict[str, Any]) -> list[str]:
    """Nobody, a resident where one can sign in, each role that the document knows, and one that it does not."""
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    requirements = [one for operation in operations for one in operation["security"]]
    known = {role for requirement in requirements for roles in requirement.values() for role in roles}
    if unheard_of := known.difference(ROLES):
        raise Ended(f"{document['info']['title']} names roles that nobody tries: {', '.join(unheard_of)}")
    residents = [RESIDENT] if any(RESIDENT in requirement for requirement in requirements) else []
    return [NOBODY, *residents, *sorted(known), next(role for role in ROLES if role not in known)]


def perform(run: Run, token: str | None, folder: Path, seconds: int, seed: int) -> Outcome:
    outcome = _perform(run, token, folder, seconds, seed)
    return _perform(run, token, folder, PATIENCE * seconds, seed) if outcome.lacks_time else outcome


def _perform(run: Run, token: str | None, folder: Path, seconds: int, seed: int) -> Outcome:
    report = folder / f"{run.api}-{run.role}.json"
    report.unlink(missing_ok=True)
    options = ["--no-color", "--generation-database", "none", "--exclude-checks", UNSAYABLE, "--warnings", "off"]
    options += ["--url", run.url, "--max-time", str(seconds), "--seed", str(seed)]
    options += ["--report", "json", "--report-json-path", str(report)]
    options += ["--header", f"Authorization: Bearer {token}"] if token else []
    command = [str(SCHEMATHESIS), "--config-file", str(CONFIGURATION), "run", str(run.document), *options]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if not report.exists():
        return Outcome(0, [f"it did not run: {said.stderr.strip() or said.stdout.strip()}"], "")
    return outcome_of(json.loads(report.read_text()), said.stdout)


def outcome_of(report: dict[str, Any], said: str) -> Outcome:
    failures = [f"{one['count']} × {one['title']}: {', '.join(one['operations'])}" for one in report["failures"]]
    failures += [f"{one['count']} × {one['title']}" for one in report["errors"]]
    operations = report["operations"] or {"tested": 0, "total": "all"}
    is_whole = operations["tested"] == operations["total"]
    lacks_time = not is_whole and not failures
    if not is_whole:
        failures.append(f"{operations['tested']} of {operations['total']} operations were tried: give it more seconds")
    if report["exit_code"] and not failures:
        failures.append(f"it ended with {report['exit_code']} ({report['stop_reason']})")
    return Outcome(report["test_cases"]["generated"], failures, details_in(said) if failures else "", lacks_time)


def details_in(said: str) -> str:
    """What is printed of failures and errors, without the rest."""
    sections = list(SECTION.finditer(said))
    starts = [section.start() for section in sections]
    return "\n".join(
        said[start:end].strip()
        for section, (start, end) in zip(sections, pairwise([*starts, len(said)]), strict=True)
        if section["title"] in ("FAILURES", "ERRORS")
    )


def show(console: Console, outcomes: dict[Run, Outcome]) -> None:
    for run, outcome in outcomes.items():
        for failure in outcome.failures:
            console.print(f"{run.api}, as {run.role}: {failure}", markup=False)
        if outcome.details:
            console.print(outcome.details, markup=False, soft_wrap=True)
    table = Table(title="Held to their OpenAPI documents")
    for column in ("API", "cases", "as", "failures"):
        table.add_column(column, justify="right" if column in ("cases", "failures") else "left")
    for api in dict.fromkeys(run.api for run in outcomes):
        ours = {run.role: outcome for run, outcome in outcomes.items() if run.api == api}
        failures = sum(len(outcome.failures) for outcome in ours.values())
        table.add_row(api, f"{sum(one.cases for one in ours.values()):,}", ", ".join(ours), str(failures))
    console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"about how long in all; {SECONDS} unless said")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
