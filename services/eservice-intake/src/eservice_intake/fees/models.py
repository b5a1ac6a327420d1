"""Fees of cases, and the exports that they were invoiced by."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, col, select
from uuid_utils.compat import uuid7

from eservice_intake.cases.models import Case
from eservice_intake.fees.definitions import fee_tables
from eservice_intake.fees.tables import Calculation, Charge, FeeTable, table_on
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime, text_enum
from shared.database import Session
from shared.errors import Conflict, NotFound


class NothingToPay(Conflict):
    """By the taxa nothing is to be paid for that. A control is registered first."""

    sv = "Enligt taxan ska inget betalas för det. En kontroll registreras först."


class AlreadyExported(Conflict):
    """The fee has been exported, so it is invoiced. Correct the invoice in the economy system."""

    sv = "Avgiften är exporterad och faktureras. Rätta fakturan i ekonomisystemet."


class UnknownFee(NotFound):
    """The case has no such fee."""

    sv = "Ärendet har ingen sådan avgift."


class UnknownExport(NotFound):
    """There is no export with that number. `GET /fee-exports` lists those of your units."""

    sv = "Det finns ingen export med det numret. `GET /fee-exports` visar dina enheters."


class NothingToExport(Conflict):
    """Nothing of the unit was approved in the period that is not exported already."""

    sv = "Inget som enheten har fastställt under perioden är oexporterat."


class FeeFor(StrEnum):
    APPLICATION = "application"
    CONTROL = "control"


class Fee(SQLModel, table=True):
    """What somebody is to pay: for what they sent in, or for a control. Approved, it is exported once."""

    __tablename__ = "eservice_fee"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    unit: str
    about: FeeFor = Field(sa_type=text_enum(FeeFor))
    calculation: dict[str, Any] = Field(sa_type=JSON)
    controlled_on: date | None = None
    risk_class: str | None = None
    amount: int | None = Field(default=None, description="What was approved, in kronor.")
    reason: str | None = Field(default=None, description="Why it is not what was computed.")
    approved_by: str | None = None
    approved_by_name: str | None = None
    delegation: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    export_number: int | None = Field(default=None, index=True)

    @property
    def computed(self) -> Calculation:
        return Calculation.model_validate(self.calculation)

    def require_open(self) -> None:
        """Raise AlreadyExported when it cannot be changed any longer."""
        if self.export_number is not None:
            raise AlreadyExported


class FeeExport(SQLModel, table=True):
    """An invoice basis that was taken out: of which unit, and what was approved when."""

    __tablename__ = "eservice_fee_export"

    number: int = Field(primary_key=True)
    unit: str = Field(index=True)
    since: date
    until: date
    fees: int
    total: int
    exported_at: datetime = Field(sa_type=UtcDateTime)
    exported_by_name: str


def application_charge(case: Case) -> tuple[FeeTable, Charge] | None:
    """What the case costs by the taxa of the day it came in. None when that is nothing."""
    return charge_on(day_in_sweden(case.received_at), case.eservice, case.kind)


def charge_on(day: date, eservice: str, kind: str, *, control: bool = False) -> tuple[FeeTable, Charge] | None:
    """What something costs that comes in that day, or a control of it."""
    table = table_on(fee_tables(), day)
    charge = table.charge_for(eservice, kind, control=control) if table else None
    return (table, charge) if table and charge else None


def is_controlled(case: Case) -> bool:
    """Whether what it is about is controlled, and billed afterwards."""
    return any(table.charge_for(case.eservice, case.kind, control=True) for table in fee_tables())


def control_charge(case: Case, on: date) -> tuple[FeeTable, Charge] | None:
    """What a control costs by the taxa of its day. None where nothing is controlled so."""
    return charge_on(on, case.eservice, case.kind, control=True)


async def fees_of(session: Session, case: Case) -> Sequence[Fee]:
    return (await session.exec(select(Fee).where(Fee.case_id == case.id).order_by(col(Fee.id)))).all()


async def approved_fee(session: Session, case: Case) -> Fee | None:
    """What was approved for what was sent in."""
    found = (one for one in await fees_of(session, case) if one.about is FeeFor.APPLICATION)
    return next((one for one in found if one.approved_at is not None), None)
