"""By which day a case is to be decided, and on which days something is told of it by itself."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.eservices import EService
from eservice_intake.clock.business_days import last_day_to_act
from eservice_intake.clock.rules import Clock, clock_at_receipt, next_report

A_DAY = timedelta(1)


def decision_due_on(clock: Clock, extended_to_on: date | None) -> date | None:
    """None while the time is stopped: nothing is late then."""
    if clock.stopped_by:
        return None
    return max(filter(None, (clock.answer_expected_on, extended_to_on)), default=None)


def days_to_tell(
    clock: Clock, supplement_due_on: date | None, decision_due_on: date | None, reminded_on: date | None
) -> dict[Step, date]:
    """What is late is so on the day after the last day to do it."""
    days = {
        Step.WARN_OF_END: clock.warned_on,
        Step.MISS_SUPPLEMENT: supplement_due_on and last_day_to_act(supplement_due_on) + A_DAY,
        Step.MISS_DECISION: decision_due_on and decision_due_on + A_DAY,
        Step.REMIND_OF_REPORT: reminded_on,
    }
    return {step: day for step, day in days.items() if day is not None}


def report_reminder(eservice: EService, answers: Mapping[str, Any], after: date) -> tuple[int, date] | None:
    """The year of the next report that the sender of this one owes, and when they are reminded of it."""
    deadline = eservice.deadline
    if deadline is None or deadline.year_field not in answers:
        return None
    if deadline.unless and holds(deadline.unless, answers):
        return None
    return next_report(deadline, int(answers[deadline.year_field]), after)


def days_at_receipt(eservice: EService, kind: str, answers: Mapping[str, Any], received_on: date) -> dict[str, Any]:
    """The days of a case that has just been received."""
    clock = clock_at_receipt(eservice, kind, received_on)
    due_on = decision_due_on(clock, None)
    reminder = report_reminder(eservice, answers, received_on)
    days = days_to_tell(clock, None, due_on, reminder and reminder[1])
    return {"decision_due_on": due_on, "look_on": min(days.values(), default=None)}
