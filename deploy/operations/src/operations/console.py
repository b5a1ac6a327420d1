"""What the commands share: the services they may name, the output, and errors in one line with the remedy."""

import getpass
import os
import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from aiokafka.errors import InvalidReplicationFactorError, KafkaConnectionError, KafkaError
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from shared.database import Database
from shared.errors import DomainError
from shared.events import SERVICES
from shared.revisions import package_of
from shared.services import WITHOUT_EVENTS
from shared.settings import Settings

NO_DATABASE, NOT_ALLOWED, NO_TABLE, TABLE_IN_USE = "3D000", "42501", "42P01", "55P03"
WRONG_LOGIN = ("28000", "28P01")


OF_NOBODY = ("", "kommunbuss")
"""Names of the user that every command in a container has."""
CONTROLS = ("Cc", "Cf", "Zl", "Zp")


class Failed(Exception):
    """One line: what is wrong and the remedy. The exit code is 1; a wrong call's is 2."""


def known(service: str) -> str:
    """The service, if there is one of that name here. Otherwise a usage error that says which there are."""
    return one_of(SERVICES, service)


def one_of(services: Sequence[str], service: str) -> str:
    """The service, if it is one of those and here. Otherwise a usage error."""
    if service not in services:
        raise typer.BadParameter(f"There is no service {service!r}. Choose from: {', '.join(services)}.")
    if find_spec(package_of(service)) is None:
        raise typer.BadParameter(f"{service} is not installed here. Run this in its own image.")
    return service


def known_or_all(services: list[str] | None) -> list[str]:
    return some_of(SERVICES, services)


def some_of(services: Sequence[str], wanted: list[str] | None) -> list[str]:
    """The wanted ones, each as `one_of` says; or all that are here."""
    if wanted:
        return [one_of(services, service) for service in wanted]
    return [service for service in services if find_spec(package_of(service)) is not None]


def with_api(services: list[str] | None) -> list[str]:
    return some_of((*SERVICES, *WITHOUT_EVENTS), services)


FAILURES = (Failed, DomainError, ValidationError, KafkaError, DBAPIError, OSError)

Service = Annotated[str, typer.Argument(callback=known, help="The service, as in its topic: housing, …")]
SomeServices = Annotated[
    list[str] | None, typer.Argument(callback=known_or_all, metavar="[SERVICE]...", help="All of them by default.")
]

Apis = Annotated[
    list[str] | None, typer.Argument(callback=with_api, metavar="[SERVICE]...", help="All of them by default.")
]


@asynccontextmanager
async def opened(service: str) -> AsyncIterator[Database]:
    """A service's own database, for one command."""
    database = Database(Settings(service=service))
    try:
        yield database
    finally:
        await database.close()


def console() -> Console:
    return Console(soft_wrap=True, markup=False)


def who() -> str:
    """Who gives the command, for the audit: OPERATOR, or else the login name. Raises Failed where that names nobody."""
    try:
        name = os.environ.get("OPERATOR") or os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        name = ""
    if name in OF_NOBODY:
        raise Failed("Say who you are, for the audit: docker compose exec --env OPERATOR=anna …")
    return name


def printable(text: str) -> str:
    """The text without what a terminal would obey or show out of its order."""
    return "".join(ascii(one)[1:-1] if _is_control(one) else one for one in text)


def _is_control(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in CONTROLS


class PlainGroup(TyperGroup):
    """Says what went wrong in one line, without a stack trace, when a server or a setting is the cause."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except FAILURES as error:
            typer.echo(explanation(error), err=True)
            raise typer.Exit(1) from error


def explanation(error: Exception) -> str:
    """What went wrong and the remedy, in one line."""
    match error:
        case DomainError():
            return error.text.en
        case ValidationError():
            return _wrong_settings(error)
        case KafkaError():
            return _kafka(error)
        case DBAPIError() | OSError():
            return _database(error)
        case _:
            return str(error)


def _wrong_settings(error: ValidationError) -> str:
    return "Wrong settings. " + "; ".join(
        ": ".join(filter(None, ("_".join(map(str, e["loc"])).upper(), e["msg"].removeprefix("Value error, "))))
        for e in error.errors(include_input=False, include_url=False)
    )


def _kafka(error: KafkaError) -> str:
    settings = Settings(service="kommunbuss")
    servers, protocol = settings.kafka_bootstrap_servers, settings.kafka_security_protocol
    if isinstance(error, InvalidReplicationFactorError):
        return (
            f"Kafka at {servers} has fewer than {settings.replicas} brokers. Add some, or set "
            'KAFKA_ONE_BROKER="acknowledged events may be lost".'
        )
    if not isinstance(error, KafkaConnectionError):
        return f"Kafka at {servers} refused: {error}"
    if settings.kafka_username:
        return (
            f"Kafka at {servers} does not answer over {protocol}, or does not let {settings.kafka_username} in. "
            "Start it, or set KAFKA_BOOTSTRAP_SERVERS, KAFKA_PASSWORD or KAFKA_CA_FILE."
        )
    return (
        f"Kafka at {servers} does not answer over {protocol}. Start it, or set KAFKA_BOOTSTRAP_SERVERS or "
        "KAFKA_SECURITY_PROTOCOL."
    )


def _database(error: DBAPIError | OSError) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. Check the path and your permissions."
    state = sqlstate(error)
    if state == NO_TABLE or "no such table" in str(error):
        return "The database has no tables yet. Make them with `kommunbuss migrate`."
    if state == NO_DATABASE:
        return "The database is not there yet. Make it with `kommunbuss migrate`."
    if state == TABLE_IN_USE:
        return "A table has been in use for longer than a second, and is as it was. Run this again."
    if "no such column" in str(error):
        return "The database's tables are older than this program. Bring them up to date with `kommunbuss migrate`."
    cause = "it refused the login" if state in WRONG_LOGIN else f"{type(error).__name__} {state}".strip()
    return f"The database at {address()} cannot be used: {cause}. Start it, or set DATABASE_URL."


def address() -> str:
    """Where the databases are, without a password."""
    url = sa.make_url(Settings(service="service").database.replace("service", "…"))
    return f"{url.host}:{url.port or 5432}" if url.host else str(url.database)


def sqlstate(error: BaseException) -> str:
    origin = getattr(error, "orig", None) or error
    return str(getattr(origin, "sqlstate", None) or "")
