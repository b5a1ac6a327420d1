"""The invoice basis: what was approved is taken out once, by unit and period, and read again by its number."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlmodel import col, select

from eservice_intake.cases.finding import find_cases
from eservice_intake.cases.handling import Head
from eservice_intake.cases.models import Case
from eservice_intake.cases.rules import may_see
from eservice_intake.catalogue.answers import company_number
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.documents.api import CSV, download, downloads
from eservice_intake.documents.tables import table
from eservice_intake.fees.forms import ExportForm, ExportFormat, ExportLine, ExportRead, ExportShown
from eservice_intake.fees.models import Fee, FeeExport, NothingToExport, UnknownExport
from eservice_intake.identities.numbers import Seal
from shared.clock import SWEDEN, day_in_sweden
from shared.database import Session
from shared.errors import Invalid, Text, Violation
from shared.events import Language
from shared.pagination import Page, Paging, page_of
from shared.series import take
from shared.staff import NotYourUnit, Person
from web import Caller, Now, Router, Transaction, refusals

router = Router(tags=["Fees"])
SERIES = "fee-exports"
PAYER = dict.fromkeys(("payer", "payer_number", "address", "reference"))


@router.post(
    "/fee-exports",
    status_code=201,
    response_model=ExportShown,
    operation_id="export_fees",
    responses=refusals(NotYourUnit, NothingToExport),
)
async def export(form: ExportForm, person: Head, tx: Transaction, at: Now, response: Response) -> FeeExport:
    """Take out what the unit has approved in the period, under the next number. Each fee is in one export alone."""
    if form.until < form.since:
        raise Invalid(Violation("until", "range", _TURNED))
    person.require_unit(form.unit)
    fees = await _take(tx, form, person)
    if not fees:
        raise NothingToExport
    number = await take(await tx.connection(), SERIES, 1)
    for fee in fees:
        fee.export_number = number
    total = sum(fee.amount or 0 for fee in fees)
    made = FeeExport(
        **form.model_dump(), number=number, fees=len(fees), total=total, exported_at=at, exported_by_name=person.name
    )
    tx.add_all([*fees, made])
    tx.audit(person.subject, "export fees", number=number, unit=form.unit, fees=[str(fee.id) for fee in fees])
    response.headers["Location"] = f"/fee-exports/{number}"
    return made


@router.get("/fee-exports", response_model=Page[ExportShown], operation_id="list_fee_exports")
async def list_exports(wanted: Annotated[Paging, Query()], person: Head, tx: Transaction) -> Page[ExportShown]:
    """The exports of one's units. The newest first."""
    query = select(FeeExport)
    if not person.sees_all:
        query = query.where(col(FeeExport.unit).in_(sorted(person.units)))
    order = (col(FeeExport.exported_at).desc(), col(FeeExport.number).desc())
    return await page_of(tx, query, wanted, order, lambda one: ExportShown.model_validate(one, from_attributes=True))


@router.get(
    "/fee-exports/{number}",
    response_model=ExportRead,
    operation_id="read_fee_export",
    responses=downloads(CSV, refusals(UnknownExport)),
)
async def read(
    number: int,
    request: Request,
    person: Head,
    language: Caller,
    tx: Transaction,
    wanted: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.JSON,
) -> ExportRead | Response:
    """An invoice basis, fee by fee with who pays, as JSON or a table for spreadsheets. That it was read is audited."""
    made = await tx.get(FeeExport, number)
    if made is None or not (person.sees_all or made.unit in person.units):
        raise UnknownExport
    tx.audit(person.subject, "read fee export", number=number, unit=made.unit)
    lines = await _lines(tx, made, person, request.app.state.seal, language)
    if wanted is ExportFormat.CSV:
        return download(as_csv(lines), CSV, f"avgifter-{number}.csv", language)
    return ExportRead(**dict(ExportShown.model_validate(made, from_attributes=True)), items=lines)


async def _take(tx: Session, form: ExportForm, person: Person) -> list[Fee]:
    """What is to be exported, locked; of confidential cases what the person may see."""
    since = datetime.combine(form.since, time.min, SWEDEN)
    until = datetime.combine(form.until + timedelta(1), time.min, SWEDEN)
    wanted = select(Fee).where(Fee.unit == form.unit, col(Fee.export_number).is_(None))
    wanted = wanted.where(col(Fee.approved_at) >= since, col(Fee.approved_at) < until).order_by(col(Fee.id))
    fees = (await tx.exec(wanted.with_for_update())).all()
    cases = await find_cases(tx, {fee.case_id for fee in fees})
    return [fee for fee in fees if may_see(cases[fee.case_id], person)]


async def _lines(tx: Session, made: FeeExport, person: Person, seal: Seal, language: Language) -> list[ExportLine]:
    found = select(Fee).where(Fee.export_number == made.number).order_by(col(Fee.id))
    fees = (await tx.exec(found)).all()
    cases = await find_cases(tx, {fee.case_id for fee in fees})
    lines = []
    for fee in fees:
        case = cases[fee.case_id]
        payer = _payer(case, seal) if may_see(case, person) else PAYER
        lines.append(_line(fee, case, payer, language))
    return lines


def _line(fee: Fee, case: Case, payer: dict[str, Any], language: Language) -> ExportLine:
    computed = fee.computed
    assert fee.approved_at is not None
    return ExportLine(
        export_number=fee.export_number,
        fee_id=fee.id,
        diary_number=case.diary,
        unit=fee.unit,
        item=computed.item,
        text=computed.words[language],
        controlled_on=fee.controlled_on,
        minutes=computed.minutes,
        rate=computed.rate,
        amount=fee.amount,
        approved_on=day_in_sweden(fee.approved_at),
        **payer,
    )


def _payer(case: Case, seal: Seal) -> dict[str, Any]:
    """Who is invoiced, as they have answered. A sole trader's number is a person's: it is opened here alone."""
    form = catalogue().sent_with(case).form
    answers = seal.opened_answers(form, case.answers)
    address = next((answers[name] for name in ADDRESSES if isinstance(answers.get(name), dict)), None)
    return {
        "payer": case.sender,
        "payer_number": payer_number(form, answers),
        "address": _on_one_line(address) if isinstance(address, dict) else None,
        "reference": answers.get("invoice_reference"),
    }


ADDRESSES = ("invoice_address", "company_address", "applicant_address")


def payer_number(form: Sequence[FormField], answers: Mapping[str, Any]) -> str | None:
    """The payer's own, and no other company's that the form asks for."""
    own = [field for field in form if field.name in ("orgnr", "foreign_company")]
    return company_number(own, answers) or answers.get("applicant_personnr")


def _on_one_line(address: dict[str, Any]) -> str:
    town = f"{address.get('postal_code', '')} {address.get('city', '')}"
    return ", ".join(part for part in (address.get("street"), town.strip(), address.get("country")) if part)


def as_csv(lines: Sequence[ExportLine]) -> bytes:
    """A fee on each line. What it does not have is an empty cell."""
    cells = (line.model_dump(mode="json").values() for line in lines)
    return table(list(ExportLine.model_fields), [["" if one is None else str(one) for one in row] for row in cells])


_TURNED = Text(sv="Ange en sista dag som inte är före den första.", en="Give a last day that is not before the first.")
