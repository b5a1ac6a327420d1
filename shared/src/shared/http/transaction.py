"""The request's transaction, committed before the response leaves."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from shared.database import Database, Session
from shared.http.idempotency import begin_once
from shared.http.problems import language_of


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _transaction(request: Request) -> AsyncIterator[Session]:
    async with database_of(request).transaction() as tx, begin_once(request, tx):
        yield tx


async def _reading(request: Request) -> AsyncIterator[Session]:
    async with database_of(request).reading() as session:
        yield session


Transaction = Annotated[Session, Depends(_transaction, scope="function")]
Reading = Annotated[Session, Depends(_reading, scope="function")]
Caller = Annotated[str, Depends(language_of)]
"""The language of the caller: `sv` or `en`."""
