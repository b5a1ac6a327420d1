"""Staff read a case: all that they need to handle it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from eservice_intake.attachments.uses import Used, files_of
from eservice_intake.cases.api import brief
from eservice_intake.cases.entries import CaseEntry, enter_new
from eservice_intake.cases.finding import find_cases, rows_of
from eservice_intake.cases.forms import ClockShown
from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.links import CaseLink
from eservice_intake.cases.models import Case, CaseStep, Message, SupplementRequest
from eservice_intake.cases.rules import may_see
from eservice_intake.cases.states import TRANSITIONS, by_whom
from eservice_intake.cases.times import clock_of_case
from eservice_intake.catalogue.answers import ReadSection, read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.appeal_forms import AppealShown
from eservice_intake.decisions.appeals import appeals_of
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.decisions.presentation import all_shown
from eservice_intake.fees.models import fees_of
from eservice_intake.fees.presentation import shown as fees_shown
from eservice_intake.lookups.models import CheckShown, RegisterCheck
from eservice_intake.referrals.models import Referral, ReferralOfCase
from eservice_intake.register.listing import ORDERS
from eservice_intake.register.models import (
    CaseShown,
    MessageShown,
    RelatedCase,
    Sort,
    StepShown,
    SupplementShown,
)
from eservice_intake.register.possible import Known
from shared.database import Session
from shared.staff import Person
from web import Caller, Now, Router, Transaction, refusals
from web.versions import etag

router = Router(tags=["Cases"])
RELATED = 20


@router.get("/cases/{reference}", response_model=CaseShown, operation_id="show_case", responses=refusals(*READING))
async def show_case(
    opened: CaseRead, request: Request, language: Caller, tx: Transaction, at: Now, response: Response
) -> CaseShown:
    """A case. What was sent in, in words, and what has been done. That it was read is audited.

    Reading marks the applicant's messages as read. The `ETag` goes with the next step as `If-Match`.
    """
    case = await tx.get_one(Case, opened.case_id)
    opened.audit(tx, "read case", case)
    response.headers["ETag"] = etag(case.version)
    files = await files_of(tx, case.id)
    known = await _known(tx, case, opened.person)
    return CaseShown(
        **dict(brief(case, language)),
        **dict(known.offered(language)),
        **_written_to(case),
        checks=await _checks(tx, case, language),
        answers=_answers(request, case, files, language),
        attachments=[file.shown(request.app.state.settings) for file in files],
        clock=_as(ClockShown, await clock_of_case(tx, case)),
        timeline=[_step(step, language) for step in await rows_of(tx, CaseStep, case)],
        messages=await _messages(tx, case, at),
        supplements=[_as(SupplementShown, one) for one in await rows_of(tx, SupplementRequest, case)],
        referrals=[_as(ReferralOfCase, one) for one in await rows_of(tx, Referral, case)],
        decisions=await all_shown(tx, known.chain, language),
        appeals=[AppealShown.of(one, case.status) for one in known.appeals],
        fees=fees_shown(case, known.fees, language),
        related=await _related(tx, case, opened.person),
    )


def _written_to(case: Case) -> dict[str, Any]:
    is_mailed = case.applicant_contact_id is not None
    return {"language": case.language, "is_mailed": is_mailed, "unreached_at": case.unreached_at}


def _answers(request: Request, case: Case, files: Sequence[Used], language: str) -> list[ReadSection]:
    eservice = catalogue().sent_with(case)
    answers = request.app.state.seal.opened_answers(eservice.form, case.answers)
    names = {str(file.attachment.id): file.attachment.filename for file in files}
    return read_answers(eservice, answers, language, names)


async def _checks(tx: Session, case: Case, language: str) -> list[CheckShown]:
    labels = {field.name: field.text.in_language(language) for field in catalogue().sent_with(case).form}
    checks = await rows_of(tx, RegisterCheck, case)
    return [CheckShown.of(one, labels.get(one.field, one.field), language) for one in checks]


async def _known(tx: Session, case: Case, person: Person) -> Known:
    parties = await rows_of(tx, DecisionParty, case)
    return Known(case, await chain_of(tx, case), await appeals_of(tx, case), parties, await fees_of(tx, case), person)


def _as(shown: Any, row: Any) -> Any:
    return shown.model_validate(row, from_attributes=True)


def _step(step: CaseStep, language: str) -> StepShown:
    text = TRANSITIONS[step.step].done.in_language(language)
    by = by_whom(step.by_name).in_language(language)
    return StepShown(step=step.step, text=text, by_name=by, at=step.at, details=dict(step.details))


async def _messages(tx: Session, case: Case, at: datetime) -> list[MessageShown]:
    messages: list[Message] = await rows_of(tx, Message, case)
    shown = [_as(MessageShown, message) for message in messages]
    for message in messages:
        if message.by_applicant and message.read_at is None:
            message.read_at = at
    return shown


async def _related(tx: Session, case: Case, person: Person) -> list[RelatedCase]:
    await enter_new(tx)
    entry = await tx.get(CaseEntry, case.id)
    whys: dict[Any, str] = {}
    for other in await tx.exec(select(CaseLink).where((CaseLink.case_id == case.id) | (CaseLink.other_id == case.id))):
        whys[other.other_id if other.case_id == case.id else other.case_id] = "linked"
    merged = select(Case.id).where((Case.merged_into_id == case.id) | (Case.id == case.merged_into_id))
    whys |= dict.fromkeys(await tx.exec(merged), "merged")
    for name, why in (("property_designation", "property"), ("orgnr", "organisation")):
        # Asked for no value at all, PostgreSQL would look through every case.
        if (value := getattr(entry, name, None)) is not None:
            whys = {**dict.fromkeys(await tx.exec(_same(case, name, value)), why), **whys}
    cases = await find_cases(tx, whys)
    return [_related_case(cases[id_], why, person) for id_, why in whys.items()]


def _same(case: Case, name: str, value: str) -> SelectOfScalar[Any]:
    """The latest cases with the same property or organisation."""
    query = select(CaseEntry.id).where(getattr(CaseEntry, name) == value, CaseEntry.id != case.id)
    return query.order_by(*ORDERS[Sort.NEWEST]).limit(RELATED)


def _related_case(case: Case, why: str, person: Person) -> RelatedCase:
    return RelatedCase(diary_number=case.diary, reference=case.reference if may_see(case, person) else None, why=why)
