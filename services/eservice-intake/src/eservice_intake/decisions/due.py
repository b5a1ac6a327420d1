"""What the clock does with decisions when their day has come."""

from datetime import datetime

from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import Step
from eservice_intake.cases.statuses import Status
from eservice_intake.clock.due import Due
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.models import Decision
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import DecisionControlled, DecisionFinal

CLOCK = "clock"


async def make_final(tx: Session, decision: Decision, at: datetime) -> None:
    """The time to appeal has passed. The case is final with the last decision that holds."""
    case = await tx.get_one(Case, decision.case_id, with_for_update=True)
    decision.become_final(at)
    tx.add(decision)
    waits = [one for one in (await chain_of(tx, case)).decisions if one.is_in_force and one.final_at is None]
    if case.status is not Status.DECIDED or waits:
        return
    case.take(Step.BECOME_FINAL)
    case.ended_at = at
    event = DecisionFinal(**facts(case), decision_id=decision.id, outcome=decision.outcome)
    await record(tx, case, Step.BECOME_FINAL, event, at, CLOCK, CLOCK, number=decision.number)
    tx.audit(CLOCK, "become final", case=case.diary)


async def send_control_message(tx: Session, decision: Decision, at: datetime) -> None:
    """Say, apart from the decision, that it was sent: simplified service counts only then."""
    case = await tx.get_one(Case, decision.case_id)
    decision.control_due_on = None
    tx.add(decision)
    assert decision.decided_at is not None
    tx.publish(DecisionControlled(**facts(case), decision_id=decision.id, sent_on=day_in_sweden(decision.decided_at)))
    tx.audit(CLOCK, "send control message", case=case.diary)


DUE_DECISIONS = (
    Due("decisions to become final", Decision, "final_due_on", make_final),
    Due("control messages", Decision, "control_due_on", send_control_message),
)
