"""A mail about a last day, for a supplement or for the decision, did not come: staff are told."""

from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import MAILS, Step
from shared.database import Session
from shared.events import DeadlineNotTold, MailFailed


async def hear_of_failed(tx: Session, case: Case, event: MailFailed) -> None:
    """Note that the applicant does not know the day, unless it is waited for no longer, or they were told another."""
    if event.told_event_id != case.sent_event_id:
        return
    case.miss_day(event.occurred_at)
    case.take(Step.MISS_DEADLINE)
    await record(tx, case, Step.MISS_DEADLINE, DeadlineNotTold(**facts(case)), event.occurred_at, MAILS, MAILS)
    tx.audit(MAILS, "miss deadline", case=case.diary)
