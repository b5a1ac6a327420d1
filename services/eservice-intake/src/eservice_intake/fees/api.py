"""What sending something in costs, and the fees of a case: computed, approved by staff, and of controls."""

from uuid import UUID

from fastapi import APIRouter, Request

from eservice_intake.cases.handling import HANDLING, READING, CaseRead, Handling, PendingStep, facts
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.eservices import UnknownEService, catalogue
from eservice_intake.fees.definitions import fee_tables
from eservice_intake.fees.forms import (
    ApprovalForm,
    CalculationShown,
    ControlForm,
    Estimate,
    EstimateForm,
    FeeBrief,
    FeesOfCase,
)
from eservice_intake.fees.models import (
    AlreadyExported,
    Fee,
    FeeFor,
    NothingToPay,
    UnknownFee,
    application_charge,
    approved_fee,
    charge_on,
    control_charge,
    fees_of,
)
from eservice_intake.fees.presentation import risk_of, shown
from eservice_intake.fees.tables import Calculation, FeeBeyondDelegation, table_on
from eservice_intake.lookups.rules import as_registers_know, may_change_kind, notices_of
from shared.clock import day_in_sweden
from shared.errors import Invalid, Text, Violation
from shared.events import ControlRegistered, FeeApproved
from web import Caller, Router, Today, Transaction, refusals
from web.json_body import JsonRoute

router = Router(tags=["Fees"])
estimating = APIRouter(tags=["Fees"], route_class=JsonRoute)
"""Without `Idempotency-Key`: nothing is saved."""


@estimating.post(
    "/eservices/{eservice_id}/fee",
    response_model=Estimate,
    operation_id="estimate_fee",
    responses=refusals(UnknownEService),
)
async def estimate(eservice_id: str, form: EstimateForm, request: Request, language: Caller, today: Today) -> Estimate:
    """What it would cost to send this in today, and how that is reckoned. With what registers make of it; nothing is
    saved."""
    eservice, registers = catalogue().find(eservice_id), request.app.state.registers
    checks = await registers.checks(eservice, form.answers) if may_change_kind(eservice) else []
    kind = eservice.kind_for(as_registers_know(form.answers, checks))
    found = charge_on(today, eservice.id, kind)
    return Estimate(
        kind=kind,
        notices=notices_of(eservice, form.answers, checks, language),
        is_charged=found is not None,
        calculation=CalculationShown.of(found[0].calculated(found[1]), language) if found else None,
    )


@router.get(
    "/cases/{reference}/fees", response_model=FeesOfCase, operation_id="list_fees", responses=refusals(*READING)
)
async def list_fees(opened: CaseRead, language: Caller, tx: Transaction) -> FeesOfCase:
    """What the case costs, what of that is approved, and the proposed class of risk. Audited."""
    case = await tx.get_one(Case, opened.case_id)
    opened.audit(tx, "read fees", case)
    return shown(case, await fees_of(tx, case), language)


@router.post(
    "/cases/{reference}/controls",
    response_model=FeeBrief,
    operation_id="register_control",
    responses=refusals(*HANDLING, WrongState, NothingToPay),
)
async def register_control(form: ControlForm, step: Handling, language: Caller) -> FeeBrief:
    """Register the hours of a control that was made. It is billed afterwards, by the taxa of its day, once approved."""
    if form.controlled_on > day_in_sweden(step.at):
        raise Invalid(Violation("controlled_on", "range", _LATER))
    step.case.take(Step.REGISTER_CONTROL)
    found, risk = control_charge(step.case, form.controlled_on), risk_of(step.case)
    if found is None:
        raise NothingToPay
    proposed = risk[0].risk_class if risk else None
    calculation = found[0].calculated(found[1], form.minutes)
    fee = _fee(step.case, FeeFor.CONTROL, calculation)
    fee.controlled_on, fee.risk_class = form.controlled_on, form.risk_class or proposed
    step.tx.add(fee)
    event = ControlRegistered(**facts(step.case), fee_id=fee.id, controlled_on=form.controlled_on)
    await step.done(Step.REGISTER_CONTROL, event, controlled_on=form.controlled_on.isoformat())
    return FeeBrief.of(fee, language)


@router.post(
    "/cases/{reference}/fees",
    response_model=FeeBrief,
    operation_id="approve_fee",
    responses=refusals(*HANDLING, WrongState, NothingToPay, UnknownFee, AlreadyExported, FeeBeyondDelegation),
)
async def approve(form: ApprovalForm, step: Handling, language: Caller) -> FeeBrief:
    """Approve a fee as it was computed, or another with a reason. Until it is exported it can be approved anew."""
    step.case.take(Step.APPROVE_FEE)
    fee = await _to_approve(step, form)
    fee.require_open()
    computed = fee.computed.amount
    amount = computed if form.amount is None else form.amount
    if amount is None:
        raise Invalid(Violation("minutes", "required", _NO_MINUTES))
    is_changed = amount != computed
    if is_changed and form.reason is None:
        raise Invalid(Violation("reason", "required", _NO_REASON))
    _sign(step, fee, is_changed=is_changed)
    fee.amount, fee.reason = amount, form.reason if is_changed else None
    step.tx.add(fee)
    event = FeeApproved(**facts(step.case), fee_id=fee.id, is_changed=is_changed)
    await step.done(Step.APPROVE_FEE, event, about=fee.about, amount=amount)
    return FeeBrief.of(fee, language)


async def _to_approve(step: PendingStep, form: ApprovalForm) -> Fee:
    """The control's, or what was sent in, anew with the hours when they are given. Raises UnknownFee, NothingToPay."""
    if form.control_id is not None:
        return await _control(step, form.control_id)
    found = application_charge(step.case)
    if found is None:
        raise NothingToPay
    calculation = found[0].calculated(found[1], form.minutes)
    fee = await approved_fee(step.tx, step.case) or _fee(step.case, FeeFor.APPLICATION, calculation)
    if form.minutes is not None and fee.export_number is None:
        fee.calculation = calculation.model_dump(mode="json")
    return fee


async def _control(step: PendingStep, control_id: UUID) -> Fee:
    fee = await step.tx.get(Fee, control_id)
    if fee is None or fee.case_id != step.case.id or fee.about is not FeeFor.CONTROL:
        raise UnknownFee
    return fee


def _sign(step: PendingStep, fee: Fee, *, is_changed: bool) -> None:
    """By the delegation of the taxa that it was computed by. Raises FeeBeyondDelegation."""
    table = table_on(fee_tables(), fee.computed.since)
    assert table is not None
    person = step.by.person
    fee.delegation = table.approval.item_for(person.roles, is_changed=is_changed)
    fee.approved_by, fee.approved_by_name, fee.approved_at = person.subject, person.name, step.at


def _fee(case: Case, about: FeeFor, calculation: Calculation) -> Fee:
    return Fee(case_id=case.id, unit=case.unit, about=about, calculation=calculation.model_dump(mode="json"))


_LATER = Text(sv="Ange en dag till och med i dag.", en="Give a day until today.")
_NO_MINUTES = Text(sv="Ange hur många minuter det tog.", en="Say how many minutes it took.")
_NO_REASON = Text(
    sv="Ange varför avgiften inte är den som räknats ut.", en="Say why the fee is not the one that was computed."
)
