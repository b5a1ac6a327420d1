"""What the clock does with decisions when their day has come."""

from datetime import datetime

from eservice_intake.cases.handling import facts
from eservice_intake.cases.models import Case
from eservice_intake.clock.due import CLOCK, Due
from eservice_intake.decisions.finality import make_final
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.decisions.rules import SIMPLIFIED_SERVICE
from eservice_intake.decisions.unsent import take_back
from shared.database import Session
from shared.events import DecisionControlled, PartyTold


async def end_time_to_appeal(tx: Session, decision: Decision, at: datetime) -> None:
    """Nobody has appealed: it is final."""
    await make_final(tx, await tx.get_one(Case, decision.case_id), decision, at)


async def control_applicant(tx: Session, decision: Decision, at: datetime) -> None:
    await _control(tx, decision, decision)


async def control_party(tx: Session, party: DecisionParty, at: datetime) -> None:
    """In a confidential case others are written nothing, so that they are not served either."""
    decision, case = await tx.get_one(Decision, party.decision_id), await tx.get_one(Case, party.case_id)
    if case.confidential:
        party.control_due_on = None
        await take_back(tx, case, decision, party, at, CLOCK)
    else:
        await _control(tx, party, decision, party.told)


async def _control(
    tx: Session, recipient: Decision | DecisionParty, decision: Decision, party: PartyTold | None = None
) -> None:
    """Say, apart from the decision, that it was sent: simplified service counts only then."""
    case = await tx.get_one(Case, decision.case_id)
    tx.add(recipient)
    if not decision.is_in_force:
        recipient.control_due_on = None
        return
    assert recipient.served_on is not None
    sent_on = recipient.served_on - SIMPLIFIED_SERVICE
    event = DecisionControlled(**facts(case), decision_id=decision.id, sent_on=sent_on, party=party)
    recipient.control_by(event.event_id)
    tx.publish(event)
    tx.audit(CLOCK, "send control message", case=case.diary)


DUE_DECISIONS = (
    Due("decisions to become final", Decision, "final_due_on", end_time_to_appeal, first="case_id"),
    Due("control messages", Decision, "control_due_on", control_applicant, first="case_id"),
    Due("control messages to others", DecisionParty, "control_due_on", control_party, first="case_id"),
)
