"""What eservice-intake says when a day has come, or has passed."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.events.eservice_intake import CaseEvent


class WaitingPeriodEnding(CaseEvent):
    """Work may begin on the day unless something else is decided before."""

    type: Literal["eservice-intake.waiting-period-ending.v1"] = "eservice-intake.waiting-period-ending.v1"
    ends_on: date


class SupplementOverdue(CaseEvent):
    """What the applicant was asked to complete by the day has not come."""

    type: Literal["eservice-intake.supplement-overdue.v1"] = "eservice-intake.supplement-overdue.v1"
    due_on: date


class DecisionOverdue(CaseEvent):
    """The case was to be decided by the day, and is not."""

    type: Literal["eservice-intake.decision-overdue.v1"] = "eservice-intake.decision-overdue.v1"
    due_on: date


class YearlyReportDue(CaseEvent):
    """Whoever sent in this report owes one for the year, at the latest on the day."""

    type: Literal["eservice-intake.yearly-report-due.v1"] = "eservice-intake.yearly-report-due.v1"
    report_year: int = Field(ge=2000, le=2999)
    due_on: date
