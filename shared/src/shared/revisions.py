"""Which revision of its tables a service's code needs. A newer one does no harm: changes only add."""

from functools import cache
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from shared.database import Database

FOUND = sa.text("SELECT max(version_num) FROM alembic_version")


class NotMigrated(Exception):
    """The database is older than this program. Bring it up to date with `kommunbuss migrate`."""


def package_of(service: str) -> str:
    return service.replace("-", "_")


def migrations_of(service: str) -> Path:
    """A service's revisions: beside its `src` in the workspace and in its image alike."""
    package = import_module(package_of(service))
    assert package.__file__ is not None
    return Path(package.__file__).parents[2] / "migrations"


@cache
def needed(service: str) -> str:
    return max(path.name.partition("_")[0] for path in migrations_of(service).glob("[0-9]*_*.py"))


async def require_ready(database: Database, service: str) -> None:
    """Raise when the database cannot answer, or has not yet what the code needs."""
    async with database.reading() as session:
        found = (await (await session.connection()).execute(FOUND)).scalar() or ""
    if found < needed(service):
        raise NotMigrated
