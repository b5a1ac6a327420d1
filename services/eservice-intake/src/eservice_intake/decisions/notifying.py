"""Others than the applicant are served a decision: they open it by a link, confirm that they have it, and appeal."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlmodel import col, select

from eservice_intake.cases.finding import lock_case_of
from eservice_intake.cases.handling import HANDLING, Handling, facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import PARTY, Step
from eservice_intake.decisions.appeal_forms import AppealForm
from eservice_intake.decisions.appealing import bring, received
from eservice_intake.decisions.appeals import Appeal, NotAppealable
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.forms import DecisionRead
from eservice_intake.decisions.models import Decision, NoDecision
from eservice_intake.decisions.parties import (
    ConfidentialNotServed,
    DecisionNotShown,
    DecisionParty,
    NotInForce,
    UnknownParty,
    keep_final_day,
    now_served,
    waiting_at_address_of,
)
from eservice_intake.decisions.presentation import party_receipt, read
from eservice_intake.decisions.recipients import AlreadyServed
from eservice_intake.decisions.service_forms import AddressForm, PartyForm, PartyReceipt
from eservice_intake.decisions.serving import serve
from shared.clock import day_in_sweden
from shared.contacts import Contact
from shared.database import Session
from shared.events import Language, PartyNotified
from shared.mailed_links import page_in
from web import Caller, Now, Router, Transaction, refusals
from web.contacts import FindTexts, Texts
from web.mailed_links import Secret, opened_by_link

router = Router(tags=["Decisions"])


@router.post(
    "/cases/{reference}/decisions/{number}/parties",
    response_model=PartyReceipt,
    operation_id="notify_party",
    responses=refusals(*HANDLING, WrongState, NoDecision, NotInForce, ConfidentialNotServed),
)
async def notify(number: int, form: PartyForm, step: Handling) -> PartyReceipt:
    """Serve a decision on somebody else whom it concerns, such as a neighbour. They get a mail with a link to it.

    Whoever has no e-mail address is served on paper, or in another lawful way, and that is registered. The decision is
    final when everybody who is served it has had their time to appeal.
    """
    decision = (await chain_of(step.tx, step.case)).numbered(number)
    step.case.take(Step.NOTIFY_PARTY)
    if not decision.is_in_force or decision.final_at is not None:
        raise NotInForce
    if step.case.confidential and form.email:
        raise ConfidentialNotServed
    party = await _added(step, decision, form)
    await keep_final_day(step.tx, decision)
    await _write_to(step, Step.NOTIFY_PARTY, party, decision)
    return party_receipt(party, decision)


@router.post(
    "/cases/{reference}/corrected-address",
    response_model=PartyReceipt,
    operation_id="correct_address",
    responses=refusals(*HANDLING, WrongState, UnknownParty, NotInForce, AlreadyServed, ConfidentialNotServed),
)
async def correct(form: AddressForm, step: Handling) -> PartyReceipt:
    """Correct the address of somebody else who is to be served a decision.

    What they have not been served is sent there. The links that went to the earlier address open nothing any longer.
    """
    step.case.take(Step.CORRECT_ADDRESS)
    decision, party = await now_served(step.tx, step.case, form.party_id)
    assert party is not None
    if decision.final_at is not None:
        raise NotInForce
    if party.served_on is not None:
        raise AlreadyServed
    if step.case.confidential:
        raise ConfidentialNotServed
    waiting = await waiting_at_address_of(step.tx, party, decision)
    await _readdress(step, party, form.email)
    for one, of in waiting:
        one.write_anew(step.at)
        await _write_to(step, Step.CORRECT_ADDRESS, one, of)
    return party_receipt(party, decision)


async def _write_to(step: Handling, taken: Step, party: DecisionParty, decision: Decision) -> None:
    event = PartyNotified(**facts(step.case), **party.ids)
    party.sent_event_id = event.event_id
    step.tx.add(party)
    await step.done(taken, event, number=decision.number, party=str(party.id))


async def _readdress(step: Handling, party: DecisionParty, email: str) -> None:
    """The contact stays: whatever else they are told goes to the new address, too."""
    if party.party_contact_id is None:
        party.party_contact_id = await _contact(step, party.party_name, email, party.language)
        return
    contact = await step.tx.get_one(Contact, party.party_contact_id)
    contact.email = email
    step.tx.add(contact)


async def _added(step: Handling, decision: Decision, form: PartyForm) -> DecisionParty:
    party = DecisionParty(
        case_id=step.case.id,
        decision_id=decision.id,
        party_contact_id=await _contact(step, form.name, form.email, form.language),
        party_name=form.name,
        language=form.language,
        sent_at=step.at,
    )
    step.tx.add(party)
    await step.tx.flush()
    return party


async def _contact(step: Handling, name: str, email: str | None, language: Language) -> UUID | None:
    """Who is written to, or None when there is no address."""
    if email is None:
        return None
    contact = Contact(name=name, email=email, language=language)
    step.tx.add(contact)
    await step.tx.flush()
    return contact.id


async def _opened(party_id: UUID, tx: Transaction, secret: Secret = "") -> tuple[DecisionParty, Case]:
    party = await opened_by_link(tx, DecisionParty, party_id, secret, UnknownParty)
    case = await lock_case_of(tx, party)
    if case.confidential:
        raise DecisionNotShown
    party.told_of_service = True
    return party, case


LinkOpened = Annotated[tuple[DecisionParty, Case], Depends(_opened, scope="function")]
"""What the link in a mail leads to, with its case locked."""


@router.get(
    "/decision-parties/{party_id}",
    response_model=DecisionRead,
    operation_id="read_served_decision",
    responses=refusals(UnknownParty, DecisionNotShown),
)
async def show(opened: LinkOpened, language: Caller, tx: Transaction, at: Now) -> DecisionRead:
    """The decision that one is served, with one's own last day to appeal. That it was read is audited."""
    party, case = opened
    decision = await tx.get_one(Decision, party.decision_id)
    party.opened_at = party.opened_at or at
    tx.audit(PARTY, "read decision", case=case.diary, party=str(party.id))
    own = {"served_on": party.served_on, "appeal_until": party.appeal_until}
    return read(case, decision, language).model_copy(update=own)


