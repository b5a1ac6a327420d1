"""Appeals as staff handle them: in time they are forwarded, late they are dismissed by a decision."""

from collections.abc import Sequence
from datetime import datetime

from eservice_intake.cases.handling import HANDLING, READING, CaseRead, Handling, PendingStep, facts
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.appeal_forms import (
    AppealShown,
    AppealState,
    DismissalForm,
    ProposedDismissalForm,
    RegisteredAppealForm,
)
from eservice_intake.decisions.appeals import (
    AlreadyForwarded,
    Appeal,
    AppealInTime,
    AppealIsLate,
    NoAppeal,
    NotAppealable,
    appeals_of,
    first_in_time,
    first_late,
    status_with,
    waiting_appeals,
)
from eservice_intake.decisions.chain import Chain, chain_of
from eservice_intake.decisions.delegation import BeyondDelegation, decisions
from eservice_intake.decisions.finality import make_final
from eservice_intake.decisions.forms import DecisionState
from eservice_intake.decisions.models import About, Act, Decision, DecisionContent, FourEyes, NoDecision
from eservice_intake.decisions.parties import (
    DecisionParty,
    NotInForce,
    UnknownParty,
    appellants,
    now_served,
    sent_by,
    serve_also,
    told,
)
from eservice_intake.decisions.presentation import state
from eservice_intake.decisions.serving import decide, proposed, require_day
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import AppealDismissed, AppealForwarded, AppealReceived, Outcome
from shared.pagination import Page
from web import Router, Transaction, refusals

router = Router(tags=["Decisions"])
LAW_OF_DISMISSAL = "45 § förvaltningslagen (2017:900)"


@router.post(
    "/cases/{reference}/appeals",
    response_model=AppealState,
    operation_id="register_appeal",
    responses=refusals(*HANDLING, WrongState, NoDecision, NotAppealable, UnknownParty, NotInForce),
)
async def register(form: RegisteredAppealForm, step: Handling) -> AppealState:
    """Register an appeal that came in by letter or mail, with the day it came. It says whether that is in time."""
    decision, party = await now_served(step.tx, step.case, form.party_id)
    require_day("received_on", form.received_on, decision, step)
    appeal = Appeal.against(decision, form.text, form.received_on, step.at, party=party)
    await bring(step.tx, step.case, appeal, decision, step.at)
    await step.done(Step.APPEAL, received(step.case, appeal, party), received_on=form.received_on.isoformat())
    return AppealState.of(appeal, step.case.status)


@router.post(
    "/cases/{reference}/appeals/forwarding",
    response_model=AppealState,
    operation_id="forward_appeal",
    responses=refusals(*HANDLING, WrongState, NoAppeal, AppealIsLate, AlreadyForwarded),
)
async def forward(step: Handling) -> AppealState:
    """Say that the appeal was handed over to the county administrative board. Its package is what to send."""
    waiting = await waiting_appeals(step.tx, step.case)
    more = sum(one.in_time for one in waiting) > 1
    step.case.take(Step.FORWARD_APPEAL, back=Status.APPEALED if more else None)
    appeal = first_in_time(waiting)
    appeal.forward(step.at)
    step.tx.add(appeal)
    parties = told(await appellants(step.tx, [appeal.party_id]))
    await step.done(Step.FORWARD_APPEAL, AppealForwarded(**facts(step.case), appeal_id=appeal.id, parties=parties))
    return AppealState.of(appeal, step.case.status)


@router.post(
    "/cases/{reference}/appeals/dismissal/proposals",
    response_model=DecisionState,
    operation_id="propose_dismissal",
    responses=refusals(*HANDLING, WrongState, NoAppeal, AppealInTime),
)
async def propose_dismissal(form: ProposedDismissalForm, step: Handling) -> DecisionState:
    """Propose that an appeal that came too late is dismissed. Somebody else, whose delegation reaches it, decides."""
    step.case.take(Step.PROPOSE_DISMISSAL)
    appeal = first_late(await waiting_appeals(step.tx, step.case))
    about, content = await _dismissal(step.tx, appeal, form.reasons)
    proposal = (await chain_of(step.tx, step.case)).written(about, content)
    await step.done(Step.PROPOSE_DISMISSAL, proposed(step, proposal))
    return state(step.case, proposal)


