"""The outbox of each service: what waits, and what was published and can be published again."""

import asyncio
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.table import Column, Table

from operations.console import Service, SomeServices, console, opened, who
from shared.clock import now
from shared.events import topic_of
from shared.tables import OUTBOX

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

_unpublished = OUTBOX.c.published_at.is_(None)
_parked = OUTBOX.c.parked_error.is_not(None)


@dataclass(frozen=True)
class Backlog:
    """A service's outbox in numbers."""

    service: str
    pending: int
    oldest_pending_seconds: float | None
    parked: int
    published: int


def show(
    services: SomeServices = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Show how many events wait to be published, how old the oldest is, and how many can never be."""
    backlogs = asyncio.run(_backlogs(services or []))
    if as_json:
        typer.echo(json.dumps([asdict(backlog) for backlog in backlogs], indent=2))
        return
    table = Table(
        "service", *(Column(title, justify="right") for title in ("pending", "oldest", "parked", "published"))
    )
    for backlog in backlogs:
        age = backlog.oldest_pending_seconds
        oldest = "" if age is None else str(timedelta(seconds=round(age)))
        table.add_row(backlog.service, str(backlog.pending), oldest, str(backlog.parked), str(backlog.published))
    console().print(table)


async def _backlogs(services: list[str]) -> list[Backlog]:
    return [await _backlog(service) for service in services]


async def _backlog(service: str) -> Backlog:
    waiting = sa.and_(_unpublished, ~_parked)
    counts = sa.select(
        sa.func.count().filter(waiting),
        sa.func.min(OUTBOX.c.created_at).filter(waiting),
        sa.func.count().filter(_unpublished, _parked),
        sa.func.count().filter(~_unpublished, ~_parked),
    )
    async with opened(service) as database, database.reading() as session:
        pending, oldest, parked, published = (await (await session.connection()).execute(counts)).one()
    age = (now() - oldest).total_seconds() if oldest else None
    return Backlog(service, pending, age, parked, published)


def moment(text: str) -> datetime:
    """A point in time: ISO 8601, or how long ago, such as 90s, 30m, 2h or 7d."""
    if match := re.fullmatch(r"(\d+)([smhd])", text):
        return now() - timedelta(**{UNITS[match[2]]: int(match[1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time. Write 2026-05-01T09:00+02:00, 2026-05-01, or how long ago: 90s, 30m, 2h, 7d."
        ) from None


def replay(
    service: Service,
    since: Annotated[datetime, typer.Option(parser=moment, metavar="TIME", help="ISO 8601, or how long ago: 2h.")],
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Likewise. Now by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Publish a service's events of a time range again, by when they happened. Consumers drop what they have handled.

    It is written to the service's audit.
    """
    end = until or now()
    if end <= since:
        raise typer.BadParameter("--until must be later than --since.")
    with console().status("counting" if dry_run else "marking"):
        count = asyncio.run(_replay("" if dry_run else who(), service, since, end, dry_run))
    done = "would be published again" if dry_run else "will be published again by the relay"
    console().print(f"{service}: {count} events from {since.isoformat()} to {end.isoformat()} {done}")


async def _replay(operator: str, service: str, since: datetime, until: datetime, dry_run: bool) -> int:
    events = (OUTBOX.c.topic == topic_of(service), ~_unpublished, ~_parked)
    chosen = (*events, OUTBOX.c.created_at >= since, OUTBOX.c.created_at < until)
    if dry_run:
        async with opened(service) as database, database.reading() as session:
            counted = await (await session.connection()).execute(sa.select(sa.func.count()).where(*chosen))
            return int(counted.scalar_one())
    async with opened(service) as database, database.transaction() as tx:
        marked = await (await tx.connection()).execute(OUTBOX.update().where(*chosen).values(published_at=None))
        period = {"since": since.isoformat(), "until": until.isoformat()}
        tx.audit(operator, "replay events", **period, events=marked.rowcount)
        return marked.rowcount
