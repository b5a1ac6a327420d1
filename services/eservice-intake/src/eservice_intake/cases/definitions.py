"""The definitions of e-services that cases were sent with: kept when first used, so that answers keep their labels."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, col, select

from eservice_intake.catalogue.eservices import Defined, EService, catalogue
from shared.columns import UtcDateTime
from shared.database import Session
from web.submissions import PendingSubmission


class Definition(SQLModel, table=True):
    """An e-service with all its labels and rules, by the hash of them."""

    __tablename__ = "eservice_definition"

    version: str = Field(primary_key=True, max_length=64)
    eservice: str = Field(max_length=100)
    content: dict[str, Any] = Field(sa_type=JSON)
    first_used_at: datetime = Field(sa_type=UtcDateTime)


class Definitions:
    """What a process knows to be kept."""

    def __init__(self) -> None:
        self._kept: set[str] = set()

    async def keep(self, submission: PendingSubmission, eservice: EService) -> None:
        """Keep what the submission is sent to, unless it is known to be kept."""
        if eservice.version in self._kept:
            return
        if await submission.insert_ahead(DEFINITION, [_row(eservice, submission.at)]):
            self._kept.add(eservice.version)


async def know(session: Session, sent: Iterable[Defined]) -> None:
    """Have the definitions that these were sent with at hand, for `Catalogue.sent_with`."""
    known = catalogue().versions
    unknown = {one.definition for one in sent} - known.keys() - {None}
    if not unknown:
        return
    for kept in await session.exec(select(Definition).where(col(Definition.version).in_(unknown))):
        known[kept.version] = EService.model_validate(kept.content)


def _row(eservice: EService, at: datetime) -> dict[str, Any]:
    values = {"eservice": eservice.id, "content": eservice.content, "first_used_at": at}
    return {"version": eservice.version, **values}


DEFINITION: sa.Table = SQLModel.metadata.tables["eservice_definition"]
