"""Starts a system's processes, watches them and stops them in order.

Each is forked from a process that has loaded the libraries: loading takes two seconds and 95 MB, once for all of them.
That process is one of its own, because the one that asks for them may have threads and an event loop.
"""

import ctypes
import gc
import json
import multiprocessing
import os
import shlex
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from pkgutil import resolve_name
from string import Template

import psutil

ROOT = Path(__file__).parents[1]
LIBRARIES = ["web.server", "bus.consumer", "bus.relay", "aiosmtplib", "uvicorn.main", "uvloop", "holidays", "obstore"]
SERVERS = {"uvicorn": "uvicorn.main:main.main", "kommunbuss-serve": "web.server:main"}
"""What runs in a fork, without loading everything again."""
READY_SECONDS = 60
STOP_SECONDS = 15
LARGEST_LOG = 10_000_000
LONGEST_WORDS = 300
SAID_LAST = "Application startup failed. Exiting."
"""Uvicorn's, after it has said why."""
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

FORKS = multiprocessing.get_context("forkserver")


class Ended(Exception):
    """A process ended by itself, or did not become ready: which, why, and where its log is."""


def raise_when_told_to_end() -> None:
    """Let Ctrl-C, `kill` and a closed terminal all raise KeyboardInterrupt, so that what was started is stopped."""
    for number in ENDINGS:
        signal.signal(number, signal.default_int_handler)


@dataclass(frozen=True)
class Start:
    """How a process was started, so that it can be started again."""

    command: str
    port: int | None
    more: Mapping[str, str]


class Processes:
    """What runs. A process keeps its log in `<logs>/<name>.log`, and ends when this one does, however this one ends."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment
        self._running: dict[str, ForkServerProcess] = {}
        self._starts: dict[str, Start] = {}
        self._log_began: dict[str, int] = {}
        logs.mkdir(parents=True, exist_ok=True)
        _load_libraries()

    def start(self, name: str, command: str, port: int | None = None, **more: str) -> None:
        """Run a Procfile's command."""
        self._starts[name] = Start(command, port, more)
        words = [Template(word).safe_substitute(PORT=port) for word in shlex.split(command)]
        self._fork(name, _serve if words[0] in SERVERS else _execute, words, {**self._environment, **more})

    def run(self, name: str, function: str, *arguments: object) -> None:
        """Run a function, named `module:function`, to its end. Raises Ended when it fails, or another process ends."""
        self._fork(name, _call, [function, *arguments], self._environment)
        process = self._running[name]
        while process.is_alive():
            process.join(0.2)
            self.check(besides=name)
        del self._running[name]
        if process.exitcode:
            raise Ended(f"{self.last_words(name)} (More in {self.log(name)}.)")

    def wait_until_ready(self, *names: str, seconds: float = READY_SECONDS) -> None:
        """Return when those answer, or all. Raises Ended when one ends, or does not answer in time."""
        deadline = time.monotonic() + seconds
        for name in names or [name for name, start in self._starts.items() if start.port and name in self._running]:
            self._wait_until_ready(name, deadline)

    def _wait_until_ready(self, name: str, deadline: float) -> None:
        while not _answers(self._starts[name]):
            self.check()
            if time.monotonic() > deadline:
                raise Ended(
                    f"{name} does not answer at 127.0.0.1:{self._starts[name].port}; see {self.log(name)}. "
                    f"It last said: {self.last_words(name)}"
                )
            time.sleep(0.05)

    def check(self, besides: str | None = None) -> None:
        """Raise Ended when a process has ended by itself."""
        for name, process in self._running.items():
            if name != besides and process.exitcode is not None:
                raise Ended(
                    f"{name} ended by itself (exit code {process.exitcode}); see {self.log(name)}. "
                    f"It last said: {self.last_words(name)}"
                )

    def kill(self, name: str) -> None:
        """End a process at once, with nothing finished and nothing said."""
        process = self._running.pop(name)
        process.kill()
        process.join()

    def restart(self, name: str) -> None:
        """Kill a process and start it again, as an orchestrator would."""
        start = self._starts[name]
        self.kill(name)
        self.start(name, start.command, start.port, **start.more)

    def stop(self, last: Collection[str] = ()) -> None:
        """Ask all to end, first those that use the `last`; kill what has not ended in 15 seconds."""
        users = [name for name in self._running if name not in last]
        for names in (users, list(last)):
            _stop([self._running.pop(name) for name in names if name in self._running])

    def cpu_seconds(self) -> dict[str, float]:
        """What each has used since it started."""
        used = {name: psutil.Process(self.pid(name)).cpu_times() for name in self._running}
        return {name: times.user + times.system for name, times in used.items()}

    def pid(self, name: str) -> int:
        return self._running[name].pid or 0

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """The last error in its log since it was started, or else the last line."""
        with self.log(name).open(encoding="utf-8", errors="replace") as log:
            log.seek(self._log_began[name])
            lines = [line.strip() for line in log if line.strip()]
        errors = filter(None, map(_error_in, reversed(lines)))
        return next(errors, lines[-1] if lines else "nothing")[:LONGEST_WORDS]

    def _fork(
        self, name: str, target: Callable[..., None], words: Iterable[object], environment: Mapping[str, str]
    ) -> None:
        log = self.log(name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        log.touch(0o640)
        self._log_began[name] = log.stat().st_size
        arguments = (name, log.absolute(), dict(environment), target, *words)
        self._running[name] = FORKS.Process(target=_begin, args=arguments, name=name, daemon=True)
        self._running[name].start()


def _load_libraries() -> None:
    """Start the process to fork from. It outlives what ends this one, so that the others can be stopped in order."""
    FORKS.set_forkserver_preload(LIBRARIES)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop(processes: Collection[ForkServerProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        process.kill()
        process.join()


def _begin(name: str, log: Path, environment: dict[str, str], target: Callable[..., None], *words: object) -> None:
    """What a process does first: leave the group that Ctrl-C reaches, end with its parent, write to its log."""
    gc.freeze()  # what is loaded stays shared: no collection walks it
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    os.setpgid(0, 0)
    _end_with_parent(name)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    target(*words)


def _end_with_parent(name: str) -> None:
    # The process it is forked from ends with the last one that has this open.
    os.close(vars(forkserver._forkserver)["_forkserver_alive_fd"])
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    libc.prctl(PR_SET_NAME, name.encode())
    starter = multiprocessing.parent_process()
    if starter is None or not starter.is_alive():
        raise SystemExit(1)


def _serve(*words: str) -> None:
    resolve_name(SERVERS[words[0]])(words[1:])


def _execute(*words: str) -> None:
    os.execvp(words[0], words)


def _call(function: str, *arguments: object) -> None:
    resolve_name(function)(*arguments)


def _answers(start: Start) -> bool:
    """A service when it is ready, which an API says on its internal port; anything else when it listens."""
    try:
        if start.command.split()[0] not in SERVERS:
            socket.create_connection(("127.0.0.1", start.port or 0), timeout=2).close()
            return True
        port = start.more.get("INTERNAL_PORT", start.port)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _error_in(line: str) -> str | None:
    """What a line of a log says of an error, one of ours by its level or one that Python wrote by itself."""
    try:
        entry = json.loads(line)
        level, event = entry["level"], str(entry["event"])
    except (ValueError, TypeError, KeyError):
        return line
    if level not in ("error", "critical") or event == SAID_LAST:
        return None
    return event.strip().splitlines()[-1] if event.startswith("Traceback") else line
