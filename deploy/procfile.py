"""What the system runs: deploy/Procfile, and the local issuer where nobody else signs staff in."""

from pathlib import Path

_LINES = Path(__file__).with_name("Procfile").read_text().splitlines()

COMMANDS = {name.strip(): command.strip() for name, _, command in (line.partition(":") for line in _LINES) if command}
PORTAL = "portal"
ISSUER, ISSUER_COMMAND = "issuer", "uvicorn --factory deploy.embedded.issuer:create_app --port $PORT"
SERVICES = tuple(name.removesuffix("-api") for name in COMMANDS if name.endswith("-api"))
ADDRESSES = {
    "PORTAL_URL": PORTAL,
    "RESIDENT_PAGES": PORTAL,
    "INTAKE_URL": "eservice-intake-api",
    "HOUSING_URL": "housing-api",
    "RECRUITMENT_URL": "recruitment-api",
    "NOTIFICATIONS_URL": "notifications-api",
}
"""Settings that say where something is, each with the process that is there."""
