"""Mails that ended unsent: sent again when what stopped them has been mended."""

import asyncio
from datetime import datetime
from importlib import import_module
from typing import Annotated, Any

import typer

from operations.console import console, known, opened, printable, who
from operations.outbox import moment
from shared.clock import now

SERVICE = "notifications"

app = typer.Typer(help="Mails that ended unsent.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def mails() -> None:
    """Mails that ended unsent."""


@app.command("retry")
def retry(
    since: Annotated[datetime, typer.Option(parser=moment, metavar="TIME", help="ISO 8601, or how long ago: 2h.")],
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Likewise. Now by default.")
    ] = None,
    cause: Annotated[str, typer.Option(help="Only those whose cause begins so, such as '550 5.7.1'.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count, by cause.")] = False,
) -> None:
    """Send mails again that failed or expired, by when they were asked for: each with the Message-ID it had.

    Not what must be proven: that is sent again by a step of its case. It is written to the audit.
    """
    known(SERVICE)
    retrying = import_module("notifications.retrying")
    wanted = retrying.Wanted(since, until or now(), cause)
    if dry_run:
        _show(asyncio.run(_causes(retrying, wanted)))
    else:
        console().print(f"{asyncio.run(_retry(retrying, wanted, who()))} mails are sent again")


def _show(causes: Any) -> None:
    for row in causes:
        console().print(printable(f"{row.mails:>8}  {row.status}  {row.last_error or 'it was tried for too long'}"))
    console().print(f"{sum(row.mails for row in causes)} mails would be sent again")


async def _causes(retrying: Any, wanted: Any) -> Any:
    async with opened(SERVICE) as database:
        return await retrying.causes(database, wanted)


async def _retry(retrying: Any, wanted: Any, operator: str) -> Any:
    async with opened(SERVICE) as database:
        return await retrying.retry(database, wanted, operator)