@router.post(
    "/decision-parties/{party_id}/receipt",
    response_model=PartyReceipt,
    operation_id="confirm_served_decision",
    responses=refusals(UnknownParty, DecisionNotShown, AlreadyServed, WrongState),
)
async def confirm(opened: LinkOpened, tx: Transaction, at: Now) -> PartyReceipt:
    """Confirm that you have the decision. Your three weeks to appeal are counted from today."""
    party, case = opened
    decision = await tx.get_one(Decision, party.decision_id)
    case.take(Step.SERVE)
    event = await serve(tx, case, decision, party, day_in_sweden(at))
    await record(tx, case, Step.SERVE, event, at, PARTY, PARTY, party=str(party.id))
    tx.audit(PARTY, "serve", case=case.diary, party=str(party.id))
    return party_receipt(party, decision)


@router.post(
    "/decision-parties/{party_id}/appeals",
    response_model=PartyReceipt,
    operation_id="appeal_served_decision",
    responses=refusals(UnknownParty, DecisionNotShown, NotAppealable, NotInForce, WrongState),
)
async def appeal(form: AppealForm, opened: LinkOpened, tx: Transaction, at: Now) -> PartyReceipt:
    """Appeal against the decision that one was served. It counts as having arrived today."""
    party, case = opened
    decision = await tx.get_one(Decision, party.decision_id)
    if not decision.is_in_force:
        raise NotInForce
    made = Appeal.against(decision, form.text, day_in_sweden(at), at, party=party)
    await bring(tx, case, made, decision, at)
    event = received(case, made, party)
    await record(tx, case, Step.APPEAL, event, at, PARTY, PARTY, party=str(party.id))
    tx.audit(PARTY, "appeal", case=case.diary, party=str(party.id))
    return party_receipt(party, decision)


def find_links(pages: str) -> FindTexts:
    """The link in a mail to a party. Its secret is made when the mail is written, and is not kept."""

    async def found(tx: Session, ids: Collection[UUID]) -> Texts:
        shown = select(Case.id).where(~col(Case.confidential))
        wanted = select(DecisionParty).where(col(DecisionParty.id).in_(ids), col(DecisionParty.case_id).in_(shown))
        parties = await tx.exec(wanted.order_by(col(DecisionParty.id)).with_for_update())
        return {one.id: {"link": one.new_link(page_in(one.language, pages, "beslut"))} for one in parties}

    return found
