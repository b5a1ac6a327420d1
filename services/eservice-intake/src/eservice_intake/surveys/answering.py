"""An answer belongs to the round that is open. Without one it is refused."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.catalogue.answers import company_key, company_number
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.identities.numbers import Seal, is_of_a_trader
from eservice_intake.surveys.models import SURVEY, CompanyHasAnswered, NoRoundOpen, SurveyAnswer, SurveyRound
from shared.database import Session
from shared.identifiers import personal_number
from web.submissions import PendingSubmission

Answers = Mapping[str, object]


def hash_of_company(number: str, seal: Seal, today: date) -> str:
    """A sole trader's number is a person's, and is found as that person's is."""
    return seal.hash_of(personal_number(number, today) if is_of_a_trader(number) else company_key(number))


async def open_round(session: Session) -> SurveyRound | None:
    return (await session.exec(select(SurveyRound).where(col(SurveyRound.open_id).is_not(None)))).first()


async def lock_round(tx: Session) -> None:
    """Of drafts of one company that are sent in at once, the second finds that the first has answered."""
    await tx.exec(select(SurveyRound).where(col(SurveyRound.open_id).is_not(None)).with_for_update(key_share=True))


async def require_round(submission: PendingSubmission, eservice: str, answers: Answers) -> SurveyRound | None:
    """The round that an answer belongs to. None when it answers something else. Raises what it is refused for."""
    if eservice != SURVEY:
        return None
    async with submission.reading() as session:
        found = await open_round(session)
        if found is None:
            raise NoRoundOpen
        same = select(SurveyAnswer.id).where(
            SurveyAnswer.round_id == found.id, SurveyAnswer.company_hash == _company(submission, answers)
        )
        if (await session.exec(same)).first() is not None:
            raise CompanyHasAnswered
    return found


def enter_answer(submission: PendingSubmission, found: SurveyRound | None, answers: Answers, case_id: UUID) -> None:
    """Keep what is counted. Its references refuse it, and it is tried again, if the round has closed meanwhile."""
    if found is None:
        return
    submission.insert(
        SurveyAnswer,
        round_id=found.id,
        accepted_by=found.open_id,
        company_hash=_company(submission, answers),
        case_id=case_id,
        sector=answers["sector"],
        needs=answers.get("needs", []),
    )


async def withdraw_answer(tx: Session, case_id: UUID) -> None:
    """The company may answer the round anew. What was counted in a closed round stays counted."""
    await (await tx.connection()).execute(sa.delete(SurveyAnswer).where(col(SurveyAnswer.case_id) == case_id))


def _company(submission: PendingSubmission, answers: Answers) -> str:
    seal: Seal = submission.request.app.state.seal
    number = company_number(catalogue().find(SURVEY).form, answers)
    assert number is not None
    return hash_of_company(number, seal, submission.today)
