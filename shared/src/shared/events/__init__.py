"""Every event of the system. One module per publisher; `AnyEvent` is the union of all."""

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from shared.events.base import Code, ContactId, Event, Language, PublicText, topic_of
from shared.events.bookings import TimeBooked, TimeCancelled, TimeComing
from shared.events.deadlines import DecisionOverdue, SupplementOverdue, WaitingPeriodEnding, YearlyReportDue
from shared.events.decisions import (
    AppealDismissed,
    AppealForwarded,
    AppealReceived,
    DecisionControlled,
    DecisionFinal,
    DecisionMade,
    DecisionNotServed,
    DecisionProposed,
    DecisionRevoked,
    DecisionSentAgain,
    DecisionServed,
    Outcome,
    PartyNotified,
    PartyServed,
    PartyTold,
    Ruling,
    RulingReceived,
)
from shared.events.eservice_intake import (
    ApplicantErased,
    ApplicationSubmitted,
    AttachmentRefused,
    AttachmentReplaced,
    CaseClosed,
    CaseCompleted,
    CaseExtended,
    CaseLinked,
    CaseMerged,
    CaseMessageSent,
    CaseMoved,
    CaseSecrecyChanged,
    CaseWithdrawn,
    DeadlineNotTold,
    HelpWanted,
    SupplementReceived,
    SupplementRequested,
)
from shared.events.fees import ControlRegistered, FeeApproved
from shared.events.housing import HouseDeclined, HouseListed, HouseSubmitted, InterestRegistered
from shared.events.notifications import MailDelivered, MailFailed, TaskClaimed, TaskDone, TaskOpened, TaskReleased
from shared.events.recruitment import (
    AdDeclined,
    AdPosted,
    AdPublished,
    EventAnnounced,
    EventRegistered,
    RegistrationCancelled,
    RegistrationRepeated,
    SeatGiven,
)
from shared.events.referrals import CaseCopied, OpinionReceived, OpinionRequested, ReferralNotDelivered
from shared.events.signatures import ApplicationSigned, SignatureDeclined, SignatureLapsed, SignatureRequested
from shared.events.surveys import (
    SurveyCompanyInvited,
    SurveyCompanyReminded,
    SurveyResultTold,
    SurveyRoundClosed,
    SurveyRoundOpened,
)

_Union = (
    ApplicationSubmitted
    | HelpWanted
    | TimeBooked
    | TimeCancelled
    | TimeComing
    | ApplicantErased
    | SupplementRequested
    | SupplementReceived
    | CaseExtended
    | DeadlineNotTold
    | CaseCompleted
    | OpinionRequested
    | OpinionReceived
    | ReferralNotDelivered
    | FeeApproved
    | ControlRegistered
    | CaseMessageSent
    | CaseWithdrawn
    | CaseClosed
    | CaseCopied
    | CaseMoved
    | CaseMerged
    | CaseLinked
    | CaseSecrecyChanged
    | DecisionProposed
    | DecisionMade
    | DecisionSentAgain
    | DecisionNotServed
    | DecisionControlled
    | DecisionServed
    | DecisionFinal
    | DecisionRevoked
    | AppealReceived
    | AppealForwarded
    | AppealDismissed
    | RulingReceived
    | PartyNotified
    | PartyServed
    | AttachmentRefused
    | AttachmentReplaced
    | SignatureRequested
    | ApplicationSigned
    | SignatureDeclined
    | SignatureLapsed
    | WaitingPeriodEnding
    | SupplementOverdue
    | DecisionOverdue
    | YearlyReportDue
    | SurveyRoundOpened
    | SurveyRoundClosed
    | SurveyCompanyInvited
    | SurveyCompanyReminded
    | SurveyResultTold
    | HouseSubmitted
    | HouseListed
    | HouseDeclined
    | InterestRegistered
    | AdPosted
    | AdPublished
    | AdDeclined
    | EventAnnounced
    | EventRegistered
    | RegistrationRepeated
    | RegistrationCancelled
    | SeatGiven
    | TaskOpened
    | TaskClaimed
    | TaskReleased
    | TaskDone
    | MailDelivered
    | MailFailed
)
AnyEvent = Annotated[_Union, Field(discriminator="type")]

EVENT_CLASSES: dict[str, type[Event]] = {cls.model_fields["type"].default: cls for cls in get_args(_Union)}
TOPICS = sorted({topic_of(cls.service) for cls in EVENT_CLASSES.values()})
SERVICES = sorted({cls.service for cls in EVENT_CLASSES.values()})

_reader: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def read_event(value: bytes) -> AnyEvent:
    """Parse an event as a tolerant reader: unknown fields are ignored.

    Raises pydantic.ValidationError when it is not an event of ours.
    """
    return _reader.validate_json(value, extra="ignore")


__all__ = [
    "EVENT_CLASSES",
    "SERVICES",
    "TOPICS",
    "AdDeclined",
    "AdPosted",
    "AdPublished",
    "AnyEvent",
    "AppealDismissed",
    "AppealForwarded",
    "AppealReceived",
    "ApplicantErased",
    "ApplicationSigned",
    "ApplicationSubmitted",
    "AttachmentRefused",
    "AttachmentReplaced",
    "CaseClosed",
    "CaseCompleted",
    "CaseCopied",
    "CaseExtended",
    "CaseLinked",
    "CaseMerged",
    "CaseMessageSent",
    "CaseMoved",
    "CaseSecrecyChanged",
    "CaseWithdrawn",
    "Code",
    "ContactId",
    "ControlRegistered",
    "DeadlineNotTold",
    "DecisionControlled",
    "DecisionFinal",
    "DecisionMade",
    "DecisionNotServed",
    "DecisionOverdue",
    "DecisionProposed",
    "DecisionRevoked",
    "DecisionSentAgain",
    "DecisionServed",
    "Event",
    "EventAnnounced",
    "EventRegistered",
    "FeeApproved",
    "HelpWanted",
    "HouseDeclined",
    "HouseListed",
    "HouseSubmitted",
    "InterestRegistered",
    "Language",
    "MailDelivered",
    "MailFailed",
    "OpinionReceived",
    "OpinionRequested",
    "Outcome",
    "PartyNotified",
    "PartyServed",
    "PartyTold",
    "PublicText",
    "ReferralNotDelivered",
    "RegistrationCancelled",
    "RegistrationRepeated",
    "Ruling",
    "RulingReceived",
    "SeatGiven",
    "SignatureDeclined",
    "SignatureLapsed",
    "SignatureRequested",
    "SupplementOverdue",
    "SupplementReceived",
    "SupplementRequested",
    "SurveyCompanyInvited",
    "SurveyCompanyReminded",
    "SurveyResultTold",
    "SurveyRoundClosed",
    "SurveyRoundOpened",
    "TaskClaimed",
    "TaskDone",
    "TaskOpened",
    "TaskReleased",
    "TimeBooked",
    "TimeCancelled",
    "TimeComing",
    "WaitingPeriodEnding",
    "YearlyReportDue",
    "read_event",
    "topic_of",
]
