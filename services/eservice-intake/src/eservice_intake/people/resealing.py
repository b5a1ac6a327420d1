"""Seals every personal identity number anew with the newest key, so that older keys can be thrown away."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from eservice_intake.cases.definitions import know
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Seal
from eservice_intake.settings import IntakeSettings
from shared.database import Database, Session

AT_ONCE = 500


async def reseal(by: str) -> int:
    """Go through all answers and all who have signed in. Returns how many rows were sealed anew; audited."""
    settings = IntakeSettings()
    database = Database(settings)
    try:
        return await reseal_all(database, Seal(settings), by)
    finally:
        await database.close()


async def reseal_all(database: Database, seal: Seal, by: str) -> int:
    count = sum([await _answers(database, table, seal) for table in _with_answers()])
    async with database.transaction() as tx:
        count += await _people(tx, seal)
        tx.audit(by, "reseal numbers", rows=count)
    return count


def _with_answers() -> Iterator[sa.Table]:
    """Tables of answers to an e-service: of cases, of drafts, of what awaits a signature."""
    for table in SQLModel.metadata.sorted_tables:
        if {"id", "eservice", "answers"} <= set(table.c.keys()):
            yield table


async def _answers(database: Database, table: sa.Table, seal: Seal) -> int:
    count, latest = 0, UUID(int=0)
    while True:
        async with database.transaction() as tx:
            rows = await _some(tx, table, latest)
            count += sum([await _renew(tx, table, row, seal) for row in rows])
        if len(rows) < AT_ONCE:
            return count
        latest = rows[-1].id


async def _some(tx: Session, table: sa.Table, after: UUID) -> Sequence[Any]:
    definition = table.c.get("definition", sa.null().label("definition"))
    query = sa.select(table.c.id, table.c.eservice, definition, table.c.answers).where(table.c.id > after)
    ordered = query.order_by(table.c.id).limit(AT_ONCE).with_for_update(key_share=True)
    rows: Sequence[Any] = (await (await tx.connection()).execute(ordered)).all()
    await know(tx, rows)
    return rows


async def _renew(tx: Session, table: sa.Table, row: Any, seal: Seal) -> int:
    renewed = seal.renewed_answers(catalogue().sent_with(row).form, row.answers)
    if renewed == row.answers:
        return 0
    await (await tx.connection()).execute(sa.update(table).where(table.c.id == row.id).values(answers=renewed))
    return 1


async def _people(tx: Session, seal: Seal) -> int:
    people = (await tx.exec(select(CasePerson).where(col(CasePerson.number).is_not(None)))).all()
    for person in people:
        person.number = seal.renewed(person.number or "")
    return len(people)
