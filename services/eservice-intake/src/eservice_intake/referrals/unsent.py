"""What somebody else was asked by mail did not come: staff are told, and ask anew."""

from sqlmodel import col, select

from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import MAILS, Step
from eservice_intake.referrals.models import Referral
from shared.database import Session
from shared.events import MailFailed, ReferralNotDelivered


async def hear_of_failed(tx: Session, case: Case, event: MailFailed) -> None:
    """Note that nobody was reached by that mail, unless they have answered all the same."""
    asked = select(Referral).where(Referral.case_id == case.id, Referral.sent_event_id == event.told_event_id)
    for referral in (await tx.exec(asked.where(col(Referral.answered_at).is_(None)))).all():
        referral.unreached_at, referral.sent_event_id = event.occurred_at, None
        tx.add(referral)
        case.take(Step.MISS_REFERRAL)
        told, of_referral = ReferralNotDelivered(**facts(case), referral_id=referral.id), {"referral": str(referral.id)}
        await record(tx, case, Step.MISS_REFERRAL, told, event.occurred_at, MAILS, MAILS, **of_referral)
        tx.audit(MAILS, "miss referral", case=case.diary, **of_referral)
