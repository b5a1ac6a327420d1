"""A case by its reference, or locked; the rows that belong to it, and what its mails call it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from eservice_intake.cases.definitions import know
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import as_reference
from shared.database import Session
from web.contacts import Texts


async def find_case(session: Session, reference: str, *, lock: bool = False) -> Case | None:
    """The case with the reference, however it is written; locked as `lock_cases` does."""
    query = select(Case).where(col(Case.reference) == as_reference(reference))
    case = (await session.exec(query.with_for_update(key_share=True) if lock else query)).first()
    await know(session, [case] if case else [])
    return case


async def find_cases(session: Session, ids: Collection[UUID]) -> dict[UUID, Case]:
    """Those there are, by their ids."""
    cases = (await session.exec(select(Case).where(col(Case.id).in_(ids)))).all()
    await know(session, cases)
    return {case.id: case for case in cases}


async def lock_cases(session: Session, *ids: UUID) -> dict[UUID, Case]:
    """Those there are, locked in one order whoever asks. Others can enter them in the register meanwhile."""
    locked = select(Case).where(col(Case.id).in_(ids)).order_by(col(Case.id)).with_for_update(key_share=True)
    return {case.id: case for case in await session.exec(locked.execution_options(populate_existing=True))}


async def lock_case_of(session: Session, row: Any) -> Case:
    """The row's case, locked; and the row as it is then."""
    case = (await lock_cases(session, row.case_id))[row.case_id]
    await session.refresh(row)
    return case


async def rows_of(session: Session, model: Any, case: Case) -> list[Any]:
    """The case's rows of the model, in the order they were made."""
    return list(await session.exec(select(model).where(model.case_id == case.id).order_by(col(model.id))))


async def find_diary_numbers(session: Session, case_ids: Collection[UUID]) -> Texts:
    """Of each case: its number is given by the commit that receives it, after the event about that was written."""
    cases = await session.exec(select(Case).where(col(Case.id).in_(case_ids)))
    return {case.id: {"diary_number": case.diary} for case in cases}
