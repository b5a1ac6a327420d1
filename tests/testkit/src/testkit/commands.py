"""The command line, as an operator gives a command, and what came of it."""

import asyncio
import json

from sqlmodel import col, select
from typer.testing import CliRunner, Result

from operations import app
from operations.console import opened
from shared.tables import AuditEntry


def kommunbuss(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def outbox_of_housing() -> dict[str, int]:
    backlogs: list[dict[str, int]] = json.loads(kommunbuss("outbox", "housing", "--json").output)
    [backlog] = backlogs
    return backlog


def last_audit(service: str) -> AuditEntry:
    async def read() -> AuditEntry:
        async with opened(service) as database, database.reading() as session:
            newest = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)
            return (await session.exec(newest)).one()

    return asyncio.run(read())
