"""How many cases come and are settled, how long that takes, and how old those are that are open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query
from sqlmodel import col, select

from eservice_intake.cases.entries import CaseEntry, enter_new
from eservice_intake.cases.handling import Head
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import ENDED, OPEN
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.models import Decision
from eservice_intake.register.figures import Age, EServiceTime, Period, Statistics, UnitChoice, Week
from shared.clock import SWEDEN, day_in_sweden
from shared.database import Session
from shared.staff import NotYourUnit, Person
from web import Caller, Router, Today, Transaction, refusals

router = Router(tags=["Cases"])
WEEK = timedelta(weeks=1)
AGES = (0, 8, 31, 91, 181)
"""In days: where each class of ages begins."""


@dataclass(frozen=True)
class Settled:
    """A case that was decided, or has ended in another way."""

    eservice: str
    confidential: bool
    received_at: datetime
    settled_at: datetime
    decided: bool

    @property
    def days(self) -> int:
        return (day_in_sweden(self.settled_at) - day_in_sweden(self.received_at)).days


@router.get("/statistics", response_model=Statistics, operation_id="show_statistics", responses=refusals(NotYourUnit))
async def show_statistics(
    wanted: Annotated[Period, Query()], person: Head, language: Caller, tx: Transaction, today: Today
) -> Statistics:
    """Cases in numbers, of one's own units or one of them.

    A case is settled when it is first decided, or ends without that. Numbers are small where a unit is: a confidential
    case is counted among the others, and in no e-service's.
    """
    await enter_new(tx)
    units = _units(wanted.unit, person)
    monday = today - timedelta(days=today.weekday())
    starts = [monday - WEEK * back for back in reversed(range(wanted.weeks))]
    settled = await settled_between(tx, units, starts[0], today)
    before = await settled_between(tx, units, starts[0] - WEEK * wanted.weeks, starts[0] - timedelta(days=1))
    weeks = await _weeks(tx, units, starts, settled)
    ages = await _ages(tx, units, today)
    return Statistics(
        from_on=starts[0],
        to_on=today,
        open=sum(age.open for age in ages),
        overdue=await _overdue(tx, units, today),
        received=sum(week.received for week in weeks),
        settled=len(settled),
        median_days=_median(settled),
        median_days_before=_median(before),
        weeks=weeks,
        eservices=list(_by_eservice(settled, language)),
        ages=ages,
        units=_choices(person, language),
    )


def _units(unit: str | None, person: Person) -> Sequence[str] | None:
    """None are all of them. Raises NotYourUnit."""
    if unit is not None:
        person.require_unit(unit)
        return [unit]
    return None if person.sees_all else sorted(person.units)


def _of(column: Any, units: Sequence[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if units is None else [col(column).in_(units)]


def within(column: Any, first: date, last: date) -> list[sa.ColumnElement[bool]]:
    return [col(column) >= _midnight(first), col(column) < _midnight(last + timedelta(days=1))]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SWEDEN)


async def settled_between(tx: Session, units: Sequence[str] | None, first: date, last: date) -> list[Settled]:
    of_case = (Case.eservice, Case.confidential, Case.received_at)
    decided = (
        select(*of_case, Decision.decided_at)
        .join(Case, col(Case.id) == col(Decision.case_id))
        .where(Decision.number == 1, *within(Decision.decided_at, first, last), *_of(Decision.unit, units))
    )
    has_decision = select(Decision.id).where(Decision.case_id == Case.id, Decision.number == 1).exists()
    ended = select(*of_case, Case.ended_at).where(
        *within(Case.ended_at, first, last), *_of(Case.unit, units), col(Case.status).in_(ENDED), ~has_decision
    )
    found: list[Settled] = []
    for query, is_decided in ((decided, True), (ended, False)):
        rows = await tx.exec(query)
        found += [Settled(eservice, hidden, came, at, is_decided) for eservice, hidden, came, at in rows if at]
    return found


async def _weeks(
    tx: Session, units: Sequence[str] | None, starts: Sequence[date], settled: Sequence[Settled]
) -> list[Week]:
    ends = [start + WEEK - timedelta(days=1) for start in starts]
    counts = [
        sa.func.count().filter(*within(CaseEntry.received_at, start, end))
        for start, end in zip(starts, ends, strict=True)
    ]
    query = sa.select(*counts).where(*within(CaseEntry.received_at, starts[0], ends[-1]), *_of(CaseEntry.unit, units))
    received = (await (await tx.connection()).execute(query)).one()
    days = [day_in_sweden(one.settled_at) for one in settled]
    return [
        Week(begins_on=start, received=count, settled=sum(start <= day <= end for day in days))
        for start, end, count in zip(starts, ends, received, strict=True)
    ]


async def _ages(tx: Session, units: Sequence[str] | None, today: date) -> list[Age]:
    classes = list(zip(AGES, (*AGES[1:], None), strict=True))
    counts = [sa.func.count().filter(*_of_age(at_least, below, today)) for at_least, below in classes]
    query = sa.select(*counts).where(col(CaseEntry.status).in_(OPEN), *_of(CaseEntry.unit, units))
    found = (await (await tx.connection()).execute(query)).one()
    return [Age(at_least_days=a, below_days=b, open=count) for (a, b), count in zip(classes, found, strict=True)]


def _of_age(at_least: int, below: int | None, today: date) -> Iterator[sa.ColumnElement[bool]]:
    """That the case came so many days ago."""
    yield col(CaseEntry.received_at) < _midnight(today - timedelta(days=at_least - 1))
    if below is not None:
        yield col(CaseEntry.received_at) >= _midnight(today - timedelta(days=below - 1))


async def _overdue(tx: Session, units: Sequence[str] | None, today: date) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(CaseEntry)
        .where(col(CaseEntry.status).in_(OPEN), col(CaseEntry.due_on) < today, *_of(CaseEntry.unit, units))
    )
    return int((await (await tx.connection()).execute(query)).scalar_one())


def _median(settled: Sequence[Settled]) -> float | None:
    days = [one.days for one in settled if one.decided]
    return median(days) if days else None


def _by_eservice(settled: Sequence[Settled], language: str) -> Iterator[EServiceTime]:
    """The slowest first."""
    days: dict[str, list[int]] = defaultdict(list)
    for one in settled:
        if one.decided and not one.confidential:
            days[one.eservice].append(one.days)
    for eservice, found in sorted(days.items(), key=lambda pair: (-median(pair[1]), pair[0])):
        title = catalogue().of_case(eservice).text.in_language(language)
        yield EServiceTime(eservice=eservice, title=title, decided=len(found), median_days=median(found))


def _choices(person: Person, language: str) -> list[UnitChoice]:
    units = catalogue().units
    return [
        UnitChoice(id=unit, label=units[unit].text.in_language(language))
        for unit in units
        if person.sees_all or unit in person.units
    ]
