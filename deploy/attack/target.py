"""The API that is attacked: how much memory it holds, whether it still answers others, and what becomes of it."""

import asyncio
import http.client
import os
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

BYSTANDER = "127.0.0.77"
LOOK_SECONDS, ASK_SECONDS, IDLE_ASKS = 0.02, 0.1, 15
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Target:
    """A running API."""

    port: int
    internal_port: int
    pid: int
    folder: Path
    harmless: str = "/health/ready"
    """A path on its public port that costs little."""
    hold_seconds: float = 3
    """How long who sends slowly, or does not read, goes on."""
    issuer: str = ""
    token: Callable[[str], str] = str

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"


@dataclass
class Told:
    """What the attacker saw."""

    statuses: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    """What should not have been possible."""


@dataclass(frozen=True)
class Attack:
    name: str
    service: str
    sends: str
    run: Callable[[Target], Awaitable[Told]]


@dataclass(frozen=True)
class Bounds:
    """What must hold meanwhile."""

    memory: int
    unready_seconds: float = 5
    attack_seconds: float = 90


@dataclass(frozen=True)
class Outcome:
    told: Told
    peak: int
    idle_seconds: float
    worst_seconds: float
    fell: tuple[str, ...]


class Memory(threading.Thread):
    """Looks fifty times a second at what a container would count, and kills as the kernel would."""

    def __init__(self, target: Target, most: int) -> None:
        super().__init__(daemon=True)
        self._target, self._most = target, most
        self._process = psutil.Process(target.pid)
        self._stopped = threading.Event()
        self.peak, self.killed = 0, False

    def run(self) -> None:
        self._look()
        while not self.killed and not self._stopped.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        with suppress(psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
            self.peak = max(self.peak, self._process.memory_info().rss + self._temporary_bytes())
            if self.peak > self._most:
                os.kill(self._target.pid, signal.SIGKILL)
                self.killed = True

    def complaints(self) -> list[str]:
        if self.killed:
            return [f"killed at {self.peak / MEGABYTE:.0f} MB"]
        runs = self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        return [] if runs else ["it died"]

    def _temporary_bytes(self) -> int:
        """/tmp is memory in a container. Most files in it have no name any more."""
        device, size = self._target.temporary.stat().st_dev, 0
        for descriptor in Path(f"/proc/{self._target.pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                file = descriptor.stat()
                size += file.st_blocks * 512 if file.st_nlink == 0 and file.st_dev == device else 0
        return size

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self.join()


class Bystander(threading.Thread):
    """Somebody else, who asks for something harmless again and again, each time on a new connection."""

    def __init__(self, port: int, path: str, patience: float) -> None:
        super().__init__(daemon=True)
        self._port, self._path, self._patience = port, path, patience
        self._stopped = threading.Event()
        self._answered_at = time.monotonic()
        self.times: list[float] = []
        self.longest_without = 0.0

    def ask(self) -> bool:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, self._patience, (BYSTANDER, 0))
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", self._path, headers={"Connection": "close"})
            with connection.getresponse() as answer:
                is_answered = answer.status == 200
            self.note(time.monotonic() if is_answered else None, time.monotonic() - began)
            return is_answered
        self.note(None, time.monotonic() - began)
        return False

    def note(self, answered_at: float | None, took: float) -> None:
        self.times.append(took)
        self.longest_without = max(self.longest_without, (answered_at or time.monotonic()) - self._answered_at)
        self._answered_at = answered_at or self._answered_at

    def run(self) -> None:
        while not self._stopped.wait(ASK_SECONDS):
            self.ask()

    def __enter__(self) -> Self:
        self._answered_at = time.monotonic()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self.join()

    def wait_for_answer(self, is_gone: Callable[[], object]) -> None:
        """Wait for one more, as long as one may take."""
        while not self.ask() and self.longest_without <= self._patience and not is_gone():
            time.sleep(ASK_SECONDS)


def measure(attack: Attack, target: Target, bounds: Bounds) -> Outcome:
    """Attack it while others ask, until it falls, and say what stood."""
    public = Bystander(target.port, target.harmless, bounds.unready_seconds)
    ready = Bystander(target.internal_port, "/health/ready", bounds.unready_seconds)
    for _ in range(IDLE_ASKS):
        public.ask()
    idle = statistics.median(public.times)
    public.times.clear()
    with Memory(target, bounds.memory) as memory, public, ready:

        def fallen() -> list[str]:
            return [*memory.complaints(), *_unready(public, ready, bounds.unready_seconds)]

        told = asyncio.run(_run(attack, target, bounds.attack_seconds, fallen))
    for other in (public, ready):
        other.wait_for_answer(memory.complaints)
    return Outcome(told, memory.peak, idle, max(public.times), (*fallen(), *told.complaints))


async def _run(attack: Attack, target: Target, seconds: float, fallen: Callable[[], list[str]]) -> Told:
    attacking = asyncio.ensure_future(attack.run(target))
    ends_at = time.monotonic() + seconds
    while not attacking.done() and not fallen() and time.monotonic() < ends_at:
        await asyncio.wait({attacking}, timeout=ASK_SECONDS)
    if attacking.done():
        return attacking.result()
    attacking.cancel()
    await asyncio.wait({attacking})
    return Told(complaints=[] if fallen() else [f"the attack was not over after {seconds:.0f} s"])


def _unready(public: Bystander, ready: Bystander, most: float) -> list[str]:
    worst = {"others": public.longest_without, "health": ready.longest_without}
    return [f"no answer to {whom} for {seconds:.1f} s" for whom, seconds in worst.items() if seconds > most]
