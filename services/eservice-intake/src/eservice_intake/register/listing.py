"""The register: staff find cases, by what they are and by whom they are about."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from sqlmodel import col, select

from eservice_intake.cases.api import brief
from eservice_intake.cases.entries import ENTRY, CaseEntry, enter_new, property_key
from eservice_intake.cases.finding import find_cases
from eservice_intake.cases.forms import CaseBrief, HiddenCase
from eservice_intake.cases.handling import Caseworker
from eservice_intake.cases.models import Case
from eservice_intake.cases.rules import may_see
from eservice_intake.cases.words import matches
from eservice_intake.catalogue.answers import company_key
from eservice_intake.identities.models import CasePerson
from eservice_intake.register.models import CaseFilter, CaseSearch, Sort
from eservice_intake.register.rules import Sought, require_no_numbers, sought
from shared.clock import SWEDEN
from shared.database import Session
from shared.pagination import Order, Page, page_of
from shared.staff import NotYourUnit, Person
from web import Caller, Router, Today, Transaction
from web.client import client_of
from web.json_body import JsonRoute
from web.transaction import database_of

FEW = 2_000
Condition = sa.ColumnElement[bool]
CasesFound = Page[CaseBrief | HiddenCase]

listing = Router(tags=["Cases"])
searching = APIRouter(tags=["Cases"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""

ORDERS: dict[Sort, tuple[Order, Order]] = {
    Sort.NEWEST: (col(CaseEntry.received_at).desc(), col(CaseEntry.id).desc()),
    Sort.OLDEST: (col(CaseEntry.received_at).asc(), col(CaseEntry.id).asc()),
    Sort.DUE: (col(CaseEntry.due_on).asc(), col(CaseEntry.id).asc()),
}


@listing.get("/cases", response_model=CasesFound, operation_id="list_cases")
async def list_cases(
    wanted: Annotated[CaseFilter, Query()], person: Caseworker, language: Caller, tx: Transaction, today: Today
) -> CasesFound:
    """The cases of one's own units. A registrator and an administrator find those of every unit.

    Of a case that the caller may not open, the list shows the diary number alone. A confidential one is not found by
    other filters than `unit`, `received_from` and `received_to`. A personal identity number, which a sole trader's
    organisation number is, belongs in no address: `POST /cases/search` finds by it.
    """
    require_no_numbers(wanted, today)
    return await _found(tx, wanted, person, language, [])


@searching.post("/cases/search", response_model=CasesFound, operation_id="search_cases")
async def search_cases(
    form: CaseSearch, person: Caseworker, request: Request, language: Caller, today: Today
) -> CasesFound:
    """The cases of one's own units, as `GET /cases` lists them. By whom they are about, too.

    A personal identity number finds the cases that it is in, of those who have sent them in and others, also as
    a sole trader's `orgnr` or among the words of `text`. That somebody was searched for is audited, without the number.
    """
    whom = sought(form, today)
    hashes = {number: request.app.state.seal.hash_of(number) for number in whom.numbers}
    async with database_of(request).transaction() as tx:
        is_postgres = tx.get_bind().dialect.name == "postgresql"
        conditions = list(_about(whom, hashes, is_postgres))
        for number_hash in hashes.values():
            _audit(tx, person, number_hash, client_of(request.scope))
        return await _found(tx, whom.others, person, language, conditions)


async def _found(
    tx: Session, wanted: CaseFilter, person: Person, language: str, conditions: Collection[Condition]
) -> CasesFound:
    await enter_new(tx)
    is_postgres = tx.get_bind().dialect.name == "postgresql"
    asks_what_it_is = wanted.asks_what_it_is or bool(conditions)
    visible = _visible(wanted.unit, person, asks_what_it_is)
    filters = list(_wanted(wanted, person, tx.info["municipality_name"]))
    if wanted.text:
        words = matches(ENTRY.c.words, wanted.text, is_postgres)
        filters.append(await _of_few(tx, words) if is_postgres and wanted.unit is None else words)
    query = select(CaseEntry).where(*visible, *filters, *conditions)
    page = await page_of(tx, query, wanted, ORDERS[wanted.order], lambda entry: entry.id)
    cases = await find_cases(tx, page.items)
    return Page(items=[_listed(cases[id_], person, language) for id_ in page.items], next=page.next)


async def _of_few(tx: Session, condition: Condition) -> Condition:
    """That an entry is one of the few that meet the condition; the condition itself when they are many.

    PostgreSQL takes every beginning of a word for common, and would look for a rare one's newest among all entries.
    """
    few = sa.select(ENTRY.c.id).where(condition).limit(FEW + 1)
    ids = list((await (await tx.connection()).execute(few)).scalars())
    return condition if len(ids) > FEW else ENTRY.c.id == sa.any_(sa.literal(ids, sa.ARRAY(ENTRY.c.id.type)))


def _visible(unit: str | None, person: Person, asks_what_it_is: bool) -> Iterator[Condition]:
    """Which entries the person finds. Raises NotYourUnit when another unit's are asked for."""
    if unit is not None and not person.finds_all and unit not in person.units:
        raise NotYourUnit
    if not person.finds_all:
        yield col(CaseEntry.unit).in_(sorted(person.units))
    if asks_what_it_is:
        headed = [unit for unit in sorted(person.units) if person.heads(unit)]
        yield ~col(CaseEntry.confidential) | (col(CaseEntry.handler_id) == person.id) | col(CaseEntry.unit).in_(headed)


def _wanted(wanted: CaseFilter, person: Person, municipality: str) -> Iterator[Condition]:
    """What the entries must meet, besides their words."""
    for name in ("unit", "status", "kind", "eservice", "handler_id"):
        if (value := getattr(wanted, name)) is not None:
            yield getattr(CaseEntry, name) == value
    if wanted.orgnr is not None:
        yield col(CaseEntry.orgnr) == company_key(wanted.orgnr)
    if wanted.property_designation is not None:
        yield col(CaseEntry.property_designation) == property_key(wanted.property_designation, municipality)
    if wanted.mine:
        yield col(CaseEntry.handler_id) == person.id
    if wanted.received_from:
        yield col(CaseEntry.received_at) >= _midnight(wanted.received_from)
    if wanted.received_to:
        yield col(CaseEntry.received_at) < _midnight(wanted.received_to + timedelta(days=1))
    if wanted.due_to or wanted.order is Sort.DUE:
        yield col(CaseEntry.due_on) <= wanted.due_to if wanted.due_to else col(CaseEntry.due_on).is_not(None)


def _about(whom: Sought, hashes: Mapping[str, str], is_postgres: bool) -> Iterator[Condition]:
    """That the cases have each number in them; or what is written like one among their words."""
    for number in whom.named:
        yield col(CaseEntry.id).in_(_with_number(hashes[number]))
    for written, number in whom.written.items():
        says = select(CaseEntry.id).where(matches(ENTRY.c.words, written, is_postgres))
        yield col(CaseEntry.id).in_(sa.union(_with_number(hashes[number]), says))


def _with_number(number_hash: str) -> Any:
    return select(CasePerson.case_id).where(col(CasePerson.number_hash) == number_hash)


def _audit(tx: Session, person: Person, number_hash: str, address: str) -> None:
    roles = sorted(person.roles)
    tx.audit(person.subject, "search for person", person=number_hash[:16], roles=roles, address=address)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SWEDEN)


def _listed(case: Case, person: Person, language: str) -> CaseBrief | HiddenCase:
    if may_see(case, person):
        return brief(case, language)
    return HiddenCase(diary_number=case.diary)
