"""Where everything of an embedded system listens, and the settings that make it embedded."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.procfile import ADDRESSES, ASKED, BACKGROUND, ISSUER, PORTAL
from shared.services import WITH_CONTACTS

FIRST_PORT = 8101
FIRST_BACKGROUND = 10
FIRST_INTERNAL = 20
UVICORN = {
    "UVICORN_LOOP": "uvloop",
    "UVICORN_ACCESS_LOG": "false",
    "UVICORN_SERVER_HEADER": "false",
    "UVICORN_LOG_CONFIG": "deploy/logging.json",
    "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN": "5",
}


class CannotStart(Exception):
    """What is in the way, and the remedy, in one line."""


@dataclass(frozen=True)
class Ports:
    """The ports of a system, whether it brings its own broker and mail server, and the folder of its data."""

    first: int
    smtp: int | None
    kafka: int | None
    data: Path
    broker_megabytes: int = 200
    """Of memory that the embedded broker may hold, before an empty one takes its place."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Ports":
        return cls(
            first=_port(environment, "FIRST_PORT", FIRST_PORT),
            smtp=None if environment.get("SMTP_URL") else _port(environment, "SMTP_PORT", 1025),
            kafka=None if environment.get("KAFKA_BOOTSTRAP_SERVERS") else _port(environment, "KAFKA_PORT", 9092),
            data=Path(environment.get("DATA_DIR") or "var"),
            broker_megabytes=_megabytes(environment.get("BROKER_MEGABYTES") or str(cls.broker_megabytes)),
        )

    @property
    def mailbox(self) -> Path:
        """The Maildir of what was sent."""
        return self.data / "mail"

    @property
    def by_process(self) -> dict[str, int]:
        """Every process that answers over HTTP, with its port."""
        at = ASKED.index(PORTAL)
        return {
            **{name: self.first + number for number, name in enumerate([*ASKED[:at], ISSUER, *ASKED[at:]])},
            **{name: self.first + FIRST_BACKGROUND + number for number, name in enumerate(BACKGROUND)},
        }

    @property
    def internal(self) -> dict[str, int]:
        """What answers the public, with its internal port."""
        return {name: self.first + FIRST_INTERNAL + number for number, name in enumerate(ASKED)}

    def url(self, process: str) -> str:
        return f"http://127.0.0.1:{self.by_process[process]}"

    def internal_urls(self) -> dict[str, str]:
        """Where the services ask each other."""
        lookups = self.internal["permit-guide-api"]
        return {"CONTACTS_URLS": self.contacts_urls(), "LOOKUPS_URL": f"http://127.0.0.1:{lookups}"}

    def contacts_urls(self) -> str:
        """Where each service tells how to reach people: `housing=http://…,recruitment=http://…`."""
        return ",".join(f"{one}=http://127.0.0.1:{self.internal[f'{one}-api']}" for one in WITH_CONTACTS)

    def portal_settings(self) -> dict[str, str]:
        """Where the portal is, for itself and in mails, and where it finds the services."""
        return {setting: self.url(process) for setting, process in ADDRESSES.items()}

    def settings(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of the processes: what is set wins over what is embedded. Raises CannotStart."""
        if (mode := environment.get("MODE") or "embedded") != "embedded":
            raise CannotStart(
                f"MODE={mode} is set, and this starts an issuer that lets anybody in. Unset MODE, or start each "
                "process by itself as the README's “On real Kafka and PostgreSQL” has it."
            )
        issuer = self.url(ISSUER)
        defaults = {
            "DATA_DIR": str(self.data),
            "OIDC_ISSUER": issuer,
            "RESIDENTS_ISSUER": issuer,
            "OIDC_CLIENT_SECRET": "embedded",
            "ADDRESS_KEY": "a key that everybody knows",
            **self.internal_urls(),
            **self.portal_settings(),
            **UVICORN,
            "PYTHONUNBUFFERED": "1",
        }
        chosen = {name: value for name, value in environment.items() if value}
        own: dict[str, str] = {"MODE": "embedded", "EMBEDDED_ISSUER": issuer}
        if self.kafka:
            own |= {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self.kafka}", "KAFKA_IDEMPOTENCE": "false"}
        if self.smtp:
            own |= {"SMTP_URL": f"smtp://127.0.0.1:{self.smtp}"}
        return {**defaults, **chosen, **own}

    def require_free(self) -> None:
        """Raise CannotStart for the first port that cannot be had."""
        wanted = [("FIRST_PORT", self.first, port) for port in (*self.by_process.values(), *self.internal.values())]
        wanted += [("SMTP_PORT", self.smtp, self.smtp)] if self.smtp else []
        wanted += [("KAFKA_PORT", self.kafka, self.kafka)] if self.kafka else []
        for setting, chosen, port in wanted:
            _require_free(port, setting, chosen)


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 65_500:
        raise CannotStart(f"{name}={text} is not a port. Give a number from 1 to 65500: `make run {name}={default}`.")
    return int(text)


def _megabytes(text: str) -> int:
    if not text.isdigit():
        raise CannotStart(f"BROKER_MEGABYTES={text} is not a number of megabytes, such as {Ports.broker_megabytes}.")
    return int(text)


def _require_free(port: int, setting: str, chosen: int) -> None:
    try:
        _try(port)
    except OSError as error:
        another = f"choose another: `make run {setting}={chosen + 1000 if chosen >= 1024 else FIRST_PORT}`."
        match error.errno:
            case errno.EADDRINUSE:
                reason = f"is in use. Stop what uses it (`ss -ltnp 'sport = :{port}'` shows it), or"
            case errno.EACCES:
                reason = "is root's, like all below 1024;"
            case _:
                reason = f"cannot be had ({error.strerror});"
        raise CannotStart(f"Port {port} {reason} {another}") from error


def _try(port: int) -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
