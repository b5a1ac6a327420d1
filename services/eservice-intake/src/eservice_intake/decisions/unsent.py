"""A decision was mailed to be served, and did not come: whoever it was for is not served, and staff are told."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import MAILS, Step
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty, keep_final_day
from shared.database import Session
from shared.events import DecisionNotServed, MailFailed


async def hear_of_failed(tx: Session, case: Case, event: MailFailed) -> None:
    """Note that nobody is served by that mail, or by what its control message was about."""
    own = select(Decision).where(Decision.case_id == case.id, _sent_by(Decision, event))
    if event.contact_id in (None, case.applicant_contact_id):
        for decision in (await tx.exec(own.order_by(col(Decision.id)))).all():
            await take_back(tx, case, decision, None, event.occurred_at, MAILS)
    others = select(DecisionParty).where(DecisionParty.case_id == case.id, _sent_by(DecisionParty, event))
    if event.contact_id is not None:
        others = others.where(DecisionParty.party_contact_id == event.contact_id)
    for party in (await tx.exec(others.order_by(col(DecisionParty.id)))).all():
        decision = await tx.get_one(Decision, party.decision_id)
        await take_back(tx, case, decision, party, event.occurred_at, MAILS)


def _sent_by(table: Any, event: MailFailed) -> Any:
    return sa.or_(table.sent_event_id == event.told_event_id, table.control_event_id == event.told_event_id)


async def take_back(
    tx: Session, case: Case, decision: Decision, party: DecisionParty | None, at: datetime, by: str
) -> None:
    """The party, or the applicant, is not served, and is to be. What is final by its time stays so."""
    if not decision.is_in_force or (decision.appealable and decision.final_at is not None):
        return
    recipient = party or decision
    recipient.take_back(at)
    tx.add(recipient)
    await keep_final_day(tx, decision)
    party_id = party.id if party else None
    case.take(Step.MISS_SERVICE)
    event = DecisionNotServed(**facts(case), decision_id=decision.id, party_id=party_id)
    of_party = {"party": str(party_id)} if party_id else {}
    await record(tx, case, Step.MISS_SERVICE, event, at, by, by, number=decision.number, **of_party)
    tx.audit(by, "miss service", case=case.diary, **of_party)
