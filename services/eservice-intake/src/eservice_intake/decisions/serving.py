"""Deciding by delegation, and what begins then: the decision is served."""

from collections.abc import Sequence
from datetime import date, datetime

from eservice_intake.cases.handling import PendingStep, facts
from eservice_intake.cases.models import Case
from eservice_intake.decisions.chain import Chain
from eservice_intake.decisions.delegation import decisions
from eservice_intake.decisions.models import Act, Decider, Decision
from eservice_intake.decisions.parties import (
    ConfidentialNotServed,
    DecisionParty,
    NotInForce,
    keep_final_day,
    sent_by,
    told,
)
from eservice_intake.decisions.recipients import AlreadyServed, NotToldOfService, Service
from eservice_intake.fees.models import approved_fee
from shared.clock import day_in_sweden
from shared.database import Session
from shared.errors import Invalid, Text, Violation
from shared.events import DecisionMade, DecisionProposed, DecisionSentAgain, DecisionServed, PartyServed


def proposed(step: PendingStep, decision: Decision) -> DecisionProposed:
    """Propose it: somebody else decides."""
    decision.propose(step.by.person.subject, step.by.person.name)
    step.tx.add(decision)
    return DecisionProposed(**facts(step.case), decision_id=decision.id, outcome=decision.outcome)


async def with_fee(tx: Session, case: Case, decision: Decision) -> Decision:
    """The decision with the fee that is approved, if there is one. Raises Invalid when it names another."""
    fee = await approved_fee(tx, case)
    if fee is not None and fee.amount is not None:
        changed = {"reason": fee.reason, "amount": fee.amount} if fee.reason else {}
        decision.charge(fee.amount, {**fee.calculation, **changed})
    return decision


def decide(
    step: PendingStep, chain: Chain, decision: Decision, service: Service, earlier: Decision | None = None
) -> None:
    """Decide it by the person's delegation and begin to serve it. Raises BeyondDelegation and FourEyes.

    Who may decide as the earlier decision does may revoke it, and it is appealed if that one can be.
    """
    case, person = step.case, step.by.person
    of_party = decision.party_id is not None
    require_told(case, service, of_party=of_party, is_told=not of_party and is_told(case, None))
    revoked = earlier if decision.act is Act.REVOCATION else None
    outcome = revoked.outcome if revoked else decision.outcome
    item = decisions().item_for(case.eservice, case.kind, outcome, person.roles)
    by = Decider(person.subject, person.name, item)
    appealable = revoked.appealable if revoked else decisions().outcomes[outcome].appealable
    decision.unit = case.unit
    decision.decide(by, chain.next_number, appealable, step.at)
    decision.send(service, step.at)
    step.tx.add(decision)


def made(
    case: Case, decision: Decision, replaces: Decision | None = None, parties: Sequence[DecisionParty] = ()
) -> DecisionMade:
    event = DecisionMade(
        **facts(case),
        decision_id=decision.id,
        outcome=decision.outcome,
        appealable=decision.appealable,
        replaces=replaces.id if replaces else None,
        encloses=case.gets_decisions_by_mail,
        parties=told(parties),
    )
    sent_by(event, decision, parties)
    return event


async def serve(
    tx: Session,
    case: Case,
    decision: Decision,
    party: DecisionParty | None,
    on: date,
    service: Service = Service.RECEIPT,
    reason: str | None = None,
) -> DecisionServed | PartyServed:
    """Let the time to appeal run for the party, or the applicant, from that day. Raises AlreadyServed."""
    (party or decision).serve(on, decision.appealable, service, reason)
    tx.add(party or decision)
    await keep_final_day(tx, decision)
    if party is None:
        return DecisionServed(**facts(case), decision_id=decision.id, served_on=on, appeal_until=decision.appeal_until)
    return PartyServed(**facts(case), **party.ids, served_on=on, appeal_until=party.appeal_until)


async def send_again(
    tx: Session, case: Case, decision: Decision, party: DecisionParty | None, at: datetime
) -> DecisionSentAgain:
    """Serve it by simplified service. Raises what `require_unserved` does."""
    require_unserved(case, decision, party)
    recipient = party or decision
    recipient.send_simplified(day_in_sweden(at), decision.appealable)
    tx.add(recipient)
    await keep_final_day(tx, decision)
    event = DecisionSentAgain(
        **facts(case),
        decision_id=decision.id,
        served_on=recipient.served_on,
        appeal_until=recipient.appeal_until,
        party=party and party.told,
        encloses=party is None and case.gets_decisions_by_mail,
    )
    recipient.sent_event_id = event.event_id
    return event


def require_unserved(case: Case, decision: Decision, party: DecisionParty | None) -> None:
    """Raise NotInForce, AlreadyServed, NotToldOfService and ConfidentialNotServed when it cannot be sent again."""
    if decision.final_at is not None:
        raise NotInForce
    if (party or decision).served_on is not None:
        raise AlreadyServed
    if not is_told(case, party):
        raise NotToldOfService
    if party is not None and case.confidential:
        raise ConfidentialNotServed


def require_day(field: str, day: date, decision: Decision, step: PendingStep) -> None:
    """Raise Invalid when it is before the decision or after today."""
    assert decision.decided_at is not None
    if not day_in_sweden(decision.decided_at) <= day <= day_in_sweden(step.at):
        raise Invalid(Violation(field, "range", _OUTSIDE))


def is_told(case: Case, party: DecisionParty | None) -> bool:
    """Whether the party, or the applicant, knows of simplified service and can be mailed."""
    if party is not None:
        return party.told_of_service and party.party_contact_id is not None
    return case.told_of_service and case.applicant_contact_id is not None


def require_told(case: Case, service: Service, *, of_party: bool, is_told: bool) -> None:
    """Raise Invalid when it is simplified, and whoever is served has not been told that it may be."""
    if service is Service.SIMPLIFIED and not is_told:
        raise Invalid(_NOT_TOLD if of_party or case.applicant_contact_id else _NOBODY_TO_WRITE_TO)


def require_reason(service: Service, reason: str | None) -> None:
    """Raise Invalid when somebody is served otherwise than by a receipt, and nobody says why."""
    if service is not Service.RECEIPT and reason is None:
        raise Invalid(Violation("reason", "required", _NO_REASON))


_NO_REASON = Text(
    sv="Ange varför delgivningen inte skedde mot kvitto, och hur den gick till.",
    en="Say why it was not served by a receipt, and how it was done.",
)
_OUTSIDE = Text(
    sv="Ange en dag från den då beslutet fattades till och med i dag.",
    en="Give a day from when the decision was made until today.",
)
_NOT_TOLD = Violation(
    "service",
    "not_told",
    Text(
        sv="Den som ska delges har inte fått veta att förenklad delgivning kan användas. Ange receipt.",
        en="Whoever is served has not been told that simplified service may be used. Give receipt.",
    ),
)
_NOBODY_TO_WRITE_TO = Violation(
    "service",
    "no_contact",
    Text(
        sv="Den som skickade in är anonym och kan inte delges förenklat. Ange receipt.",
        en="The sender is anonymous, so there is nobody to send it to. Give receipt.",
    ),
)
