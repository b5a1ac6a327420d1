"""Which mails what happens to a case asks for, and what becomes of its task."""

from datetime import date
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from notifications.rules.notices import CaseTask, Email, Notice, Priority, Urgency
from notifications.rules.routing import queues
from shared.clock import day_in_sweden
from shared.events import (
    AppealDismissed,
    ApplicationSubmitted,
    AttachmentRefused,
    AttachmentReplaced,
    CaseClosed,
    CaseCompleted,
    CaseCopied,
    CaseExtended,
    CaseLinked,
    CaseMerged,
    CaseMessageSent,
    CaseMoved,
    CaseSecrecyChanged,
    CaseWithdrawn,
    ControlRegistered,
    DeadlineNotTold,
    DecisionControlled,
    DecisionFinal,
    DecisionMade,
    DecisionRevoked,
    DecisionSentAgain,
    FeeApproved,
    Language,
    OpinionReceived,
    OpinionRequested,
    PartyNotified,
    ReferralNotDelivered,
    SupplementReceived,
    SupplementRequested,
)
from shared.events.eservice_intake import CaseEvent
from shared.events.signatures import SignatureEvent

AnyCaseEvent: TypeAlias = (
    SupplementRequested
    | SupplementReceived
    | CaseExtended
    | DeadlineNotTold
    | CaseCompleted
    | OpinionRequested
    | OpinionReceived
    | CaseCopied
    | ReferralNotDelivered
    | CaseMessageSent
    | CaseWithdrawn
    | CaseClosed
    | CaseMoved
    | CaseMerged
    | CaseLinked
    | CaseSecrecyChanged
    | FeeApproved
    | ControlRegistered
    | AttachmentRefused
    | AttachmentReplaced
)

AnySupplement: TypeAlias = SupplementRequested | SupplementReceived | CaseExtended | DeadlineNotTold | CaseCompleted
AnyRegistered: TypeAlias = CaseMoved | CaseSecrecyChanged | CaseLinked | FeeApproved | ControlRegistered
AnyExchange: TypeAlias = OpinionRequested | OpinionReceived | CaseCopied | ReferralNotDelivered | CaseMessageSent

SERVES = (
    DecisionMade,
    DecisionRevoked,
    DecisionSentAgain,
    DecisionControlled,
    AppealDismissed,
    PartyNotified,
    OpinionRequested,
    CaseCopied,
    SupplementRequested,
    CaseExtended,
)
"""What has legal effect by its mail, to whoever it is: when it fails, staff are told."""
PROVED = (CaseClosed, CaseMerged, DecisionFinal, *SERVES)
"""How a case ends without the applicant: it is kept until it is proven that they were told. And what serves."""

ACTS: dict[str, Any] = {"has_news": False, "calms": Urgency.UNTIL_ACTED_ON}
"""What the handler's steps mean to the task: they have seen what came in."""
SETTLES: dict[str, Any] = {"has_news": False, "calms": Urgency.UNTIL_SETTLED}
"""The same, of a step that gives the case more time, or stops it."""


def notices_of_application(event: ApplicationSubmitted) -> list[Notice]:
    name = f"{event.reference}: {title_in(event, Language.SWEDISH)}"
    urgency = Urgency.UNTIL_DONE if event.urgent else Urgency.NONE
    task = CaseTask(opens=True, name=name, urgency=urgency, identified=event.identified, due_on=event.due_on)
    if event.applicant_contact_id is None:
        return [task]
    context = {
        "reference": event.reference,
        "kind": event.kind,
        "title": title_in(event, event.language),
        "received_on": day_in_sweden(event.occurred_at).isoformat(),
        **stated(due_on=event.due_on, earliest_start_on=event.earliest_start_on),
    }
    copy = event.application_id if event.encloses else None
    receipt = Email(
        event.applicant_contact_id, "application_received", context, event.application_id, enclosure_id=copy
    )
    return [receipt, task]


def notices_of_case(event: AnyCaseEvent) -> list[Notice]:
    """What the applicant is told, and what becomes of the task. No mail says what anybody wrote."""
    match event:
        case SupplementRequested() | SupplementReceived() | CaseExtended() | DeadlineNotTold() | CaseCompleted():
            return _of_supplement(event)
        case OpinionRequested() | OpinionReceived() | CaseCopied() | ReferralNotDelivered() | CaseMessageSent():
            return _of_exchange(event)
        case CaseWithdrawn() | CaseClosed() | CaseMerged():
            return _of_end(event)
        case CaseMoved() | CaseSecrecyChanged() | CaseLinked() | FeeApproved() | ControlRegistered():
            return _of_register(event)
        case AttachmentRefused() | AttachmentReplaced():
            return _of_attachment(event)
        case _:
            assert_never(event)


