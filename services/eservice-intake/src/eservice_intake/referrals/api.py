"""Staff ask somebody else for an opinion; the other party reads the case and answers, by the link in a mail."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from sqlmodel import col, select

from eservice_intake.attachments.downloads import answers, download
from eservice_intake.attachments.uses import file_of, files_of
from eservice_intake.cases.api import require_later, state_of
from eservice_intake.cases.definitions import know
from eservice_intake.cases.finding import lock_case_of
from eservice_intake.cases.forms import CaseState
from eservice_intake.cases.handling import HANDLING, Handling, facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import PARTY, Step
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.referrals.models import (
    AlreadyAnswered,
    CaseReferred,
    ConfidentialNotReferred,
    NotShown,
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
from shared.events import OpinionReceived, OpinionRequested
from shared.mailed_links import page_in
from web import Caller, Now, Router, Transaction, refusals
from web.contacts import FindTexts, Texts
from web.mailed_links import Secret, opened_by_link

router = Router(tags=["Referrals"])


@router.post(
    "/cases/{reference}/referrals",
    operation_id="request_opinion",
    response_model=CaseState,
    responses=refusals(*HANDLING, WrongState, ConfidentialNotReferred),
)
async def refer(form: ReferralForm, step: Handling) -> CaseState:
    """Ask somebody else for an opinion. They get a mail with a link that opens this case alone."""
    require_later("due_on", form.due_on, day_in_sweden(step.at))
    step.case.take(Step.REQUEST_OPINION)
    if step.case.confidential:
        raise ConfidentialNotReferred
    party = Contact(name=form.name, email=form.email, language=form.language)
    step.tx.add(party)
    await step.tx.flush()
    referral = Referral(
        case_id=step.case.id,
        party_contact_id=party.id,
        party_name=form.name,
        language=form.language,
        question=form.question,
        due_on=form.due_on,
        asked_at=step.at,
    )
    step.tx.add(referral)
    event = OpinionRequested(**facts(step.case), referral_id=referral.id, party_contact_id=party.id, due_on=form.due_on)
    referral.sent_event_id = event.event_id
    details = {"referral": str(referral.id), "due_on": form.due_on.isoformat()}
    return state_of(await step.done(Step.REQUEST_OPINION, event, **details))


async def _opened(referral_id: UUID, tx: Transaction, secret: Secret = "") -> Referral:
    return await opened_by_link(tx, Referral, referral_id, secret, UnknownReferral)


LinkOpened = Annotated[Referral, Depends(_opened, scope="function")]
"""What the link in a mail leads to."""


@router.get(
    "/referrals/{referral_id}",
    response_model=CaseReferred,
    operation_id="show_referral",
    responses=refusals(UnknownReferral, NotShown),
)
async def show(referral: LinkOpened, request: Request, language: Caller, tx: Transaction, at: Now) -> CaseReferred:
    """What is asked, and what was sent in. The link in the mail has the id and the secret. Reading is audited."""
    case = await tx.get_one(Case, referral.case_id)
    referral.require_shown(case, day_in_sweden(at))
    tx.audit(PARTY, "read referred case", case=case.diary, referral=str(referral.id))
    await know(tx, [case])
    eservice = catalogue().sent_with(case)
    covered = request.app.state.seal.covered_answers(eservice.form, case.answers)
    files = [used.shown(request.app.state.settings) for used in await files_of(tx, case.id)]
    names = {str(file.id): file.filename for file in files}
    return CaseReferred(
        diary_number=case.diary,
        title=eservice.text.in_language(language),
        answers=read_answers(eservice, covered, language, names),
        attachments=files,
        **dict(ReferralShown.model_validate(referral, from_attributes=True)),
    )


@router.get(
    "/referrals/{referral_id}/attachments/{attachment_id}",
    operation_id="fetch_referred_attachment",
    response_class=StreamingResponse,
    responses=answers(UnknownReferral, NotShown),
)
async def fetch(
    attachment_id: UUID, referral: LinkOpened, request: Request, tx: Transaction, at: Now
) -> StreamingResponse:
    """Fetch a file of the case that an opinion is asked on. That it was fetched is audited."""
    case = await tx.get_one(Case, referral.case_id)
    referral.require_shown(case, day_in_sweden(at))
    response = await download(request, await file_of(tx, case.id, attachment_id), case.diary)
    tx.audit(PARTY, "read attachment", case=case.diary, referral=str(referral.id), attachment=str(attachment_id))
    return response


@router.post(
    "/referrals/{referral_id}/opinion",
    response_model=OpinionReceipt,
    operation_id="give_opinion",
    responses=refusals(UnknownReferral, NotShown, AlreadyAnswered, OnlyACopy, WrongState),
)
async def answer(form: OpinionForm, referral: LinkOpened, tx: Transaction, at: Now) -> OpinionReceipt:
    """Give the opinion that was asked for."""
    case = await lock_case_of(tx, referral)
    case.take(Step.RECEIVE_OPINION)
    referral.require_shown(case, day_in_sweden(at))
    referral.answer(form.text, at)
    event = OpinionReceived(**facts(case), referral_id=referral.id)
    await record(tx, case, Step.RECEIVE_OPINION, event, at, PARTY, PARTY, referral=str(referral.id))
    tx.audit(PARTY, "receive opinion", case=case.diary, referral=str(referral.id))
    return OpinionReceipt(id=referral.id, answered_at=at)


def find_links(pages: str) -> FindTexts:
    """The link in a mail to the other party. Its secret is made when the mail is written, and is not kept."""

    async def found(tx: Session, referral_ids: Collection[UUID]) -> Texts:
        asked = select(Referral, Case).join(Case, col(Case.id) == col(Referral.case_id))
        asked = asked.where(col(Referral.id).in_(referral_ids)).order_by(col(Referral.id))
        found = await tx.exec(asked.with_for_update(of=Referral))
        shown = [referral for referral, case in found if not referral.is_cut_off(case)]
        return {one.id: {"link": one.new_link(page_in(one.language, pages, "remisser"))} for one in shown}

    return found
