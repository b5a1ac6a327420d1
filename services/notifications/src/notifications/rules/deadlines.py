"""Which mails the days that come and pass ask for, and what becomes of the case's task."""

from typing import TypeAlias, assert_never

from notifications.rules.cases import to_applicant
from notifications.rules.notices import CaseTask, Notice, Priority, Urgency
from shared.events import DecisionOverdue, SupplementOverdue, WaitingPeriodEnding, YearlyReportDue

AnyDeadline: TypeAlias = WaitingPeriodEnding | SupplementOverdue | DecisionOverdue | YearlyReportDue


def notices_of_deadline(event: AnyDeadline) -> list[Notice]:
    match event:
        case WaitingPeriodEnding():
            until = Urgency.UNTIL_SETTLED
            return [CaseTask("väntetiden går ut", opens=True, due_on=event.ends_on, urgency=until)]
        case SupplementOverdue():
            mail = to_applicant(event, "supplement_overdue", Priority.STATUTORY, due_on=event.due_on)
            until = Urgency.UNTIL_ACTED_ON
            return [*mail, CaseTask("komplettering försenad", opens=True, due_on=event.due_on, urgency=until)]
        case DecisionOverdue():
            mail = to_applicant(event, "decision_overdue", Priority.STATUTORY, due_on=event.due_on)
            until = Urgency.UNTIL_SETTLED
            return [*mail, CaseTask("beslut försenat", opens=True, due_on=event.due_on, urgency=until)]
        case YearlyReportDue():
            year, due_on = str(event.report_year), event.due_on
            mail = to_applicant(event, "yearly_report_due", Priority.NEWS, report_year=year, due_on=due_on)
            return [*mail, CaseTask()]
        case _:
            assert_never(event)