def _of_supplement(event: AnySupplement) -> list[Notice]:
    match event:
        case SupplementRequested():
            mail = to_applicant(event, "supplement_requested", Priority.STATUTORY, due_on=event.due_on)
            return [*mail, CaseTask("komplettering begärd", due_on=event.due_on, **SETTLES)]
        case SupplementReceived():
            task = CaseTask("komplettering inkommen", opens=True, clears_due=True, has_news=True)
            return [*to_applicant(event, "supplement_received", Priority.RECEIPT), task]
        case CaseExtended():
            mail = to_applicant(event, "case_extended", Priority.STATUTORY, due_on=event.due_on)
            return [*mail, CaseTask(due_on=event.due_on, **SETTLES)]
        case DeadlineNotTold():
            return [CaseTask("mejlet om sista dag kom inte fram", opens=True, has_news=True)]
        case CaseCompleted():
            earliest = event.earliest_start_on
            mail = to_applicant(event, "case_completed", Priority.STATUTORY, earliest_start_on=earliest)
            return [*mail, CaseTask("komplett", due_on=earliest, **ACTS)]
        case _:
            assert_never(event)


def _of_exchange(event: AnyExchange) -> list[Notice]:
    match event:
        case OpinionRequested():
            mail = _to_party(event, "opinion_requested", due_on=event.due_on.isoformat())
            return [mail, CaseTask("yttrande begärt", **ACTS)]
        case CaseCopied():
            return [_to_party(event, "case_copied"), CaseTask()]
        case ReferralNotDelivered():
            return [CaseTask("remissen kom inte fram", opens=True, has_news=True)]
        case OpinionReceived():
            return [CaseTask("yttrande inkommet", opens=True, urgency=Urgency.UNTIL_ACTED_ON, has_news=True)]
        case CaseMessageSent(by_applicant=True):
            return [CaseTask(opens=True, has_news=True)]
        case CaseMessageSent():
            return [*to_applicant(event, "case_message", Priority.NEWS), CaseTask(**ACTS)]
        case _:
            assert_never(event)


def _of_end(event: CaseWithdrawn | CaseClosed | CaseMerged) -> list[Notice]:
    match event:
        case CaseWithdrawn():
            task = CaseTask(closes="Återkallat av den sökande")
            return [*to_applicant(event, "case_withdrawn", Priority.RECEIPT), task]
        case CaseClosed():
            return [*to_applicant(event, "case_closed", Priority.STATUTORY), CaseTask(closes="Avslutat")]
        case CaseMerged():
            into = event.into_reference
            mail = to_applicant(event, "case_merged", Priority.STATUTORY, into_reference=into)
            return [*mail, CaseTask(closes=f"Fört samman med {into}")]
        case _:
            assert_never(event)


def _of_register(event: AnyRegistered) -> list[Notice]:
    match event:
        case CaseMoved():
            state, leaves = f"flyttat från {_queue(event.from_unit)}", f"Flyttat till {_queue(event.unit)}"
            task = CaseTask(state, opens=True, has_news=True, leaves=leaves)
            return [*to_applicant(event, "case_moved", Priority.NEWS), task]
        case CaseSecrecyChanged():
            return [CaseTask(confidential=event.confidential)]
        case CaseLinked() | FeeApproved() | ControlRegistered():
            return [CaseTask()]
        case _:
            assert_never(event)


def _of_attachment(event: AttachmentRefused | AttachmentReplaced) -> list[Notice]:
    if isinstance(event, AttachmentReplaced):
        return [CaseTask("ny fil inkommen", opens=True, has_news=True)]
    return [*to_applicant(event, f"attachment_{event.reason}", Priority.STATUTORY), CaseTask()]


def to_applicant(
    event: CaseEvent, template: str, priority: Priority, encloses: UUID | None = None, **more: date | str | None
) -> list[Email]:
    """A mail to the applicant; none when they are anonymous. What becomes of it may be proof."""
    if event.applicant_contact_id is None:
        return []
    context = {"reference": event.reference, "kind": event.kind, **stated(**more)}
    return [Email(event.applicant_contact_id, template, context, None, priority, encloses, isinstance(event, PROVED))]


def stated(**facts: date | str | None) -> dict[str, str]:
    """What a template is given: the empty text where there is nothing to say, so that it can leave the sentence out."""
    return {name: str(fact) if fact else "" for name, fact in facts.items()}


def _to_party(event: OpinionRequested | CaseCopied, template: str, **more: str) -> Email:
    """A mail to somebody else, with a link that the publisher makes when the mail is sent."""
    context = {"reference": event.reference, **more}
    return Email(event.party_contact_id, template, context, event.referral_id, Priority.STATUTORY, is_proof=True)


def _queue(unit: str) -> str:
    return queues()[unit].sv if unit in queues() else unit


def title_in(event: ApplicationSubmitted | SignatureEvent, language: Language) -> str:
    """The e-service's name in the language, or else in the one there is."""
    return event.title.get(language) or next(iter(event.title.values()), event.eservice)
