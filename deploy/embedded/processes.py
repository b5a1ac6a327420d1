"""Runs a system's processes: forked from one that has loaded the libraries, watched, and stopped together.

Loading them takes a process two seconds; once for all is what makes the start short and the memory shared.
"""

import ctypes
import multiprocessing
import os
import shlex
import signal
import string
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from multiprocessing.context import ForkProcess
from pathlib import Path
from pkgutil import resolve_name

LIBRARIES = ("shared.http", "shared.kafka", "shared.relay", "uvicorn.main", "uvloop")
READY_SECONDS = 60
STOP_SECONDS = 15
LARGEST_LOG = 10_000_000
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15

FORK = multiprocessing.get_context("fork")


class Ended(Exception):
    """A process ended by itself; the message says which, and where its log is."""


def load_libraries() -> None:
    for name in LIBRARIES:
        import_module(name)


def read_procfile(path: Path) -> dict[str, str]:
    """Each process's command, by its name."""
    lines = (line.partition(":") for line in path.read_text().splitlines() if line.strip())
    return {name.strip(): command.strip() for name, _, command in lines}


class Processes:
    """What runs. A process keeps its log in `<logs>/<name>.log`, and ends when this one does, however this one ends."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment
        self._running: dict[str, ForkProcess] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: str, **more: str) -> None:
        """Run a Procfile's command. `uvicorn` runs in a fork, without loading everything again."""
        environment = {**self._environment, **more}
        words = shlex.split(string.Template(command).safe_substitute(environment))
        self._fork(name, _serve if words[0] == "uvicorn" else _execute, words, environment)

    def call(self, name: str, function: str, *arguments: object) -> None:
        """Run a function, named `module:function`, to its end."""
        self._fork(name, lambda: resolve_name(function)(*arguments))

    def _fork(self, name: str, target: Callable[..., object], *arguments: object) -> None:
        process = FORK.Process(
            target=_begin, args=(name, self._log(name), os.getpid(), target, *arguments), name=name, daemon=True
        )
        process.start()
        self._running[name] = process

    def finish(self, name: str) -> None:
        """Wait for a process that has an end. Raises Ended when it failed, or another ended meanwhile."""
        process = self._running[name]
        while process.is_alive():
            process.join(0.2)
            self.check(besides=name)
        del self._running[name]
        if process.exitcode:
            raise Ended(f"{self._last_words(name)} (More in {self._log(name)}.)")

    def wait_until_ready(self, urls: Mapping[str, str]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        for name, url in urls.items():
            while not _answers(f"{url}/health/ready"):
                self.check()
                if time.monotonic() > deadline:
                    raise Ended(f"{name} is not ready after {READY_SECONDS} s; see {self._log(name)}.")
                time.sleep(0.1)

    def check(self, besides: str | None = None) -> None:
        """Raise Ended when a process has ended by itself."""
        for name, process in self._running.items():
            if name != besides and process.exitcode is not None:
                raise Ended(
                    f"{name} ended by itself (exit code {process.exitcode}); see {self._log(name)}. "
                    f"It last said: {self._last_words(name)}"
                )

    def stop(self, last: Collection[str] = ()) -> None:
        """Ask all to end, first those that use the `last`; kill what has not ended in 15 seconds."""
        users = [name for name in self._running if name not in last]
        for names in (users, list(last)):
            ending = [self._running.pop(name) for name in names if name in self._running]
            for process in ending:
                process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            for process in ending:
                process.join(max(0.0, deadline - time.monotonic()))
                process.kill()
                process.join()

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(errors="replace").splitlines()
        return next((line[:300] for line in reversed(lines) if line.strip()), "nothing")


def _begin(name: str, log: Path, parent: int, target: Callable[..., object], *arguments: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)  # Ctrl-C reaches the one that stops the others in order
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        libc.prctl(PR_SET_NAME, name.encode())
        if os.getppid() != parent:
            raise SystemExit(1)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    target(*arguments)


def _execute(words: list[str], environment: dict[str, str]) -> None:
    os.execvpe(words[0], words, environment)


def _serve(words: list[str], environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    resolve_name("uvicorn.main:main").main(words[1:], prog_name=words[0])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
