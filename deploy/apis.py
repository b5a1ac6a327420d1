"""APIs by themselves on this machine, with an issuer: what fuzzing and attacks are let loose on."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from os import environ
from pathlib import Path

from deploy.embedded.ports import UVICORN
from deploy.embedded.tokens import resident_token, staff_token
from deploy.processes import Processes
from deploy.procfile import COMMANDS, ISSUER, ISSUER_COMMAND
from operations.migrations import migrate
from shared.settings import Settings
from testkit.broker import free_port
from testkit.databases import own_databases

SQLITE = "sqlite:///{data_dir}/{service}.db"


@dataclass(frozen=True)
class Apis:
    """What runs, and where it answers."""

    processes: Processes
    ports: Mapping[str, int]
    internal: Mapping[str, int]
    issuer: str

    def token(self, roles: str) -> str:
        return staff_token(self.issuer, name=roles.replace(" ", "-"), roles=roles)

    def resident_token(self) -> str:
        return resident_token(self.issuer)


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
    """Those services' APIs, ready, on fresh databases: on DATABASE_URL's server, or files in the folder."""
    server = environ.get("DATABASE_URL")
    prefix = f"kommunbuss_{folder.name}_".replace("-", "_").lower()
    with own_databases(server, prefix) if server else nullcontext(SQLITE) as url:
        for service in services:
            migrate(Settings(service=service, data_dir=folder, database_url=url))
        ports = {name: free_port() for name in (ISSUER, *(f"{service}-api" for service in services))}
        environment = _environment(folder, f"http://127.0.0.1:{ports[ISSUER]}")
        yield from _started(Processes(folder / "log", {**environment, "DATABASE_URL": url, **settings}), ports)


def _started(processes: Processes, ports: Mapping[str, int]) -> Iterator[Apis]:
    internal = {name: free_port() for name in ports if name != ISSUER}
    try:
        processes.start(ISSUER, ISSUER_COMMAND, ports[ISSUER])
        for name, port in internal.items():
            processes.start(name, COMMANDS[name], ports[name], INTERNAL_PORT=str(port))
        processes.wait_until_ready()
        yield Apis(processes, ports, internal, f"http://127.0.0.1:{ports[ISSUER]}")
    finally:
        processes.stop(last=(ISSUER,))


def _environment(folder: Path, issuer: str) -> dict[str, str]:
    temporary = folder / "tmp"
    temporary.mkdir()
    return {
        **environ,
        **UVICORN,
        "MODE": "embedded",
        "DATA_DIR": str(folder),
        "TMPDIR": str(temporary),
        "OIDC_ISSUER": issuer,
        "RESIDENTS_ISSUER": issuer,
        "EMBEDDED_ISSUER": issuer,
        "PYTHONUNBUFFERED": "1",
    }
