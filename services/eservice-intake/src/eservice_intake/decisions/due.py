"""What the clock does with decisions when their day has come."""

from datetime import datetime

from eservice_intake.cases.handling import facts
from eservice_intake.cases.models import Case
from eservice_intake.clock.due import CLOCK, Due
from eservice_intake.decisions.finality import make_final
from eservice_intake.decisions.models import Decision
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import DecisionControlled


async def end_time_to_appeal(tx: Session, decision: Decision, at: datetime) -> None:
    """Nobody has appealed: it is final."""
    await make_final(tx, await tx.get_one(Case, decision.case_id), decision, at)


async def send_control_message(tx: Session, decision: Decision, at: datetime) -> None:
    """Say, apart from the decision, that it was sent: simplified service counts only then."""
    case = await tx.get_one(Case, decision.case_id)
    decision.control_due_on = None
    tx.add(decision)
    assert decision.decided_at is not None
    tx.publish(DecisionControlled(**facts(case), decision_id=decision.id, sent_on=day_in_sweden(decision.decided_at)))
    tx.audit(CLOCK, "send control message", case=case.diary)


DUE_DECISIONS = (
    Due("decisions to become final", Decision, "final_due_on", end_time_to_appeal, first="case_id"),
    Due("control messages", Decision, "control_due_on", send_control_message),
)
