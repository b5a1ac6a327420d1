"""The embedded system as a newcomer starts it: by its own command, twice."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from deploy import submissions
from deploy.embedded.ports import CannotStart, Ports
from deploy.journeys import in_maildir, send
from deploy.processes import cost_of
from deploy.submissions import Apis
from testkit.broker import free_port
from testkit.plugin import LIMITS
from testkit.waiting import until

ROOT = Path(__file__).parents[2]
CHOSEN_FOR_TESTS = {
    *("KAFKA_BOOTSTRAP_SERVERS", "KAFKA_IDEMPOTENCE", "DATABASE_URL", "OIDC_ISSUER", "RESIDENTS_ISSUER", "MODE"),
    *(*LIMITS, "UPLOAD_MEGABYTES_PER_HOUR"),
}


def first_of_free_ports() -> int:
    while True:
        first = min(free_port(), 65_000)
        with suppress(CannotStart):
            Ports(first, smtp=None, kafka=None, data=Path()).require_free()
            return first


class Embedded:
    """The system in a folder of its own, started and stopped by its command."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.first = first_of_free_ports()
        ports = {"FIRST_PORT": str(self.first), "SMTP_PORT": str(free_port()), "KAFKA_PORT": str(free_port())}
        kept = {name: value for name, value in os.environ.items() if name not in CHOSEN_FOR_TESTS}
        self.environment = {**kept, **ports, "DATA_DIR": str(folder), **settings}

    @property
    def apis(self) -> Apis:
        return Apis(*(f"http://127.0.0.1:{self.first + number}" for number in (0, 1, 2, 3, 6)))

    def __enter__(self) -> "Embedded":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.embedded"],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, f"it ended:\n{self.said}"
            self.said += line
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=30) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()

    def broker(self) -> int | None:
        """The process that is the broker now; None while another takes its place."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if process.name() == "tansu":
                    return process.pid
        return None

    def staff(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials", "client_id": "anna", "scope": "caseworker"}
        answer = httpx.post(f"http://127.0.0.1:{self.first + 4}/token", data=form).raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def tasks(self, http: httpx.AsyncClient) -> Counter[str]:
        answer = await http.get(f"{self.apis.notifications}/queues/halsoskydd/tasks?limit=100", headers=self.staff())
        return Counter(task["about"] for task in answer.raise_for_status().json()["items"])

    async def samples(self, http: httpx.AsyncClient) -> dict[str, int]:
        """How many there are of what it begins with, as everybody sees them."""
        lists = {"houses": self.apis.housing, "ads": self.apis.recruitment, "events": self.apis.recruitment}
        answers = {kind: await http.get(f"{api}/{kind}", params={"limit": 100}) for kind, api in lists.items()}
        return {kind: len(answer.raise_for_status().json()["items"]) for kind, answer in answers.items()}


async def sent_in(embedded, http):
    """An application that has arrived: its mail, and its task."""
    journey = await send(http, await submissions.application(http, embedded.apis, {}))
    find = in_maildir(embedded.folder / "mail")

    async def has_arrived():
        return await find(journey) and (await embedded.tasks(http))[journey.id]

    await until(has_arrived, seconds=60)
    return journey


@pytest.fixture(scope="module")
async def http():
    async with httpx.AsyncClient() as http:
        yield http


@pytest.fixture(scope="module")
async def after_a_run(tmp_path_factory, http):
    """The system after it ran and stopped, and what was sent in."""
    embedded = Embedded(tmp_path_factory.mktemp("embedded"))
    with embedded:
        journey = await sent_in(embedded, http)
    return embedded, journey


async def test_a_start_says_what_it_begins_with(after_a_run):
    embedded, _ = after_a_run

    assert "It begins with houses, job ads, events and cases." in embedded.said


async def test_a_start_says_what_it_cost_and_it_fits_a_small_machine(after_a_run):
    embedded, _ = after_a_run

    [megabytes] = re.findall(r"^Ready in [0-9.]+ s and ([0-9]+) MB of memory\.$", embedded.said, re.MULTILINE)

    assert int(megabytes) < 850


async def test_what_people_sent_in_is_its_owners_alone(after_a_run):
    embedded, _ = after_a_run

    made = [path for path in embedded.folder.rglob("*") if not path.is_dir()]

    assert {path.parent.name for path in made} >= {"log", "new"}
    assert [path for path in made if path.stat().st_mode & 0o077] == []


async def test_a_second_start_loses_and_repeats_nothing(after_a_run, http):
    embedded, first = after_a_run

    with embedded:
        second = await sent_in(embedded, http)
        tasks = await embedded.tasks(http)
        samples = await embedded.samples(http)
        memory = cost_of(embedded.process.pid).memory

    mails = [mail.read_text() for mail in (embedded.folder / "mail/new").iterdir()]
    ours = [one for one in mails if any(sent.submission.recipient in one for sent in (first, second))]
    logs = "".join(log.read_text() for log in (embedded.folder / "log").iterdir())
    assert tasks == {first.id: 1, second.id: 1}
    assert len(ours) == 2
    assert samples == {"houses": 12, "ads": 10, "events": 6}
    assert first.submission.recipient not in logs
    assert memory < 850_000_000, "everything together fits a small machine"


def test_a_port_in_use_is_said_in_one_line_with_the_remedy(tmp_path):
    embedded = Embedded(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", embedded.first))
        taken.listen()
        run = subprocess.run(
            [sys.executable, "-m", "deploy.embedded"],
            cwd=ROOT,
            env=embedded.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode != 0
    assert run.stderr.count("\n") == 1
    assert str(embedded.first) in run.stderr
    assert "FIRST_PORT=" in run.stderr


async def test_a_broker_that_has_grown_is_begun_anew_and_nothing_is_lost_or_repeated(tmp_path, http):
    with Embedded(tmp_path, BROKER_MEGABYTES="1", SAMPLES="no") as embedded:
        sent = [await sent_in(embedded, http)]
        before = await until(embedded.broker)
        while embedded.broker() in (before, None):
            sent.append(await send(http, await submissions.application(http, embedded.apis, {})))
            await asyncio.sleep(1)
        sent.append(await sent_in(embedded, http))
        await until(partial(has_all, embedded, http, sent), seconds=60)
        tasks = await embedded.tasks(http)

    assert {journey.id: tasks[journey.id] for journey in sent} == {journey.id: 1 for journey in sent}


async def has_all(embedded, http, sent):
    return {journey.id for journey in sent} <= (await embedded.tasks(http)).keys()
