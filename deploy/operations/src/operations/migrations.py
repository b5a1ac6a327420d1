"""Schema changes: a step of their own, never at start. Each service has its revisions in its `migrations/`."""

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from definitions.models import Definition
from shared.contacts import Contact
from shared.dead_letters import READERS, DeadLetter
from shared.events import SERVICES
from shared.revisions import migrations_of, package_of
from shared.series import Series
from shared.services import WITH_CONTACTS, WITH_DEFINITIONS, WITHOUT_EVENTS
from shared.settings import Settings
from shared.tables import AuditEntry, InboxEvent, KeptAnswer, OutboxEvent

WITH_DATABASE = (*SERVICES, *WITHOUT_EVENTS, "portal")
"""The services that have a database: those with an API, and the portal."""
ONLY: dict[type[SQLModel], Collection[str]] = {
    Contact: WITH_CONTACTS,
    Series: ["eservice-intake"],
    DeadLetter: READERS,
    Definition: WITH_DEFINITIONS,
    **dict.fromkeys((OutboxEvent, InboxEvent), SERVICES),
    **dict.fromkeys((KeptAnswer, AuditEntry), (*SERVICES, *WITHOUT_EVENTS)),
}
"""Shared tables that only these services have."""


def migrate(settings: Settings) -> bool:
    """Bring the service's database to the newest revision. Safe to run again.

    False when the database is newer than this program, as after a roll back: it is left as it is.
    """
    url = settings.database
    if url.startswith("sqlite"):
        Path(sa.make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    config = configuration(settings)
    command.upgrade(config, "head")
    return "is_newer" not in config.attributes


def configuration(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("version_locations", str(migrations_of(settings.service)))
    config.set_main_option("path_separator", "newline")
    config.attributes["service"] = settings.service
    config.attributes["url"] = settings.database
    return config


def engine_for(url: str) -> AsyncEngine:
    return create_async_engine(url, poolclass=NullPool)


def metadata_of(service: str) -> sa.MetaData:
    """The tables of one service and those shared ones it has, also where other services are loaded beside it."""
    import_module(f"{package_of(service)}.models")
    packages = {package_of(service), "shared", "definitions"}
    others = {model for model, services in ONLY.items() if service not in services}
    metadata = sa.MetaData()
    for mapper in SQLModel._sa_registry.mappers:
        if mapper.class_.__module__.split(".")[0] in packages and mapper.class_ not in others:
            cast(sa.Table, mapper.local_table).to_metadata(metadata)
    return metadata
