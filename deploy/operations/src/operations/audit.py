"""Who did what, and who read what: each service's audit, which is only ever added to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from operations.console import Apis, opened, printable
from operations.outbox import moment
from shared.database import Database
from shared.tables import AuditEntry

AT_ONCE = 1_000


def show(
    services: Apis = None,
    since: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="ISO 8601, or how long ago: 2h.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(parser=moment, metavar="TIME", help="Likewise.")] = None,
    who: Annotated[str | None, typer.Option(help="Only what this person did or read.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, such as 'read case'.")] = None,
    about: Annotated[str | None, typer.Option(help="Only what names this: a diary number, an id, an address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, to export.")] = False,
) -> None:
    """List what was done and read, the oldest first: when, by whom, what, and its details."""

    wanted = [
        *([col(AuditEntry.at) >= since] if since else []),
        *([col(AuditEntry.at) < until] if until else []),
        *([col(AuditEntry.who) == who] if who else []),
        *([col(AuditEntry.action) == action] if action else []),
    ]
    asyncio.run(_list(services or [], wanted, about, _json if as_json else _line))


async def _list(
    services: list[str], wanted: list[Any], about: str | None, said: Callable[[str, AuditEntry], str]
) -> None:
    for service in services:
        async for page in _pages(service, wanted):
            found = [entry for entry in page if about is None or entry.names(about)]
            typer.echo("".join(f"{said(service, entry)}\n" for entry in found), nl=False)


async def _pages(service: str, wanted: list[Any]) -> AsyncIterator[Sequence[AuditEntry]]:
    """The entries, some at a time: an audit is longer than memory."""
    last = 0
    async with opened(service) as database:
        while page := await _after(database, last, wanted):
            yield page
            last = page[-1].id or 0


async def _after(database: Database, last: int, wanted: list[Any]) -> Sequence[AuditEntry]:
    query = select(AuditEntry).where(col(AuditEntry.id) > last, *wanted).order_by(col(AuditEntry.id)).limit(AT_ONCE)
    async with database.reading() as session:
        return (await session.exec(query)).all()


def _line(service: str, entry: AuditEntry) -> str:
    details = " ".join(f"{name}={_text(value)}" for name, value in entry.details.items())
    return printable(f"{entry.at:%Y-%m-%d %H:%M:%SZ} {service} {entry.who}: {entry.action} {details}".rstrip())


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _json(service: str, entry: AuditEntry) -> str:
    told = {"service": service, "at": entry.at.isoformat(), "who": entry.who, "action": entry.action}
    return json.dumps({**told, **entry.details}, ensure_ascii=False, default=str)
