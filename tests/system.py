"""The whole system as real processes, which a test may kill and which come back, as an orchestrator has them do."""

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.tokens import resident_token, staff_token
from deploy.forks import LIBRARIES
from deploy.processes import Processes
from deploy.procfile import ADDRESSES, COMMANDS, ISSUER, ISSUER_COMMAND, PORTAL, SERVICES, modules
from deploy.submissions import Apis
from operations.migrations import WITH_DATABASE, migrate
from shared.services import WITH_CONTACTS
from shared.settings import Settings
from testkit.broker import free_port
from testkit.databases import own_databases
from testkit.waiting import until
from tests.leaks import Kept, everything

PATIENCE_SECONDS = 30
TOPIC_PREFIX = "journeys."
PROCESSES = {**COMMANDS, ISSUER: ISSUER_COMMAND}

# What the tests' submissions tell of people, besides addresses: names, a phone number, places, words of their own.
PERSONAL = {
    "eservice-intake": {"Storgatan 12", "brummar varje natt", "dagbok.pdf", "Kerstin Krog", "556016-0680"},
    "housing": {"Karin Ek", "70-123 45 67", "Lockne-Byn 2:15", "utsikt över sjön", "Sam Seeker", "May we see it?"},
    "recruitment": {"Fjällgården", "Kock till fjällhotell", "556000-4615", "råvaror från trakten", "Ada Byron"},
}


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
    processes: Processes
    ports: dict[str, int]
    internal: dict[str, int]
    told: dict[str, set[str]] = field(default_factory=lambda: deepcopy(PERSONAL))
    """What the tests' submissions told each service of people."""

    @property
    def apis(self) -> Apis:
        return Apis(*(f"http://127.0.0.1:{self.ports[f'{service}-api']}" for service in SERVICES))

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.ports[ISSUER]}"

    def settings(self, service: str) -> Settings:
        return Settings(
            service=service,
            data_dir=self.folder,
            database_url=self.environment["DATABASE_URL"],
            topic_prefix=self.environment["TOPIC_PREFIX"],
        )

    def start(self, *names: str) -> None:
        for name in names:
            own = {"INTERNAL_PORT": str(self.internal[name])} if name in self.internal else {}
            self.processes.start(name, PROCESSES[name], self.ports[name], **own)

    def wait_until_ready(self, *names: str) -> None:
        self.processes.wait_until_ready(*names)

    def restart(self, name: str) -> None:
        self.processes.restart(name)

    def stop(self) -> None:
        self.processes.stop(last=[ISSUER])

    async def kept(self) -> list[Kept]:
        return await everything(self.settings, self.folder.glob("*.log"))

    async def until_mailed(self, recipient: str, count: int = 1) -> list[EmailMessage]:
        """The mails the recipient has, once there are as many."""
        await until(lambda: len(self.mailbox.mails[recipient]) >= count, PATIENCE_SECONDS)
        return self.mailbox.mails[recipient]

    def token(self, *roles: str, subject: str = "anna") -> dict[str, str]:
        """The headers of somebody whom the local issuer knows."""
        return {"Authorization": f"Bearer {staff_token(self.issuer, subject, ' '.join(roles))}"}

    def resident(self, number: str = "198112189876", name: str = "rut alm") -> dict[str, str]:
        """The headers of somebody who has signed in with an e-identification."""
        return {"Authorization": f"Bearer {resident_token(self.issuer, number, name)}"}


@contextlib.contextmanager
def prepared(folder: Path, **settings: str) -> Iterator[System]:
    """A system with databases and a mail server of its own, nothing of it started yet."""
    ports = {name: free_port() for name in PROCESSES}
    internal = {name: free_port() for name in PROCESSES if name.endswith("-api") or name == PORTAL}
    issuer = f"http://127.0.0.1:{ports[ISSUER]}"
    with contextlib.ExitStack() as stack:
        url = "sqlite:///{data_dir}/{service}.db"
        if os.environ.get("DATABASE_URL"):
            prefix = f"kommunbuss_system_{os.getpid()}_{ports[ISSUER]}_"
            url = stack.enter_context(own_databases(os.environ["DATABASE_URL"], prefix))
        mailbox = Mailbox()
        mailbox.controller.start()
        stack.callback(mailbox.controller.stop)
        environment: dict[str, Any] = {
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "OIDC_ISSUER": issuer,
            "RESIDENTS_ISSUER": issuer,
            "EMBEDDED_ISSUER": issuer,
            **{address: f"http://127.0.0.1:{ports[name]}" for address, name in ADDRESSES.items()},
            "OIDC_CLIENT_SECRET": "test",
            "ADDRESS_KEY": "a key of the tests",
            "CONTACTS_URLS": ",".join(
                f"{service}=http://127.0.0.1:{internal[f'{service}-api']}" for service in WITH_CONTACTS
            ),
            "SMTP_URL": f"smtp://127.0.0.1:{mailbox.controller.port}",
            "TOPIC_PREFIX": TOPIC_PREFIX,
            "UVICORN_LOOP": "uvloop",
            "UVICORN_ACCESS_LOG": "false",
            "UVICORN_LOG_CONFIG": "deploy/logging.json",
            **settings,
        }
        processes = Processes(folder, environment, [*LIBRARIES, *modules()])
        system = System(folder, environment, mailbox, processes, ports, internal)
        for service in WITH_DATABASE:
            migrate(system.settings(service))
        stack.callback(system.stop)
        yield system
