"""Staff ask somebody else for an opinion; the other party reads the case and answers, by the link in a mail."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from sqlmodel import col, select

from eservice_intake.cases.api import OF_A_STEP, require_later, state_of
from eservice_intake.cases.forms import CaseState
from eservice_intake.cases.handling import Handling, facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import Step, WrongState
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.referrals.models import (
    AlreadyAnswered,
    CaseReferred,
    OnlyACopy,
    OpinionForm,
    OpinionReceipt,
    Referral,
    ReferralForm,
    ReferralShown,
    UnknownReferral,
)
from shared.clock import day_in_sweden
from shared.contacts import Contact
from shared.database import Session
from shared.events import Language, OpinionReceived, OpinionRequested
from web import Caller, Now, Reading, Router, Transaction, refusals
from web.contacts import FindTexts, Texts

PARTY = "party"
router = Router(tags=["Referrals"])
Secret = Annotated[str, Header(alias="X-Application-Secret", description="The secret in the link.")]


@router.post("/cases/{reference}/referrals", operation_id="request_opinion", **OF_A_STEP)
async def refer(form: ReferralForm, step: Handling) -> CaseState:
    """Ask somebody else for an opinion. They get a mail with a link that opens this case alone."""
    require_later("due_on", form.due_on, day_in_sweden(step.at))
    step.case.take(Step.REQUEST_OPINION)
    party = Contact(name=form.name, email=form.email, language=Language.SWEDISH)
    step.tx.add(party)
    await step.tx.flush()
    referral = Referral(
        case_id=step.case.id,
        party_contact_id=party.id,
        party_name=form.name,
        question=form.question,
        due_on=form.due_on,
        asked_at=step.at,
    )
    step.tx.add(referral)
    event = OpinionRequested(**facts(step.case), referral_id=referral.id, party_contact_id=party.id, due_on=form.due_on)
    details = {"referral": str(referral.id), "due_on": form.due_on.isoformat()}
    return state_of(await step.done(Step.REQUEST_OPINION, event, **details))


@router.get(
    "/referrals/{referral_id}",
    response_model=CaseReferred,
    operation_id="show_referral",
    responses=refusals(UnknownReferral),
)
async def show(
    referral_id: UUID, request: Request, language: Caller, reading: Reading, secret: Secret = ""
) -> CaseReferred:
    """What is asked, and what was sent in. The link in the mail has the id and the secret."""
    referral = _by_link(await reading.get(Referral, referral_id), secret)
    case = await reading.get_one(Case, referral.case_id)
    eservice = catalogue().eservices[case.eservice]
    covered = request.app.state.seal.covered_answers(eservice.form, case.answers)
    return CaseReferred(
        diary_number=case.diary,
        title=eservice.text.in_language(language),
        answers=read_answers(catalogue(), eservice, covered, language),
        **dict(ReferralShown.model_validate(referral, from_attributes=True)),
    )


async def _opened(referral_id: UUID, tx: Transaction, secret: Secret = "") -> Referral:
    return _by_link(await tx.get(Referral, referral_id, with_for_update=True), secret)


@router.post(
    "/referrals/{referral_id}/opinion",
    response_model=OpinionReceipt,
    operation_id="give_opinion",
    responses=refusals(UnknownReferral, AlreadyAnswered, OnlyACopy, WrongState),
)
async def answer(
    form: OpinionForm, referral: Annotated[Referral, Depends(_opened, scope="function")], tx: Transaction, at: Now
) -> OpinionReceipt:
    """Give the opinion that was asked for."""
    referral.answer(form.text, at)
    case = await tx.get_one(Case, referral.case_id, with_for_update=True)
    case.take(Step.RECEIVE_OPINION)
    event = OpinionReceived(**facts(case), referral_id=referral.id)
    await record(tx, case, Step.RECEIVE_OPINION, event, at, PARTY, PARTY, referral=str(referral.id))
    tx.audit(PARTY, "receive opinion", case=case.diary, referral=str(referral.id))
    return OpinionReceipt(id=referral.id, answered_at=at)


def find_links(pages: str) -> FindTexts:
    """The link in a mail to the other party. Its secret is made when the mail is written, and is not kept."""

    async def found(tx: Session, referral_ids: Collection[UUID]) -> Texts:
        asked = select(Referral).where(col(Referral.id).in_(referral_ids)).order_by(col(Referral.id))
        referrals = await tx.exec(asked.with_for_update())
        return {one.id: {"link": f"{pages}/referrals/{one.id}#{one.new_link()}"} for one in referrals}

    return found


def _by_link(referral: Referral | None, secret: str) -> Referral:
    if referral is None or not referral.opens_with(secret):
        raise UnknownReferral
    return referral
