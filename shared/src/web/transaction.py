"""The request's transaction, committed before the response leaves."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from shared.clock import day_in_sweden
from shared.database import Database, Session
from web.idempotency import IdempotentRequest, identified, in_progress

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class AlreadyAnswered(Exception):
    """The first request with this Idempotency-Key has been answered."""

    def __init__(self, response: Response) -> None:
        self.response = response


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _transaction(request: Request) -> AsyncIterator[Session]:
    once = await identified(request)
    with in_progress(request, once):
        async with database_of(request).transaction() as tx:
            await _begin_once(request, once, tx)
            yield tx


async def _begin_once(request: Request, once: IdempotentRequest | None, tx: Session) -> None:
    if once is None:
        return
    await once.lock(tx)
    response = await once.first_answer(tx)
    if response is not None:
        raise AlreadyAnswered(response)
    request.state.keep = once, tx


async def _reading(request: Request) -> AsyncIterator[Session]:
    async with database_of(request).reading() as session:
        yield session


async def _now(request: Request) -> datetime:
    moment: datetime = request.app.state.clock()
    return moment


async def _today(request: Request) -> date:
    return day_in_sweden(await _now(request))


Transaction = Annotated[Session, Depends(_transaction, scope="function")]
Reading = Annotated[Session, Depends(_reading, scope="function")]
Now = Annotated[datetime, Depends(_now)]
Today = Annotated[date, Depends(_today)]
"""The day in Sweden."""


def transaction_handler(handle: Handler) -> Handler:
    """Keeps the answer in the request's own transaction, so that both are saved or neither."""

    async def answered_once(request: Request) -> Response:
        try:
            response = await handle(request)
        except AlreadyAnswered as repeated:
            return repeated.response
        if hasattr(request.state, "keep"):
            once, tx = request.state.keep
            once.keep(tx, response)
        return response

    return answered_once
