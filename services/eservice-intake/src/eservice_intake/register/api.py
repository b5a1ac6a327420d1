"""The register: staff find cases and read them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query, Request, Response
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from eservice_intake.attachments.uses import files_of
from eservice_intake.cases.api import brief
from eservice_intake.cases.entries import ENTRY, CaseEntry, enter_new, property_key
from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.forms import CaseBrief, ClockShown, HiddenCase
from eservice_intake.cases.handling import READING, CaseRead, Caseworker
from eservice_intake.cases.links import CaseLink
from eservice_intake.cases.models import Case, CaseStep, Message, SupplementRequest
from eservice_intake.cases.rules import may_see
from eservice_intake.cases.states import TRANSITIONS
from eservice_intake.cases.times import clock_of_case
from eservice_intake.cases.words import matches
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.chain import appeals_of, chain_of
from eservice_intake.decisions.forms import AppealShown
from eservice_intake.decisions.presentation import shown
from eservice_intake.referrals.models import Referral, ReferralShown
from eservice_intake.register.models import (
    CaseFilter,
    CaseShown,
    MessageShown,
    RelatedCase,
    Sort,
    StepShown,
    SupplementShown,
)
from shared.clock import SWEDEN
from shared.database import Session
from shared.pagination import Order, Page, page_of
from shared.staff import NotYourUnit, Person
from web import Caller, Now, Router, Transaction, refusals
from web.versions import etag

router = Router(tags=["Cases"])
RELATED = 20

ORDERS: dict[Sort, tuple[Order, Order]] = {
    Sort.NEWEST: (col(CaseEntry.received_at).desc(), col(CaseEntry.id).desc()),
    Sort.OLDEST: (col(CaseEntry.received_at).asc(), col(CaseEntry.id).asc()),
    Sort.DUE: (col(CaseEntry.due_on).asc(), col(CaseEntry.id).asc()),
}


@router.get("/cases", response_model=Page[CaseBrief | HiddenCase], operation_id="list_cases")
async def list_cases(
    wanted: Annotated[CaseFilter, Query()], person: Caseworker, language: Caller, tx: Transaction
) -> Page[CaseBrief | HiddenCase]:
    """The cases of one's own units. A registrator and an administrator find those of every unit.

    Of a case that the caller may not open, the list shows the diary number alone. A confidential one is not found by
    other filters than `unit`, `received_from` and `received_to`.
    """
    await enter_new(tx)
    is_postgres = tx.get_bind().dialect.name == "postgresql"
    query = select(CaseEntry).where(*_wanted(wanted, person, is_postgres))
    page = await page_of(tx, query, wanted, ORDERS[wanted.sort], lambda entry: entry.id)
    cases = await _by_id(tx, page.items)
    return Page(items=[_listed(cases[id_], person, language) for id_ in page.items], next=page.next)


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
    eservice = catalogue().of_case(case.eservice)
    answers = request.app.state.seal.opened_answers(eservice.form, case.answers)
    files = await files_of(tx, case.id)
    names = {str(file.attachment.id): file.attachment.filename for file in files}
    return CaseShown(
        **dict(brief(case, language)),
        answers=read_answers(catalogue(), eservice, answers, language, names),
        attachments=[file.shown(request.app.state.settings) for file in files],
        clock=_as(ClockShown, await clock_of_case(tx, case)),
        timeline=[_step(step, language) for step in await rows_of(tx, CaseStep, case)],
        messages=await _messages(tx, case, at),
        supplements=[_as(SupplementShown, one) for one in await rows_of(tx, SupplementRequest, case)],
        referrals=[_as(ReferralShown, one) for one in await rows_of(tx, Referral, case)],
        decisions=[shown(case, one, language) for one in (await chain_of(tx, case)).decisions],
        appeals=[AppealShown.of(one, case.status) for one in await appeals_of(tx, case)],
        related=await _related(tx, case, opened.person),
    )


def _wanted(wanted: CaseFilter, person: Person, is_postgres: bool) -> Iterator[sa.ColumnElement[bool]]:
    """What the entries must meet. Raises NotYourUnit when another unit's are asked for."""
    if wanted.unit is not None and not person.finds_all and wanted.unit not in person.units:
        raise NotYourUnit
    if not person.finds_all:
        yield col(CaseEntry.unit).in_(sorted(person.units))
    for name in ("unit", "status", "kind", "eservice", "handler_id", "orgnr"):
        if (value := getattr(wanted, name)) is not None:
            yield getattr(CaseEntry, name) == value
    if wanted.property_designation is not None:
        yield col(CaseEntry.property_designation) == property_key(wanted.property_designation)
    if wanted.asks_what_it_is:
        headed = [unit for unit in sorted(person.units) if person.heads(unit)]
        yield ~col(CaseEntry.confidential) | (col(CaseEntry.handler_id) == person.id) | col(CaseEntry.unit).in_(headed)
    if wanted.mine:
        yield col(CaseEntry.handler_id) == person.id
    if wanted.received_from:
        yield col(CaseEntry.received_at) >= datetime.combine(wanted.received_from, time.min, SWEDEN)
    if wanted.received_to:
        yield col(CaseEntry.received_at) < datetime.combine(wanted.received_to + timedelta(days=1), time.min, SWEDEN)
    if wanted.due_to or wanted.sort is Sort.DUE:
        yield col(CaseEntry.due_on) <= wanted.due_to if wanted.due_to else col(CaseEntry.due_on).is_not(None)
    if wanted.text:
        yield matches(ENTRY.c.words, wanted.text, is_postgres)


async def _by_id(tx: Session, ids: list[Any]) -> dict[Any, Case]:
    return {case.id: case for case in await tx.exec(select(Case).where(col(Case.id).in_(ids)))}


def _listed(case: Case, person: Person, language: str) -> CaseBrief | HiddenCase:
    if may_see(case, person):
        return brief(case, language)
    return HiddenCase(diary_number=case.diary)


def _as(shown: Any, row: Any) -> Any:
    return shown.model_validate(row, from_attributes=True)


def _step(step: CaseStep, language: str) -> StepShown:
    text = TRANSITIONS[step.step].done.in_language(language)
    return StepShown(step=step.step, text=text, by_name=step.by_name, at=step.at, details=dict(step.details))


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
        whys = {**dict.fromkeys(await tx.exec(_same(case, entry, name)), why), **whys}
    cases = await _by_id(tx, list(whys))
    return [_related_case(cases[id_], why, person) for id_, why in whys.items()]


def _same(case: Case, entry: CaseEntry | None, name: str) -> SelectOfScalar[Any]:
    """The latest cases with the same property or organisation."""
    column = getattr(CaseEntry, name)
    value = getattr(entry, name, None)
    query = select(CaseEntry.id).where(column == value, column.is_not(None), CaseEntry.id != case.id)
    return query.order_by(*ORDERS[Sort.NEWEST]).limit(RELATED)


def _related_case(case: Case, why: str, person: Person) -> RelatedCase:
    return RelatedCase(diary_number=case.diary, reference=case.reference if may_see(case, person) else None, why=why)
