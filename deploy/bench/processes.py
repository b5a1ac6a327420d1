"""The system's processes, started as an orchestrator would, on free ports."""

import asyncio
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil

from testkit.broker import free_port

API = "eservice-intake-api"
API_WITHOUT_DATABASE = "eservice-intake-api without a database"
RELAY = "eservice-intake-relay"
CONSUMER = "notifications-consumer"
MAILER = "notifications-mailer"
APPS = {
    API: "deploy.bench.intake_api:api",
    API_WITHOUT_DATABASE: "deploy.bench.without_database:api",
    RELAY: "eservice_intake.app:relay",
    CONSUMER: "deploy.bench.notifications_consumer:consumer",
    MAILER: "notifications.app:mailer",
}
READY_SECONDS = 60


class Broken(Exception):
    """Something did not work, so that its figure would mean nothing."""


@asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """Raise Broken when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Broken(f"{what} is not done after {seconds} s") from error


class Processes:
    """What runs, each on its port, with its log in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ports: dict[str, int] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        for name in names:
            self.ports[name] = free_port()
            command = [
                sys.executable,
                "-m",
                "uvicorn",
                APPS[name],
                "--port",
                str(self.ports[name]),
                "--no-access-log",
                "--log-config",
                "deploy/logging.json",
            ]
            with self._log(name).open("wb") as log:
                self._running[name] = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        for name, port in self.ports.items():
            while not _is_ready(port):
                self.check()
                if time.monotonic() > deadline:
                    raise Broken(f"{name} is not ready after {READY_SECONDS} s: {self._last_words(name)}")
                time.sleep(0.1)

    def check(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Broken(f"{name} ended by itself: {self._last_words(name)}")

    def cpu_seconds(self) -> dict[str, float]:
        """What each has used since it started."""
        used = {name: psutil.Process(process.pid).cpu_times() for name, process in self._running.items()}
        return {name: times.user + times.system for name, times in used.items()}

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _last_words(self, name: str) -> str:
        return self._log(name).read_text()[-2000:] or "it said nothing"


@contextmanager
def running(folder: Path, *names: str) -> Iterator[Processes]:
    """The processes, ready."""
    processes = Processes(folder)
    try:
        processes.start(*names)
        processes.wait_until_ready()
        yield processes
    finally:
        processes.stop()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
