"""What the clock tells of cases: that a time is about to end, that something is late, that a report is due again."""

from datetime import datetime

from sqlmodel import col, select

from eservice_intake.cases.entries import CaseEntry, enter_new
from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import Step
from eservice_intake.cases.times import WITHOUT_REPORT, clock_of_case, keep_days, reminder_of
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.due import CLOCK, Due
from eservice_intake.clock.rules import Clock, report_due_on
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import DecisionOverdue, SupplementOverdue, WaitingPeriodEnding, YearlyReportDue
from shared.events.eservice_intake import CaseEvent


async def tell(tx: Session, case: Case, at: datetime) -> None:
    """Tell what is to be told of the case by now, each thing once, however late it is."""
    await keep_days(tx, case)  # its e-service may have other days than when they were last kept
    clock, reminder = await clock_of_case(tx, case), reminder_of(case)
    year, reminded_on = reminder or (0, None)
    days = case.days_to_tell(clock, reminded_on)
    for step, day in sorted(case.untold(days).items(), key=lambda untold: untold[1]):
        if day <= day_in_sweden(at):
            case.tell({step: day})
            await _step(tx, case, step, await _event(tx, case, step, clock, year), at)
    await keep_days(tx, case)


async def _step(tx: Session, case: Case, step: Step, event: CaseEvent | None, at: datetime) -> None:
    if event is None:
        return
    case.take(step)
    details = event.model_dump(mode="json", include={"ends_on", "due_on", "report_year"})
    await record(tx, case, step, event, at, CLOCK, CLOCK, **details)
    tx.audit(CLOCK, step.replace("_", " "), case=case.diary)


async def _event(tx: Session, case: Case, step: Step, clock: Clock, report_year: int) -> CaseEvent | None:
    match step:
        case Step.WARN_OF_END:
            return WaitingPeriodEnding(**facts(case), ends_on=clock.earliest_start_on)
        case Step.MISS_SUPPLEMENT:
            return SupplementOverdue(**facts(case), due_on=case.supplement_due_on)
        case Step.MISS_DECISION:
            return DecisionOverdue(**facts(case), due_on=case.decision_due_on)
        case _:
            return await _report_due(tx, case, report_year)


async def _report_due(tx: Session, case: Case, year: int) -> YearlyReportDue | None:
    """None when a later report has come in: the reminder is then counted from that one."""
    deadline = catalogue().of_case(case.eservice).deadline
    if deadline is None or await _has_later_report(tx, case):
        return None
    return YearlyReportDue(**facts(case), report_year=year, due_on=report_due_on(deadline, year))


async def _has_later_report(tx: Session, case: Case) -> bool:
    await enter_new(tx)
    entry = await tx.get_one(CaseEntry, case.id)
    if entry.orgnr is None and entry.property_designation is None:
        return False
    later = select(CaseEntry.id).where(
        col(CaseEntry.eservice) == entry.eservice,
        col(CaseEntry.received_at) > entry.received_at,
        col(CaseEntry.orgnr).is_not_distinct_from(entry.orgnr),
        col(CaseEntry.property_designation).is_not_distinct_from(entry.property_designation),
        col(CaseEntry.status).not_in(WITHOUT_REPORT),
    )
    return (await tx.exec(later.limit(1))).first() is not None


DUE_CASES = Due("days of cases", Case, "look_on", tell)
