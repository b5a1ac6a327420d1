"""Where everything of an embedded system listens, and the settings that make it embedded."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST_PYTHON = (3, 11)
APIS = ("eservice-intake", "housing", "recruitment", "notifications")
BACKGROUND = (
    "eservice-intake-relay",
    "housing-relay",
    "recruitment-relay",
    "notifications-consumer",
    "notifications-mailer",
)
FIRST_BACKGROUND = 10


class CannotStart(Exception):
    """What is in the way, and the remedy, in one line."""


@dataclass(frozen=True)
class Places:
    """The ports of a system, and whether it brings its own broker and mail server."""

    first: int
    smtp: int | None
    kafka: int | None
    data: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Places":
        return cls(
            first=_port(environment, "FIRST_PORT", 8101),
            smtp=None if environment.get("SMTP_URL") else _port(environment, "SMTP_PORT", 1025),
            kafka=None if environment.get("KAFKA_BOOTSTRAP_SERVERS") else _port(environment, "KAFKA_PORT", 9092),
            data=Path(environment.get("DATA_DIR") or "var"),
        )

    @property
    def peers(self) -> int:
        return self.first + len(APIS)

    @property
    def ports(self) -> dict[str, int]:
        """Every process that answers over HTTP, with its port."""
        apis = {f"{service}-api": self.first + number for number, service in enumerate(APIS)}
        background = {name: self.first + FIRST_BACKGROUND + number for number, name in enumerate(BACKGROUND)}
        return {**apis, "peers": self.peers, **background}

    def url(self, process: str) -> str:
        return f"http://127.0.0.1:{self.ports[process]}"

    def settings(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of the processes: what is set wins over what is embedded."""
        issuer = self.url("peers")
        defaults = {
            "DATA_DIR": str(self.data),
            "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_SECRET": "embedded",
            "HOUSING_URL": self.url("housing-api"),
            "RELAY_POLL_SECONDS": "0.05",
            "MAILER_POLL_SECONDS": "0.05",
            "UVICORN_LOOP": "uvloop",
            "UVICORN_ACCESS_LOG": "false",
            "UVICORN_LOG_CONFIG": "deploy/logging.json",
            "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN": "5",
            "PYTHONUNBUFFERED": "1",
        }
        chosen = {name: value for name, value in environment.items() if value}
        own: dict[str, str] = {"MODE": "embedded", "EMBEDDED_ISSUER": issuer}
        if self.kafka:
            own |= {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self.kafka}", "KAFKA_IDEMPOTENCE": "false"}
        if self.smtp:
            own |= {"SMTP_URL": f"smtp://127.0.0.1:{self.smtp}", "EMBEDDED_SMTP_PORT": str(self.smtp)}
        return {**defaults, **chosen, **own}

    def require_free(self) -> None:
        """Raise CannotStart for the first port that something else uses."""
        wanted = [("FIRST_PORT", self.first, port) for port in self.ports.values()]
        wanted += [("SMTP_PORT", self.smtp, self.smtp)] if self.smtp else []
        wanted += [("KAFKA_PORT", self.kafka, self.kafka)] if self.kafka else []
        for setting, chosen, port in wanted:
            if not _is_free(port):
                raise CannotStart(
                    f"Port {port} is in use. Stop what uses it (`ss -ltnp 'sport = :{port}'` shows it), "
                    f"or choose another: `make run {setting}={chosen + 1000}`."
                )


def require_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise CannotStart("Python 3.11 or newer is needed: `apt-get install python3`, then `make setup`.")


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 65_500:
        raise CannotStart(f"{name}={text} is no port. Give a number from 1 to 65500: `make run {name}={default}`.")
    return int(text)


def _is_free(port: int) -> bool:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
