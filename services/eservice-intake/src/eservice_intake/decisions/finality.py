"""When a decision is final, and the case with it."""

from datetime import datetime

from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.clock.due import CLOCK
from eservice_intake.decisions.appeals import appeals_of
from eservice_intake.decisions.models import Act, Decision
from shared.database import Session
from shared.events import DecisionFinal


async def make_final(tx: Session, case: Case, decision: Decision, at: datetime) -> None:
    """The time to appeal has passed. The case is final with the decision about it, and never with a dismissal.

    With a revocation it is open again. What was appealed in time before it was served is for the court.
    """
    tx.add(decision)
    if any(one.in_time and one.decision_id == decision.id for one in await appeals_of(tx, case)):
        decision.await_court()
        return
    decision.become_final(at)
    if case.status is not Status.DECIDED or not decision.is_about_case:
        return
    case.take(Step.BECOME_FINAL, at, Status.COMPLETE if decision.act is Act.REVOCATION else None)
    event = DecisionFinal(**facts(case), decision_id=decision.id, outcome=decision.outcome)
    await record(tx, case, Step.BECOME_FINAL, event, at, CLOCK, CLOCK, number=decision.number)
    tx.audit(CLOCK, "become final", case=case.diary)
