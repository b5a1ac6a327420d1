"""What whoever tried an appeal ruled: the decision stands or is changed, and is final, or the case is open again."""

from collections.abc import Sequence

from eservice_intake.cases.handling import HANDLING, Handling, facts
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.appeal_forms import RulingForm
from eservice_intake.decisions.appeals import Appeal, NothingWithCourt, appeals_of, status_with
from eservice_intake.decisions.chain import Chain, chain_of
from eservice_intake.decisions.forms import DecisionState
from eservice_intake.decisions.models import Act, Decision, NoDecision, Ruled
from eservice_intake.decisions.parties import appellants, told
from eservice_intake.decisions.presentation import state
from eservice_intake.decisions.serving import require_day
from shared.events import Ruling, RulingReceived
from web import Router, refusals

router = Router(tags=["Decisions"])


@router.post(
    "/cases/{reference}/ruling",
    response_model=DecisionState,
    operation_id="register_ruling",
    responses=refusals(*HANDLING, WrongState, NoDecision, NothingWithCourt),
)
async def receive_ruling(form: RulingForm, step: Handling) -> DecisionState:
    """Register what a court ruled on a forwarded appeal. It is the ruling that is final, of a board or a court.

    Upheld or changed, the decision is final. Annulled, the case is open again; an appeal that was dismissed waits to be
    forwarded, and what was revoked holds again.
    """
    chain, appeals = await chain_of(step.tx, step.case), await appeals_of(step.tx, step.case)
    decision = _with_court(chain, appeals, form.number)
    require_day("ruled_on", form.ruled_on, decision, step)
    decision.rule(Ruled(**form.model_dump(exclude={"number"})), step.at)
    tried = [one.party_id for one in appeals if one.decision_id == decision.id and one.is_with_court]
    for appeal in appeals:
        _follow(appeal, decision, step)
    step.case.take(Step.RECEIVE_RULING, step.at, _back(appeals, decision))
    if decision.act is Act.REVOCATION and form.ruling is Ruling.ANNULLED:
        chain.numbered(decision.about_number).hold_again(step.at)
    step.tx.add_all([*chain.decisions, *appeals])
    event = RulingReceived(
        **facts(step.case),
        decision_id=decision.id,
        ruling=form.ruling,
        ruled_on=form.ruled_on,
        status=step.case.status,
        parties=told(await appellants(step.tx, tried)),
    )
    await step.done(Step.RECEIVE_RULING, event, number=decision.number, ruling=form.ruling)
    return state(step.case, decision)


def _with_court(chain: Chain, appeals: Sequence[Appeal], number: int | None) -> Decision:
    """The decision with the number, or the latest, that a court has. Raises NothingWithCourt."""
    tried = {one.decision_id for one in appeals if one.is_with_court}
    found = [one for one in chain.taken if one.id in tried and number in (None, one.number)]
    if not found:
        raise NothingWithCourt
    return found[-1]


def _follow(appeal: Appeal, decision: Decision, step: Handling) -> None:
    if appeal.decision_id == decision.id:
        appeal.rule(decision.ruling, step.at)
    if appeal.id == decision.appeal_id and decision.ruling is not Ruling.UPHELD:
        appeal.wait_again()


def _back(appeals: Sequence[Appeal], decision: Decision) -> Status | None:
    """What the case is then, unless it is final."""
    opens = Ruling.UPHELD if decision.act is Act.REVOCATION else Ruling.ANNULLED
    return status_with(appeals) or (Status.COMPLETE if decision.is_about_case and decision.ruling is opens else None)
