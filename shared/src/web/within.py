"""Submissions in a transaction that also changes what is there: all of it is saved together."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request

from shared.bulk import Row, insert_all
from shared.database import Session
from shared.group_commit import rows_of
from web.submissions import PendingSubmission
from web.transaction import Transaction


class SubmissionWithin(PendingSubmission):
    def __init__(self, request: Request, tx: Session) -> None:
        super().__init__(request, None)
        self._tx = tx

    def reading(self) -> AbstractAsyncContextManager[Session]:
        return nullcontext(self._tx)

    async def insert_ahead(self, table: sa.Table, rows: Sequence[Row]) -> bool:
        await self._tx.insert_new(table, rows)
        return False

    async def save(self) -> None:
        await self._tx.flush()
        await insert_all(await self._tx.connection(), rows_of([self]))
        self._tx.wake("outbox")


async def _within(request: Request, tx: Transaction) -> AsyncIterator[SubmissionWithin]:
    submission = SubmissionWithin(request, tx)
    async with submission.recipients:
        yield submission
        await submission.save()


InTransaction = Annotated[SubmissionWithin, Depends(_within, scope="function")]
"""What a `Submission` is for a handler that takes a `Transaction` too."""
