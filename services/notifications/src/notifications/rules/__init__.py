"""Which mails and which staff tasks each event asks for."""

from typing import TypeAlias, assert_never

from notifications.rules.bookings import AnyTime, notices_of_time
from notifications.rules.cases import AnyCaseEvent, notices_of_application, notices_of_case
from notifications.rules.deadlines import AnyDeadline, notices_of_deadline
from notifications.rules.decisions import (
    AnyAppeal,
    AnyDecision,
    AnyService,
    notices_of_appeal,
    notices_of_decision,
    notices_of_service,
)
from notifications.rules.houses import notices_of_house
from notifications.rules.notices import Notice
from notifications.rules.recruitment import notices_of_ad, notices_of_event
from notifications.rules.routing import routing
from notifications.rules.signatures import notices_of_signature
from notifications.rules.surveys import notices_of_survey
from shared.events import (
    AdDeclined,
    AdPosted,
    AdPublished,
    AnyEvent,
    AppealDismissed,
    AppealForwarded,
    AppealReceived,
    ApplicantErased,
    ApplicationSubmitted,
    DecisionControlled,
    DecisionFinal,
    DecisionMade,
    DecisionNotServed,
    DecisionOverdue,
    DecisionProposed,
    DecisionRevoked,
    DecisionSentAgain,
    DecisionServed,
    EventAnnounced,
    HelpWanted,
    HouseDeclined,
    HouseListed,
    HouseSubmitted,
    InterestRegistered,
    PartyNotified,
    PartyServed,
    RulingReceived,
    SupplementOverdue,
    WaitingPeriodEnding,
    YearlyReportDue,
)
from shared.events.bookings import TimeEvent
from shared.events.eservice_intake import CaseEvent
from shared.events.notifications import MailEvent, TaskEvent
from shared.events.recruitment import RegistrationEvent
from shared.events.signatures import SignatureEvent
from shared.events.surveys import SurveyEvent

OfCase: TypeAlias = ApplicationSubmitted | AnyCaseEvent | AnyDecision | AnyService | AnyAppeal | AnyDeadline | AnyTime
"""What is about a case. Something new needs its mail and its task in one of the modules here: mypy asks for them."""


def notices_for(event: AnyEvent) -> list[Notice]:
    match event:
        case ApplicationSubmitted() | CaseEvent():
            return _notices_of_case(event)
        case SignatureEvent() | SurveyEvent():
            return notices_of_signature(event) if isinstance(event, SignatureEvent) else notices_of_survey(event)
        case HouseSubmitted() | HouseListed() | HouseDeclined() | InterestRegistered():
            return notices_of_house(event)
        case AdPosted() | AdPublished() | AdDeclined():
            return notices_of_ad(event)
        case EventAnnounced() | RegistrationEvent():
            return notices_of_event(event)
        case TaskEvent() | MailEvent() | ApplicantErased() | HelpWanted():
            return []
        case _:
            assert_never(event)


def _notices_of_case(event: OfCase) -> list[Notice]:
    match event:
        case ApplicationSubmitted():
            return notices_of_application(event)
        case DecisionProposed() | DecisionMade() | DecisionRevoked():
            return notices_of_decision(event)
        case (
            DecisionSentAgain()
            | DecisionNotServed()
            | DecisionControlled()
            | DecisionServed()
            | DecisionFinal()
            | PartyNotified()
            | PartyServed()
        ):
            return notices_of_service(event)
        case AppealReceived() | AppealForwarded() | AppealDismissed() | RulingReceived():
            return notices_of_appeal(event)
        case WaitingPeriodEnding() | SupplementOverdue() | DecisionOverdue() | YearlyReportDue() | TimeEvent():
            return _notices_of_day(event)
        case _:
            return notices_of_case(event)


def _notices_of_day(event: AnyDeadline | AnyTime) -> list[Notice]:
    return notices_of_time(event) if isinstance(event, TimeEvent) else notices_of_deadline(event)


def subject_of(event: AnyEvent) -> str:
    """The id of what the notices are about, as the one who sent it in was told."""
    match event:
        case InterestRegistered():
            return str(event.interest_id)
        case RegistrationEvent():
            return str(event.registration_id)
        case TaskEvent():
            return str(event.about_id)
        case _:
            return event.subject


def unit_of(event: AnyEvent) -> str:
    """Whose the event is: the unit has the task in its queue, and sees what became of the mails."""
    match event:
        case ApplicationSubmitted() | CaseEvent() | SignatureEvent() | SurveyEvent():
            return routing().of_unit(event.unit)
        case HouseSubmitted() | HouseListed() | HouseDeclined() | InterestRegistered():
            return routing().houses
        case AdPosted() | AdPublished() | AdDeclined() | EventAnnounced() | RegistrationEvent():
            return routing().recruitment
        case TaskEvent():
            return event.queue
        case MailEvent() | ApplicantErased() | HelpWanted():
            return routing().fallback
        case _:
            assert_never(event)
