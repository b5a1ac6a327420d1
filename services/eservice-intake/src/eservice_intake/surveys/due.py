"""What the clock does with rounds: it reminds those who have not answered, and forgets who was asked."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.clock.due import CLOCK, Due
from eservice_intake.surveys.api import unit
from eservice_intake.surveys.invited import delete_invitations
from eservice_intake.surveys.models import SurveyAnswer, SurveyInvitation, SurveyRound
from shared.database import Session
from shared.events import Language, SurveyCompanyReminded
from shared.mailed_links import page_in
from web.contacts import FindTexts, Texts

PAGE = "naringslivsundersokning"


async def remind(tx: Session, invitation: SurveyInvitation, at: datetime) -> None:
    """Remind the company, unless it has answered."""
    invitation.remind_on = None
    tx.add(invitation)
    same = select(SurveyAnswer.id).where(
        SurveyAnswer.round_id == invitation.round_id, SurveyAnswer.company_hash == invitation.company_hash
    )
    to = await tx.get_one(SurveyRound, invitation.round_id)
    if not to.is_open or (await tx.exec(same)).first() is not None:
        return
    invitation.reminded_at = at
    tx.publish(
        SurveyCompanyReminded(round_id=to.id, unit=unit(), contact_id=invitation.contact_id, answer_by=to.answer_by)
    )
    tx.audit(CLOCK, "remind of survey", round=str(to.id), invitation=str(invitation.id))


async def forget(tx: Session, closed: SurveyRound, at: datetime) -> None:
    """Delete whom the round invited and what each company answered. Its figures stay."""
    closed.purge_on = None
    tx.add(closed)
    invited = (await tx.exec(select(SurveyInvitation).where(SurveyInvitation.round_id == closed.id))).all()
    await delete_invitations(tx, invited)
    await (await tx.connection()).execute(sa.delete(SurveyAnswer).where(col(SurveyAnswer.round_id) == closed.id))
    tx.audit(CLOCK, "forget who answered survey", round=str(closed.id), invited=len(invited))


DUE_SURVEYS = (
    Due("survey reminders", SurveyInvitation, "remind_on", remind),
    Due("survey rounds", SurveyRound, "purge_on", forget),
)


def find_links(pages: str) -> FindTexts:
    """What mails say of a round: its name, and where its pages are."""
    links = {f"link_{language}": page_in(language, pages, PAGE) for language in Language}

    async def found(tx: Session, round_ids: Collection[UUID]) -> Texts:
        rounds = await tx.exec(select(SurveyRound).where(col(SurveyRound.id).in_(round_ids)))
        return {one.id: {"name": one.name, **links} for one in rounds}

    return found
