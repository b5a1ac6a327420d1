"""The whole system as real processes, which a test may kill and which come back, as an orchestrator has them do."""

import contextlib
import multiprocessing
import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.submissions import Apis
from operations.console import ALL_SERVICES
from shared.migrations import migrate
from shared.settings import Settings
from testkit.broker import free_port
from testkit.databases import own_databases

ROOT = Path(__file__).parents[1]
APIS = {"eservice-intake", "housing", "recruitment", "notifications"}
PROCESSES = {
    **{f"{service}-api": f"{service.replace('-', '_')}.app:api" for service in APIS},
    **{f"{service}-relay": f"{service.replace('-', '_')}.app:relay" for service in APIS - {"notifications"}},
    "notifications-consumer": "notifications.app:consumer",
    "notifications-mailer": "notifications.app:mailer",
    "peers": "deploy.embedded.peers:app",
}

# What the tests' submissions tell of people, besides addresses: a name, a phone number, a place, words of their own.
PERSONAL = (
    "Karin Ek",
    "Ada Byron",
    "Sam Seeker",
    "70-123 45 67",
    "Storgatan 12",
    "Lockne-Byn 2:15",
    "brummar varje natt",
    "utsikt över sjön",
    "May we see it?",
)


# Forked from a process that has loaded the libraries: loading takes two seconds, and tests start dozens.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["shared.http", "shared.kafka", "shared.relay", "aiosmtplib", "babel.dates", "uvicorn.main"]
)


def serve(app: str, port: int, environment: dict[str, str], log: Path) -> None:
    """What a process of the system is: `uvicorn app` with an environment and a log of its own."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    uvicorn.run(app, port=port, access_log=False, log_config=str(ROOT / "deploy/logging.json"))


class Mailbox:
    """A real SMTP server that remembers what it accepted, by recipient."""

    def __init__(self) -> None:
        self.mails: dict[str, list[EmailMessage]] = defaultdict(list)
        self._lock = threading.Lock()
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # aiosmtpd's
        mail = message_from_bytes(envelope.original_content or b"", _class=EmailMessage, policy=policy.default)
        with self._lock:
            for recipient in envelope.rcpt_tos:
                self.mails[recipient].append(mail)
        return "250 OK"


@dataclass
class System:
    """Every process of the system, on ports of its own."""

    folder: Path
    environment: dict[str, str]
    mailbox: Mailbox
    ports: dict[str, int]
    running: dict[str, ForkServerProcess] = field(default_factory=dict)

    @property
    def apis(self) -> Apis:
        intake, housing, recruitment, notifications = (
            f"http://127.0.0.1:{self.ports[f'{service}-api']}"
            for service in ("eservice-intake", "housing", "recruitment", "notifications")
        )
        return Apis(intake, housing, recruitment, notifications)

    def settings(self, service: str) -> Settings:
        return Settings(service=service, data_dir=self.folder, database_url=self.environment["DATABASE_URL"])

    def start(self, *names: str) -> None:
        for name in names:
            place = (PROCESSES[name], self.ports[name], self.environment, self.folder / f"{name}.log")
            self.running[name] = FORKS.Process(target=serve, args=place, name=name)
            self.running[name].start()

    def wait_until_ready(self, *names: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        for name in names:
            while not self._is_ready(name):
                assert self.running[name].is_alive(), f"{name} ended:\n{self.log(name)}"
                assert time.monotonic() < deadline, f"{name} is not ready:\n{self.log(name)}"
                time.sleep(0.1)

    def kill(self, name: str) -> None:
        """End a process at once, with nothing finished and nothing said."""
        process = self.running.pop(name)
        process.kill()
        process.join()

    def restart(self, name: str) -> None:
        self.kill(name)
        self.start(name)

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.join(timeout=20)
            process.kill()
            process.join()
        self.running.clear()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]

    def leaks(self) -> set[str]:
        """What any process has logged of somebody's data, however it is spaced."""
        logs = "".join(path.read_text() for path in self.folder.glob("*.log"))
        decoded = re.sub(r"\\u([0-9a-f]{4})", lambda escaped: chr(int(escaped[1], 16)), logs)
        return {words for words in (*PERSONAL, *self.mailbox.mails) if _compact(words) in _compact(decoded)}

    def token(self, *roles: str, subject: str = "anna") -> dict[str, str]:
        """The headers of somebody whom the local issuer knows."""
        form = {"grant_type": "client_credentials", "client_id": subject, "scope": " ".join(roles)}
        response = httpx.post(f"http://127.0.0.1:{self.ports['peers']}/token", data=form)
        return {"Authorization": f"Bearer {response.raise_for_status().json()['access_token']}"}

    def _is_ready(self, name: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.ports[name]}/health/ready").status_code == 200
        except httpx.TransportError:
            return False


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


@contextlib.contextmanager
def prepared(folder: Path, **settings: str) -> Iterator[System]:
    """A system with databases and a mail server of its own, nothing of it started yet."""
    ports = {name: free_port() for name in PROCESSES}
    issuer = f"http://127.0.0.1:{ports['peers']}"
    with contextlib.ExitStack() as stack:
        url = "sqlite:///{data_dir}/{service}.db"
        if os.environ.get("DATABASE_URL"):
            prefix = f"kommunbuss_system_{os.getpid()}_{ports['peers']}_"
            url = stack.enter_context(own_databases(os.environ["DATABASE_URL"], prefix))
        mailbox = Mailbox()
        mailbox.controller.start()
        stack.callback(mailbox.controller.stop)
        environment: dict[str, Any] = {
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "OIDC_ISSUER": issuer,
            "EMBEDDED_ISSUER": issuer,
            "OIDC_CLIENT_SECRET": "test",
            "PYTHONPATH": str(ROOT),
            "HOUSING_URL": f"http://127.0.0.1:{ports['housing-api']}",
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.controller.port}",
            "RELAY_POLL_SECONDS": "0.05",
            "MAILER_POLL_SECONDS": "0.05",
            **settings,
        }
        system = System(folder, environment, mailbox, ports)
        for service in ALL_SERVICES:
            migrate(system.settings(service))
        stack.callback(system.stop)
        yield system
