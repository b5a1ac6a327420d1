"""Which mails decisions and appeals ask for, and what becomes of the case's task. No mail says what was decided."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from notifications.rules.cases import SERVES, to_applicant
from notifications.rules.notices import CaseTask, Email, Notice, Priority, Urgency
from shared.events import (
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
    RulingReceived,
)
from shared.events.decisions import ToldToParties
from shared.events.eservice_intake import CaseEvent

AnyDecision: TypeAlias = DecisionProposed | DecisionMade | DecisionRevoked
AnyService: TypeAlias = (
    DecisionSentAgain
    | DecisionNotServed
    | DecisionControlled
    | DecisionServed
    | DecisionFinal
    | PartyNotified
    | PartyServed
)
AnyAppeal: TypeAlias = AppealReceived | AppealForwarded | AppealDismissed | RulingReceived


OPEN_AGAIN, APPEALED = "complete", "appealed"


def notices_of_decision(event: AnyDecision) -> list[Notice]:
    match event:
        case DecisionProposed():
            return [CaseTask("beslut föreslaget", opens=True, calms=Urgency.UNTIL_ACTED_ON, has_news=True)]
        case DecisionMade():
            template = "decision_changed" if event.replaces else "decision_made"
            appealable = "yes" if event.appealable else None
            enclosed = event.decision_id if event.encloses else None
            mail = to_applicant(event, template, Priority.STATUTORY, enclosed, appealable=appealable)
            return [*mail, *_to_parties(event, "party_decision_changed", linked=True), CaseTask(closes="Beslutat")]
        case DecisionRevoked():
            appealable = "yes" if event.appealable else None
            enclosed = event.decision_id if event.encloses else None
            facts = {"decided_on": event.decided_on, "appealable": appealable}
            mail = to_applicant(event, "decision_revoked", Priority.STATUTORY, enclosed, **facts)
            return [*mail, *_to_parties(event, "party_decision_changed", linked=True), CaseTask(closes="Upphävt")]
        case _:
            assert_never(event)


def notices_of_service(event: AnyService) -> list[Notice]:
    match event:
        case DecisionSentAgain():
            mail = _sent_again(event)
        case DecisionNotServed():
            return [CaseTask("beslutet kom inte fram", opens=True, has_news=True)]
        case DecisionControlled(party=PartyTold() as party):
            mail = _to_told([party], event, "party_decision_controlled", sent_on=event.sent_on.isoformat())
        case DecisionControlled():
            mail = to_applicant(event, "decision_controlled", Priority.STATUTORY, sent_on=event.sent_on)
        case DecisionServed():
            until = event.appeal_until
            mail = to_applicant(
                event, "decision_served", Priority.STATUTORY, served_on=event.served_on, appeal_until=until
            )
        case PartyNotified() | PartyServed():
            return [*_to_party(event), CaseTask()]
        case DecisionFinal(outcome=Outcome.REVOKED):
            task = CaseTask("beslutet upphävt", opens=True, has_news=True)
            return [*to_applicant(event, "revocation_final", Priority.STATUTORY), task]
        case DecisionFinal():
            mail = to_applicant(event, "decision_final", Priority.STATUTORY)
        case _:
            assert_never(event)
    return [*mail, CaseTask()]


def notices_of_appeal(event: AnyAppeal) -> list[Notice]:
    match event:
        case AppealReceived():
            task = CaseTask("överklagat", opens=True, urgency=Urgency.UNTIL_SETTLED, has_news=True)
            mail = to_applicant(event, "appeal_received", Priority.RECEIPT, received_on=event.received_on)
            parties = _to_parties(event, "party_appeal_received", received_on=event.received_on.isoformat())
            return [*mail, *parties, task]
        case AppealForwarded():
            task = CaseTask(closes="Överklagandet överlämnat till länsstyrelsen")
            mail = to_applicant(event, "appeal_forwarded", Priority.STATUTORY)
            return [*mail, *_to_parties(event, "party_appeal_forwarded"), task]
        case AppealDismissed():
            task = CaseTask(closes="Överklagandet avvisat")
            enclosed = event.decision_id if event.encloses else None
            own = None if event.parties else "yes"
            mail = to_applicant(event, "appeal_dismissed", Priority.STATUTORY, enclosed, own=own)
            return [*mail, *_to_parties(event, "party_appeal_dismissed", linked=True), task]
        case RulingReceived():
            opens = "yes" if event.status == OPEN_AGAIN else None
            mail = to_applicant(event, "ruling_received", Priority.STATUTORY, ruled_on=event.ruled_on, opens=opens)
            parties = _to_parties(event, "party_ruling_received", ruled_on=event.ruled_on.isoformat())
            return [*mail, *parties, _after_ruling(event.status)]
        case _:
            assert_never(event)


def _after_ruling(status: str) -> CaseTask:
    """The case is open again, or another appeal waits, or nothing is to be done."""
    if status in (OPEN_AGAIN, APPEALED):
        return CaseTask("avgjort av överinstansen", opens=True, has_news=True)
    return CaseTask(closes="Avgjort av överinstansen")


def _sent_again(event: DecisionSentAgain) -> list[Email]:
    days = {"served_on": event.served_on, "appeal_until": event.appeal_until}
    if event.party is None:
        enclosed = event.decision_id if event.encloses else None
        return to_applicant(event, "decision_sent_again", Priority.STATUTORY, enclosed, **days)
    told = {name: day.isoformat() if day else "" for name, day in days.items()}
    return _to_told([event.party], event, "party_decision_sent_again", linked=True, **told)


def _to_parties(event: ToldToParties, template: str, linked: bool = False, **context: str) -> list[Email]:
    return _to_told(event.parties, event, template, linked, **context)


def _to_told(
    parties: Sequence[PartyTold], event: CaseEvent, template: str, linked: bool = False, **context: str
) -> list[Email]:
    """Mails to the others who have an address. One with a link is not sent when the publisher has none to give."""
    told, is_proof = {"reference": event.reference, **context}, isinstance(event, SERVES)
    return [
        Email(
            one.party_contact_id,
            template,
            told,
            one.party_id if linked else None,
            Priority.STATUTORY,
            is_proof=is_proof,
        )
        for one in parties
        if one.party_contact_id
    ]


def _to_party(event: PartyNotified | PartyServed) -> list[Email]:
    """A mail to somebody else than the applicant, with a link that the publisher makes when the mail is sent."""
    if event.party_contact_id is None:
        return []
    template, context = "party_notified", {"reference": event.reference}
    if isinstance(event, PartyServed):
        template, until = "party_served", event.appeal_until
        context |= {"served_on": event.served_on.isoformat(), "appeal_until": until.isoformat() if until else ""}
    is_proof = isinstance(event, SERVES)
    return [Email(event.party_contact_id, template, context, event.party_id, Priority.STATUTORY, is_proof=is_proof)]
