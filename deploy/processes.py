"""Starts a system's processes, watches them and stops them in order."""

import json
import shlex
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from string import Template

import psutil

from deploy.forks import ENDINGS, LIBRARIES, SERVERS, call, execute, forked, load, serve

READY_SECONDS = 60
STOP_SECONDS = 15
LARGEST_LOG = 10_000_000
LONGEST_WORDS = 300
MEGABYTE = 1_000_000
SAID_LAST = "Application startup failed. Exiting."
"""Uvicorn's, after it has said why."""


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


@dataclass(frozen=True)
class Cost:
    seconds: float
    memory: int
    """In bytes. What processes share is counted once on Linux, and elsewhere not at all."""

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s and {self.memory / MEGABYTE:.0f} MB of memory"


class Processes:
    """What runs. A process keeps its log in `<logs>/<name>.log`, and ends when this one does, however this one ends."""

    def __init__(self, logs: Path, environment: Mapping[str, str], loaded: Collection[str] = LIBRARIES) -> None:
        self._logs = logs
        self._environment = environment
        self._running: dict[str, ForkServerProcess] = {}
        self._starts: dict[str, Start] = {}
        self._log_began: dict[str, int] = {}
        logs.mkdir(parents=True, exist_ok=True)
        load(loaded)

    def start(self, name: str, command: str, port: int | None = None, **more: str) -> None:
        """Run a Procfile's command."""
        self._starts[name] = Start(command, port, more)
        words = [Template(word).safe_substitute(PORT=port) for word in shlex.split(command)]
        self._fork(name, serve if words[0] in SERVERS else execute, words, {**self._environment, **more})

    def run(self, name: str, function: str, *arguments: object) -> None:
        """Run a function, named `module:function`, to its end. Raises Ended when it fails, or another process ends."""
        self._fork(name, call, [function, *arguments], self._environment)
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

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Meanwhile the process does nothing; then it goes on where it was."""
        process = psutil.Process(self.pid(name))
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    def restart(self, name: str, **changed: str) -> None:
        """Kill a process, if it runs, and start it again, as an orchestrator would; `changed` is in its environment."""
        start = self._starts[name]
        if name in self._running:
            self.kill(name)
        self.start(name, start.command, start.port, **{**start.more, **changed})

    def end(self, names: Collection[str]) -> None:
        """Ask those of them that run to end; kill what has not ended in 15 seconds."""
        _stop([self._running.pop(name) for name in names if name in self._running])

    def stop(self, last: Collection[str] = ()) -> None:
        """End all, first those that use the `last`."""
        self.end([name for name in self._running if name not in last])
        self.end(last)

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
        self._running[name] = forked(name, log.absolute(), environment, target, words)


def cost_of(pid: int) -> Cost:
    """What a process and all that it has started cost together until now."""
    first = psutil.Process(pid)
    memory = sum(map(_memory_of, [first, *first.children(recursive=True)]))
    return Cost(time.time() - first.create_time(), memory)


def _memory_of(process: psutil.Process) -> int:
    """Nothing when it has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        told = process.memory_full_info()
        return int(getattr(told, "pss", told.uss))
    return 0


def _stop(processes: Collection[ForkServerProcess]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        process.kill()
        process.join()


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
