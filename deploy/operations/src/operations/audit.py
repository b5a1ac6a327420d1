"""Who did what, and who read what: each service's audit, which is only ever added to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from operations.console import SomeServices, opened, printable
from operations.outbox import moment
from shared.tables import AuditEntry

AT_ONCE = 1_000


def show(
    services: SomeServices = None,
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
        entries = _entries(service, wanted)
        async for line in (said(service, entry) async for entry in entries if _is_about(entry, about)):
            typer.echo(line)


def _is_about(entry: AuditEntry, about: str | None) -> bool:
    return about is None or about in map(str, entry.details.values())


async def _entries(service: str, wanted: list[Any]) -> AsyncIterator[AuditEntry]:
    """The entries, some at a time: an audit is longer than memory."""
    query = select(AuditEntry).order_by(col(AuditEntry.id)).limit(AT_ONCE)
    last: int | None = 0
    async with opened(service) as database:
        while last is not None:
            async with database.reading() as session:
                entries = (await session.exec(query.where(col(AuditEntry.id) > last, *wanted))).all()
            for entry in entries:
                yield entry
            last = entries[-1].id if len(entries) == AT_ONCE else None


def _line(service: str, entry: AuditEntry) -> str:
    details = " ".join(f"{name}={_text(value)}" for name, value in entry.details.items())
    return printable(f"{entry.at:%Y-%m-%d %H:%M:%SZ} {service} {entry.who}: {entry.action} {details}".rstrip())


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _json(service: str, entry: AuditEntry) -> str:
    told = {"service": service, "at": entry.at.isoformat(), "who": entry.who, "action": entry.action}
    return json.dumps({**told, **entry.details}, ensure_ascii=False, default=str)
