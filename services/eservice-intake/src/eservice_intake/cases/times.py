"""A case in the law's time: what was asked for stops it, and each step may change its days."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import col, select

from eservice_intake.cases.deadlines import report_reminder
from eservice_intake.cases.models import Case, SupplementRequest
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.rules import Clock, Pause, clock_of
from shared.clock import day_in_sweden
from shared.database import Session

WITHOUT_REPORT = (Status.WITHDRAWN, Status.MERGED)
"""What ended so is not a report, and calls for no other."""


async def clock_of_case(session: Session, case: Case) -> Clock:
    """Where the case stands in the law's time."""
    requests = await session.exec(select(SupplementRequest).where(col(SupplementRequest.case_id) == case.id))
    return clock_with(case, requests)


def clock_with(case: Case, requests: Iterable[SupplementRequest]) -> Clock:
    """A request that nobody waits for any longer, as when a decision is proposed without the answer, stops nothing."""
    waits = case.status is Status.AWAITING_SUPPLEMENT
    pauses = [
        Pause(day_in_sweden(one.requested_at), _day(one.answered_at)) for one in requests if one.answered_at or waits
    ]
    eservice, received_on = catalogue().of_case(case.eservice), day_in_sweden(case.received_at)
    return clock_of(eservice, case.kind, received_on, case.completed_on, pauses)


def reminder_of(case: Case) -> tuple[int, date] | None:
    """The year of the next report that its sender owes, and when they are to be reminded of it."""
    if case.status in WITHOUT_REPORT:
        return None
    told = case.told.get(Step.REMIND_OF_REPORT)
    after = date.fromisoformat(told) if told else day_in_sweden(case.received_at)
    return report_reminder(catalogue().of_case(case.eservice), case.answers, after)


async def keep_days(session: Session, case: Case) -> None:
    """Let the case know its days, after a step that may have changed them."""
    reminder = reminder_of(case)
    case.keep_days(await clock_of_case(session, case), reminder and reminder[1])


def _day(at: datetime | None) -> date | None:
    return at and day_in_sweden(at)
