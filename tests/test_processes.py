"""What starts, watches and stops a system's processes, for `make run`, the tests and the bench alike."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.processes import Ended, Processes
from deploy.procfile import ISSUER, ISSUER_COMMAND
from testkit.broker import free_port, wait_for_port

ROOT = Path(__file__).parents[1]
# Starts what it reads, says which processes those are, and waits until it is told to end. It loads what
# an issuer needs.
STARTER = """
import json, sys, time
from pathlib import Path
from deploy import processes
processes.raise_when_told_to_end()
folder, commands = Path(sys.argv[1]), json.loads(sys.argv[2])
environment = {"MODE": "embedded", "EMBEDDED_ISSUER": "http://127.0.0.1", "DATA_DIR": str(folder)}
started = processes.Processes(folder, environment, ["uvicorn.main"])
try:
    for name, command in commands.items():
        started.start(name, command)
    print(*map(started.pid, commands), flush=True)
    time.sleep(60)
finally:
    started.stop(last=["broker"])
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path, dict(os.environ))
    yield processes
    processes.stop()


@contextmanager
def starter_of(commands: dict[str, str], folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A process that has started those, in a terminal of its own, and what it started."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), json.dumps(commands)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as starter:
        assert starter.stdout is not None
        yield starter, [psutil.Process(int(pid)) for pid in starter.stdout.readline().split()]


def noting_their_end(folder: Path) -> dict[str, str]:
    """The commands of a broker, and of a relay that takes longer to end. A file of its name notes when each ended."""
    note = "sh -c 'trap \"sleep {takes}; date +%s%N >{file}; exit 0\" TERM; touch {file}; sleep 60 & wait'"
    return {name: note.format(takes=takes, file=folder / name) for name, takes in (("broker", 0), ("relay", 0.5))}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def words_on_ending(processes: Processes) -> str:
    """Wait until a process has ended by itself, and give what is said of it."""
    with pytest.raises(Ended) as caught:
        until(lambda: processes.check() is not None)
    return str(caught.value)


def test_what_ended_by_itself_is_named_with_its_log_and_its_last_words(processes, tmp_path):
    processes.start("brief", "sh -c 'echo first; echo no such file; exit 3'")

    said = words_on_ending(processes)

    assert said == f"brief ended by itself (exit code 3); see {tmp_path}/brief.log. It last said: no such file"


def test_the_last_words_are_the_last_error_and_not_what_was_said_after_it(processes):
    error, later = '{"level": "error", "event": "port 80 is in use"}', '{"level": "info", "event": "shut down"}'
    processes.start("verbose", f"""printf '%s\\n' '{error}' '{later}'""")

    assert words_on_ending(processes).endswith(error)


def test_the_last_words_of_a_process_that_could_not_begin_are_why(processes):
    why = '{"level": "error", "event": "Traceback (most recent call last):\\n  File …\\nOSError: it is taken\\n"}'
    later = '{"level": "error", "event": "Application startup failed. Exiting."}'
    processes.start("taken", f"""printf '%s\\n' '{why}' '{later}'""")

    assert words_on_ending(processes).endswith("It last said: OSError: it is taken")


def test_the_last_words_are_of_this_start_and_not_of_one_before(processes):
    processes.start("again", "sh -c 'echo an old trouble; sleep 60'")
    until(lambda: processes.last_words("again") == "an old trouble")

    processes.kill("again")
    processes.start("again", "sleep 60")

    assert processes.last_words("again") == "nothing"


def test_a_process_that_does_not_answer_is_named_when_its_time_is_up(processes):
    processes.start("broker", "sleep 60", free_port())

    with pytest.raises(Ended, match=r"broker does not answer at 127.0.0.1:\d+; see .*broker.log"):
        processes.wait_until_ready("broker", seconds=0.2)


def test_what_was_killed_can_be_started_again_as_it_was(processes):
    processes.start("server", f"{sys.executable} -m http.server --bind 127.0.0.1 $PORT", free_port())
    processes.wait_until_ready()
    before = processes.pid("server")

    processes.restart("server")
    processes.wait_until_ready()

    assert processes.pid("server") != before
    assert not psutil.pid_exists(before)


def test_the_ones_that_others_use_are_stopped_after_them(processes, tmp_path):
    for name, command in noting_their_end(tmp_path).items():
        processes.start(name, command)
        until((tmp_path / name).exists)

    processes.stop(last=["broker"])

    assert int((tmp_path / "relay").read_text()) < int((tmp_path / "broker").read_text())


def test_processes_can_be_started_beside_running_threads(processes):
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            json.dumps([0] * 1000)

    busy = [threading.Thread(target=work) for _ in range(4)]
    for thread in busy:
        thread.start()
    try:
        for number in range(10):
            processes.run(f"call-{number}", "os:getcwd")
    finally:
        stop.set()
        for thread in busy:
            thread.join()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_processes_end_with_the_one_that_started_them_however_it_ends(tmp_path, number):
    port = free_port()
    commands = {ISSUER: ISSUER_COMMAND.replace("$PORT", str(port)), "sleeper": "sleep 60"}
    with starter_of(commands, tmp_path) as (starter, started):
        wait_for_port(port)

        starter.send_signal(number)

    assert psutil.wait_procs(started, timeout=10)[1] == []


def test_a_closed_terminal_stops_them_in_order(tmp_path):
    with starter_of(noting_their_end(tmp_path), tmp_path) as (starter, _):
        until(lambda: (tmp_path / "broker").exists() and (tmp_path / "relay").exists())

        os.killpg(starter.pid, signal.SIGHUP)

    assert int((tmp_path / "relay").read_text()) < int((tmp_path / "broker").read_text())
