"""The register of cases: what they are found by. New cases are entered when somebody looks, and by the clock."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel, col, select

from eservice_intake.cases.definitions import know
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.words import Words, words_of
from eservice_intake.catalogue.answers import company_key, company_number
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.catalogue.rules import GROUPS
from eservice_intake.identities.numbers import is_sealed
from shared.columns import UtcDateTime, text_enum
from shared.database import Database, Session
from shared.settings import Settings

UNSEARCHED = frozenset({"personnr", "file", "bool"})
COPIED = ("id", "received_at", "unit", "status", "kind", "eservice", "handler_id", "confidential")
AT_ONCE = 500
OVERLAP = timedelta(hours=1)
"""How much later than its neighbours a case may be committed, or a process's clock be wrong."""


class CaseEntry(SQLModel, table=True):
    """A case as the register has it. Every filter of the list has an index here, so that receiving a case has none."""

    __tablename__ = "eservice_case_entry"
    __table_args__ = (
        *(
            Index(f"ix_eservice_case_entry_{name}", name, "received_at", "id")
            for name in ("unit", "status", "kind", "eservice", "handler_id", "property_designation", "orgnr")
        ),
        *(
            Index(f"ix_eservice_case_entry_unit_{name}", "unit", name, "received_at", "id")
            for name in ("status", "kind", "eservice")
        ),
        Index("ix_eservice_case_entry_received_at", "received_at", "id"),
        Index("ix_eservice_case_entry_due_on", "due_on", "id"),
        Index("ix_eservice_case_entry_words", "words", postgresql_using="gin"),
    )

    id: UUID = Field(primary_key=True, foreign_key="eservice_case.id")
    received_at: datetime = Field(sa_type=UtcDateTime)
    unit: str
    status: Status = Field(sa_type=text_enum(Status))
    kind: str
    eservice: str
    handler_id: UUID | None = None
    confidential: bool = False
    due_on: date | None = None
    property_designation: str | None = None
    orgnr: str | None = None
    words: str = Field(sa_type=Words)


def entry_of(case: Case, municipality: str) -> dict[str, Any]:
    """The case's entry, column by column. What is in a confidential case is not found by it.

    A property is found with the municipality's name and without it.
    """
    form = catalogue().sent_with(case).form
    answers = [] if case.confidential else list(_answers(form, case.answers))
    designation = _first(answers, "property_designation")
    return {
        **{name: getattr(case, name) for name in COPIED},
        "due_on": min((day for day in (case.supplement_due_on, case.decision_due_on) if day), default=None),
        "property_designation": designation and property_key(designation, municipality),
        "orgnr": None if case.confidential else _company(form, case.answers),
        "words": words_of([*_texts(case, answers), *([municipality] if designation else [])]),
    }


def property_key(designation: str, municipality: str) -> str:
    """What a property is found by: in small letters, without the name of the municipality, which may be left out."""
    key = designation.casefold()
    own = key.removeprefix(f"{municipality.casefold()} ")
    return own if " " in own else key  # a tract may be called as the municipality is


async def enter(tx: Session, case: Case) -> None:
    """Write the case's entry anew."""
    if await tx.get(CaseEntry, case.id) is None:
        await enter_new(tx)  # cases are looked for after the latest entry: those before this one would not be found
    await know(tx, [case])
    await tx.merge(CaseEntry(**entry_of(case, tx.info["municipality_name"])))


async def enter_new(tx: Session) -> None:
    """Make the entries that are missing, so that the register has every case that was committed before."""
    while await _enter_some(tx) == AT_ONCE:
        pass


async def enter_waiting(database: Database, _: Settings) -> None:
    """Make the entries that are missing, some in each transaction, so that nobody who looks has many to wait for."""
    entered = AT_ONCE
    while entered == AT_ONCE:
        async with database.transaction() as tx:
            entered = await _enter_some(tx)


async def _enter_some(tx: Session) -> int:
    floor = _floor((await tx.exec(select(CaseEntry.id).order_by(col(CaseEntry.id).desc()).limit(1))).first())
    # With both bounded, a plan that does not know the floor reads few rows, too.
    entered = select(CaseEntry.id).where(CaseEntry.id == Case.id, CaseEntry.id > floor)
    missing = select(Case).where(~entered.exists(), Case.id > floor).order_by(col(Case.id)).limit(AT_ONCE)
    cases = (await tx.exec(missing)).all()
    await know(tx, cases)
    rows = [entry_of(case, tx.info["municipality_name"]) for case in cases]
    await tx.insert_new(ENTRY, rows)
    return len(rows)


def _floor(latest: UUID | None) -> UUID:
    """An id of `OVERLAP` before the latest entry: ids begin with the time in milliseconds (RFC 9562, UUIDv7)."""
    if latest is None:
        return UUID(int=0)
    milliseconds = max((latest.int >> 80) - int(OVERLAP / timedelta(milliseconds=1)), 0)
    return UUID(int=milliseconds << 80)


def _texts(case: Case, answers: Sequence[tuple[FormField, str]]) -> Iterator[str]:
    yield from (case.reference, case.diary)
    if case.confidential:
        return
    yield case.sender or ""
    yield from (value for field, value in answers if field.type not in UNSEARCHED)


def _company(form: Sequence[FormField], answers: Mapping[str, Any]) -> str | None:
    number = company_number(form, answers)
    return company_key(number) if number is not None and not is_sealed(number) else None


def _first(answers: Sequence[tuple[FormField, str]], kind: str) -> str | None:
    return next((value for field, value in answers if field.type == kind), None)


def _answers(fields: Sequence[FormField], answers: Mapping[str, Any]) -> Iterator[tuple[FormField, str]]:
    """Each answer as text, with those of rows and addresses."""
    for field in fields:
        value = answers.get(field.name)
        values = value if isinstance(value, list) else [value] if value is not None else []
        values = [one for one in values if not is_sealed(one)]
        if within := field.fields or GROUPS.get(field.type):
            yield from chain.from_iterable(_answers(within, row) for row in values)
        else:
            yield from ((field, str(one)) for one in values)


ENTRY: sa.Table = SQLModel.metadata.tables["eservice_case_entry"]
