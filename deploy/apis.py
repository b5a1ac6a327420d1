"""APIs by themselves on this machine, with SQLite and an issuer: what fuzzing and attacks are let loose on."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path

from deploy.embedded.ports import UVICORN
from deploy.embedded.staff_token import staff_token
from deploy.processes import Processes
from deploy.procfile import COMMANDS, ISSUER, ISSUER_COMMAND
from operations.migrations import migrate
from shared.settings import Settings
from testkit.broker import free_port

CHOSEN_BY_US = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "DATA_DIR", "MODE")


@dataclass(frozen=True)
class Apis:
    """What runs, and where it answers."""

    processes: Processes
    ports: Mapping[str, int]
    internal: Mapping[str, int]
    issuer: str

    def token(self, roles: str) -> str:
        return staff_token(self.issuer, name=roles.replace(" ", "-"), roles=roles)


@contextmanager
def folder_within(place: Path, prefix: str) -> Iterator[Path]:
    """A folder of this run's own, gone afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running(folder: Path, services: Sequence[str], settings: Mapping[str, str]) -> Iterator[Apis]:
    """Those services' APIs, ready, on fresh databases in the folder."""
    names = [ISSUER, *(f"{service}-api" for service in services)]
    ports = {name: free_port() for name in names}
    internal = {name: free_port() for name in names[1:]}
    issuer = f"http://127.0.0.1:{ports[ISSUER]}"
    processes = Processes(folder / "log", {**_environment(folder, issuer), **settings})
    for service in services:
        migrate(Settings(service=service, data_dir=folder, database_url="sqlite:///{data_dir}/{service}.db"))
    try:
        processes.start(ISSUER, ISSUER_COMMAND, ports[ISSUER])
        for name, port in internal.items():
            processes.start(name, COMMANDS[name], ports[name], INTERNAL_PORT=str(port))
        processes.wait_until_ready()
        yield Apis(processes, ports, internal, issuer)
    finally:
        processes.stop(last=(ISSUER,))


def _environment(folder: Path, issuer: str) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name not in CHOSEN_BY_US}
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        **kept,
        **UVICORN,
        "MODE": "embedded",
        "DATA_DIR": str(folder),
        "TMPDIR": str(temporary),
        "OIDC_ISSUER": issuer,
        "EMBEDDED_ISSUER": issuer,
        "PYTHONUNBUFFERED": "1",
    }
