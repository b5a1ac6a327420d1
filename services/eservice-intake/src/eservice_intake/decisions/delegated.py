"""What was decided on the board's behalf, as the board is told of it every month."""

from datetime import datetime, time
from typing import Annotated

from fastapi import Query, Request, Response
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from eservice_intake.cases.finding import find_cases
from eservice_intake.cases.handling import Caseworker
from eservice_intake.cases.models import Case
from eservice_intake.cases.rules import may_see
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.delegation import decisions
from eservice_intake.decisions.forms import DelegatedDecision, DelegatedFilter, ListFormat
from eservice_intake.decisions.lists import as_csv, as_document
from eservice_intake.decisions.models import Decision
from eservice_intake.documents.api import CSV, PDF, download, downloads
from eservice_intake.documents.pdf import DocumentNotMade, typesetter_of
from shared.clock import SWEDEN
from shared.database import Session
from shared.events import Language
from shared.pagination import Page, page_of
from shared.staff import NotYourUnit, Person
from web import Caller, Router, Today, refusals
from web.transaction import database_of

router = Router(tags=["Decisions"])
HIDDEN = dict.fromkeys(("title", "outcome", "outcome_text", "delegation", "decided_by_name"))
ORDER = (col(Decision.decided_at).asc(), col(Decision.id).asc())


@router.get(
    "/decisions/delegated",
    response_model=Page[DelegatedDecision],
    operation_id="list_delegated_decisions",
    responses=downloads(PDF, downloads(CSV, refusals(NotYourUnit, DocumentNotMade))),
)
async def list_delegated(
    wanted: Annotated[DelegatedFilter, Query()], person: Caseworker, language: Caller, request: Request, today: Today
) -> Page[DelegatedDecision] | Response:
    """What was decided by delegation in a month, for the board. Of one's own units; a registrator sees all.

    A page of it, or the whole month as a table for spreadsheets or as a document.
    """
    async with database_of(request).transaction() as tx:
        page = await _page(tx, wanted, person, language)
        tx.audit(person.subject, "read delegated decisions", month=wanted.month, unit=wanted.unit)
    name = f"delegationsbeslut-{wanted.month}"
    match wanted.format:
        case ListFormat.CSV:
            return download(as_csv(page.items, language), CSV, f"{name}.csv", language)
        case ListFormat.PDF:
            document = as_document(page.items, wanted.month, today, language)
            return download(await typesetter_of(request).as_pdf(document), PDF, f"{name}.pdf", language)
        case _:
            return page


async def _page(tx: Session, wanted: DelegatedFilter, person: Person, language: Language) -> Page[DelegatedDecision]:
    """Raises NotYourUnit."""
    query = _query(wanted, person)
    if wanted.format is ListFormat.JSON:
        page = await page_of(tx, query, wanted, ORDER, lambda decision: decision)
    else:
        page = Page(items=list(await tx.exec(query.order_by(*ORDER))), next=None)
    cases = await find_cases(tx, {decision.case_id for decision in page.items})
    items = [_line(decision, cases[decision.case_id], person, language) for decision in page.items]
    return Page(items=items, next=page.next)


def _query(wanted: DelegatedFilter, person: Person) -> SelectOfScalar[Decision]:
    since, until = _month(wanted.month)
    query = select(Decision).where(col(Decision.decided_at) >= since, col(Decision.decided_at) < until)
    if wanted.unit is not None and not (person.finds_all or wanted.unit in person.units):
        raise NotYourUnit
    if wanted.unit is not None or not person.finds_all:
        units = [wanted.unit] if wanted.unit is not None else sorted(person.units)
        query = query.where(col(Decision.unit).in_(units))
    return query


def _month(month: str) -> tuple[datetime, datetime]:
    year, number = map(int, month.split("-"))
    first = datetime.combine(datetime(year, number, 1), time.min, SWEDEN)
    following = datetime(year + number // 12, number % 12 + 1, 1)
    return first, datetime.combine(following, time.min, SWEDEN)


def _line(decision: Decision, case: Case, person: Person, language: Language) -> DelegatedDecision:
    line = DelegatedDecision(
        **decision.model_dump(include=set(DelegatedDecision.model_fields)),
        diary_number=case.diary,
        title=catalogue().sent_with(case).text.in_language(language),
        outcome_text=decisions(decision.decided_at).outcomes[decision.outcome].text.in_language(language),
    )
    return line if may_see(case, person) else line.model_copy(update=HIDDEN)