@router.post(
    "/cases/{reference}/appeals/dismissal",
    response_model=DecisionState,
    operation_id="dismiss_appeal",
    responses=refusals(*HANDLING, WrongState, NoAppeal, AppealInTime, BeyondDelegation, FourEyes),
)
async def dismiss(form: DismissalForm, step: Handling) -> DecisionState:
    """Dismiss an appeal that came too late, as proposed or otherwise. It is a decision, which is served and appealed.

    The decision about the case is as final as it was.
    """
    case = step.case
    chain = await chain_of(step.tx, case)
    waiting = await waiting_appeals(step.tx, case)
    appeal = first_late(waiting)
    appeal.dismiss(step.at)
    case.take(Step.DISMISS_APPEAL, step.at, _back(chain, await appeals_of(step.tx, case)))
    decision = chain.written(*await dismissal_of(step.tx, chain, appeal, form.reasons))
    decide(step, chain, decision, form.service)
    step.tx.add(appeal)
    await step.done(Step.DISMISS_APPEAL, await _dismissed(step, appeal, decision), number=decision.number)
    return state(case, decision)


@router.get(
    "/cases/{reference}/appeals",
    response_model=Page[AppealShown],
    operation_id="list_appeals",
    responses=refusals(*READING),
)
async def list_appeals(opened: CaseRead, tx: Transaction) -> Page[AppealShown]:
    """The appeals of a case. That they were read is audited."""
    case = await tx.get_one(Case, opened.case_id)
    opened.audit(tx, "read appeals", case)
    return Page(items=[AppealShown.of(one, case.status) for one in await appeals_of(tx, case)], next=None)


async def bring(tx: Session, case: Case, appeal: Appeal, against: Decision, at: datetime) -> None:
    """Let the case be appealed. What is appealed too late is final first, if the clock has not come to it yet."""
    final_due_on = against.final_due_on
    if not appeal.in_time and final_due_on is not None and final_due_on <= day_in_sweden(at):
        await make_final(tx, case, against, at)
    case.take(Step.APPEAL)
    tx.add_all([against, appeal])


def _back(chain: Chain, appeals: Sequence[Appeal]) -> Status | None:
    """What the case is then, unless the decision about it is final."""
    return status_with(appeals) or (None if chain.is_final else Status.DECIDED)


def received(case: Case, appeal: Appeal, party: DecisionParty | None = None) -> AppealReceived:
    return AppealReceived(
        **facts(case),
        appeal_id=appeal.id,
        received_on=appeal.received_on,
        in_time=appeal.in_time,
        parties=told([party] if party else []),
    )


async def _dismissed(step: PendingStep, appeal: Appeal, decision: Decision) -> AppealDismissed:
    """Serve the dismissal on the party whose appeal it was, if it was one's, and tell of it."""
    case = step.case
    parties = await serve_also(step.tx, await appellants(step.tx, [appeal.party_id]), decision, step.at)
    encloses = case.gets_decisions_by_mail and not parties
    ids = {"appeal_id": appeal.id, "decision_id": decision.id}
    event = AppealDismissed(**facts(case), **ids, encloses=encloses, parties=told(parties))
    sent_by(event, decision, parties)
    return event


async def dismissal_of(
    session: Session, chain: Chain, appeal: Appeal, reasons: str | None
) -> tuple[About, DecisionContent]:
    """As proposed when no reasons are given and it is; otherwise with the reasons, or the two days."""
    proposal = chain.proposal(_about(appeal))
    return await _dismissal(session, appeal, reasons or (proposal.reasons if proposal else None))


def _about(appeal: Appeal) -> About:
    return About(act=Act.DISMISSAL, appeal_id=appeal.id, party_id=appeal.party_id)


async def _dismissal(session: Session, appeal: Appeal, reasons: str | None) -> tuple[About, DecisionContent]:
    """What the decision says: in Swedish, as decisions are written."""
    appealed = await session.get_one(Decision, appeal.decision_id)
    served = await session.get_one(DecisionParty, appeal.party_id) if appeal.party_id else appealed
    days = {"received_on": appeal.received_on.isoformat(), "appeal_until": served.appeal_until}
    return _about(appeal), DecisionContent(
        outcome=Outcome.DISMISSED,
        reasons=reasons or decisions().dismissed_appeal.sv.format(**days),
        legal_basis=[LAW_OF_DISMISSAL],
        conditions=[],
    )
