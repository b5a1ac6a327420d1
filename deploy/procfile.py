"""What the system runs: deploy/Procfile, and the local issuer where nobody else signs staff in."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_LINES = Path(__file__).with_name("Procfile").read_text().splitlines()

COMMANDS = {name.strip(): command.strip() for name, _, command in (line.partition(":") for line in _LINES) if command}
PORTAL = "portal"
ISSUER, ISSUER_COMMAND = "issuer", "uvicorn --factory deploy.embedded.issuer:create_app --port $PORT"
ASKED = tuple(name for name, command in COMMANDS.items() if command.startswith("kommunbuss-serve "))
"""What answers the public, in the order of their ports."""
SERVICES = tuple(name.removesuffix("-api") for name in COMMANDS if name.endswith("-api"))
BACKGROUND = {
    f"{service}-background": names
    for service in SERVICES
    if (names := [name for name in COMMANDS if name.startswith(f"{service}-") and name not in ASKED])
}
"""What each service does besides, in one process where the system is embedded."""
ADDRESSES = {
    "PORTAL_URL": PORTAL,
    "RESIDENT_PAGES": PORTAL,
    "INTAKE_URL": "eservice-intake-api",
    "HOUSING_URL": "housing-api",
    "RECRUITMENT_URL": "recruitment-api",
    "NOTIFICATIONS_URL": "notifications-api",
    "PERMIT_GUIDE_URL": "permit-guide-api",
}
"""Settings that say where something is, each with the process that is there."""


def application(name: str) -> str:
    """Where a process's ASGI app is: `module:app`."""
    return COMMANDS[name].split()[1]


def modules() -> list[str]:
    """What the applications are made of, besides the modules `app`: those read their settings when they are loaded."""
    applications = {application(name).partition(":")[0] for name in COMMANDS}
    packages = {application.partition(".")[0] for application in applications}
    return sorted({name for package in packages for name in _modules_of(package)} - applications)


def _modules_of(package: str) -> Iterator[str]:
    found = find_spec(package)
    for folder in (found and found.submodule_search_locations) or ():
        files = (file.relative_to(folder) for file in Path(folder).rglob("*.py") if file.stem != "__init__")
        yield from (".".join((package, *file.with_suffix("").parts)) for file in files)
