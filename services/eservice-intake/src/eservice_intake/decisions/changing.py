"""What staff do about a decision that was made: they change it, or revoke it, or propose to."""

from collections.abc import Sequence
from typing import Any

from eservice_intake.cases.handling import HANDLING, Handling, PendingStep, facts
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.appeals import AppealWaits, WithCourt, follow_change, require_not_with_court
from eservice_intake.decisions.chain import Chain, chain_of
from eservice_intake.decisions.delegation import BeyondDelegation
from eservice_intake.decisions.forms import (
    ChangeForm,
    DecisionForm,
    DecisionState,
    ReasonsForm,
    RevocationForm,
    content_of,
)
from eservice_intake.decisions.models import (
    About,
    Act,
    AlreadyRevoked,
    Decision,
    DecisionContent,
    FourEyes,
    NoDecision,
    NothingProposed,
)
from eservice_intake.decisions.parties import DecisionParty, parties_of, sent_by, serve_also, told
from eservice_intake.decisions.presentation import state
from eservice_intake.decisions.serving import decide, made, proposed, with_fee
from shared.clock import day_in_sweden
from shared.events import DecisionRevoked, Outcome
from web import Router, refusals

router = Router(tags=["Decisions"])
LAW_OF_REVOCATION = "37 § förvaltningslagen (2017:900)"
DECIDING = (BeyondDelegation, FourEyes, NothingProposed, AppealWaits, WithCourt)


def _step(*errors: Any) -> dict[str, Any]:
    return {"response_model": DecisionState, "responses": refusals(*HANDLING, WrongState, NoDecision, *errors)}


@router.post("/cases/{reference}/decision-changes/proposals", operation_id="propose_change", **_step())
async def propose_change(form: DecisionForm, step: Handling) -> DecisionState:
    """Propose that the decision is changed. Somebody else, whose delegation reaches it, changes it."""
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.PROPOSE_CHANGE)
    about = About(act=Act.CHANGE, about_number=chain.decision_of_the_case.number)
    proposal = chain.written(about, content_of(form))
    await step.done(Step.PROPOSE_CHANGE, proposed(step, proposal), outcome=form.outcome)
    return state(step.case, proposal)


@router.post("/cases/{reference}/decision-changes", operation_id="change_decision", **_step(*DECIDING))
async def change(form: ChangeForm, step: Handling) -> DecisionState:
    """Decide anew, as proposed or otherwise. The earlier decision stays readable; the new one is served and appealed.

    An appeal that waits to be forwarded is about the new one then; a late one is dismissed first. Whoever else was
    served the earlier one is served the new one.
    """
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.CHANGE_DECISION)
    earlier = chain.decision_of_the_case
    about = About(act=Act.CHANGE, about_number=earlier.number)
    decision = chain.written(about, content_of(form.decision) if form.decision else None)
    await with_fee(step.tx, step.case, decision)
    decide(step, chain, decision, form.service)
    earlier.replace(step.at)
    event = made(step.case, decision, earlier, await _follow(step, earlier, decision))
    await step.done(Step.CHANGE_DECISION, event, outcome=decision.outcome, number=decision.number)
    return state(step.case, decision)


@router.post("/cases/{reference}/revocation/proposals", operation_id="propose_revocation", **_step(AlreadyRevoked))
async def propose_revocation(form: ReasonsForm, step: Handling) -> DecisionState:
    """Propose that the decision is revoked. Somebody else, whose delegation reaches it, revokes it."""
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.PROPOSE_REVOCATION)
    proposal = chain.written(revocation_of(chain), revoked(form.reasons, form.legal_basis))
    await step.done(Step.PROPOSE_REVOCATION, proposed(step, proposal))
    return state(step.case, proposal)


@router.post("/cases/{reference}/revocation", operation_id="revoke_decision", **_step(AlreadyRevoked, *DECIDING))
async def revoke(form: RevocationForm, step: Handling) -> DecisionState:
    """Revoke the decision, by one that is served and can be appealed as it could. It stays readable.

    When the revocation is final, the case is open again. An appeal that waits to be forwarded is about the revocation
    then. To decide the case anew at once, change the decision, or the revocation.
    """
    chain = await chain_of(step.tx, step.case)
    step.case.take(Step.REVOKE)
    earlier = chain.decision_of_the_case
    content = revoked(form.reasons, form.legal_basis) if form.reasons else None
    decision = chain.written(revocation_of(chain), content)
    decide(step, chain, decision, form.service, earlier)
    earlier.revoke(step.at)
    event = _event(step, decision, earlier, await _follow(step, earlier, decision))
    await step.done(Step.REVOKE, event, number=decision.number, revokes=earlier.number)
    return state(step.case, decision)


async def _follow(step: PendingStep, earlier: Decision, decision: Decision) -> list[DecisionParty]:
    """What waits about the earlier decision is about this one, and who was served that is served this."""
    await require_not_with_court(step.tx, step.case, earlier)
    step.tx.add_all([earlier, decision])
    if step.case.status is Status.APPEALED:
        await follow_change(step.tx, step.case, earlier, decision)
    return await serve_also(step.tx, await parties_of(step.tx, earlier), decision, step.at)


def revocation_of(chain: Chain) -> About:
    """Raises AlreadyRevoked."""
    earlier = chain.decision_of_the_case
    if earlier.act is Act.REVOCATION:
        raise AlreadyRevoked
    return About(act=Act.REVOCATION, about_number=earlier.number)


def revoked(reasons: str, legal_basis: list[str]) -> DecisionContent:
    return DecisionContent(
        outcome=Outcome.REVOKED, reasons=reasons, legal_basis=legal_basis or [LAW_OF_REVOCATION], conditions=[]
    )


def _event(
    step: PendingStep, decision: Decision, earlier: Decision, parties: Sequence[DecisionParty]
) -> DecisionRevoked:
    assert earlier.decided_at is not None
    event = DecisionRevoked(
        **facts(step.case),
        decision_id=decision.id,
        revokes=earlier.id,
        decided_on=day_in_sweden(earlier.decided_at),
        appealable=decision.appealable,
        encloses=step.case.gets_decisions_by_mail,
        parties=told(parties),
    )
    sent_by(event, decision, parties)
    return event
