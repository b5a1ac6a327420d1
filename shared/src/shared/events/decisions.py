"""What is decided about cases, and what follows."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.events.base import Code, ContactId
from shared.events.eservice_intake import CaseEvent


class Outcome(StrEnum):
    """How a case was decided."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REJECTED = "rejected"
    DISMISSED = "dismissed"
    NO_ACTION = "no_action"
    WRITTEN_OFF = "written_off"
    REVOKED = "revoked"


class Ruling(StrEnum):
    """What a court did with a decision: it stands, or another holds in its place, or it is sent back."""

    UPHELD = "upheld"
    CHANGED = "changed"
    ANNULLED = "annulled"


class PartyTold(BaseModel):
    """Somebody else than the applicant who is told. The link for them is looked up by `party_id`.

    Whoever has no contact has no e-mail address, and is told in another way.
    """

    party_id: UUID
    party_contact_id: ContactId | None


class ToldToParties(CaseEvent):
    """`parties`: who else is told, since they are served the decision, or have appealed."""

    parties: list[PartyTold] = Field(default_factory=list)


class DecisionProposed(CaseEvent):
    """A decision is proposed. Somebody else than who proposed it decides."""

    type: Literal["eservice-intake.decision-proposed.v1"] = "eservice-intake.decision-proposed.v1"
    decision_id: UUID
    outcome: Outcome


class DecisionMade(ToldToParties):
    """The case is decided. The applicant opens the decision with the secret on the receipt.

    `replaces` is the decision that it changes, or None. `encloses`: whether the mail about it carries it.
    """

    type: Literal["eservice-intake.decision-made.v1"] = "eservice-intake.decision-made.v1"
    decision_id: UUID
    outcome: Outcome
    appealable: bool
    replaces: UUID | None = None
    encloses: bool = False


class DecisionSentAgain(CaseEvent):
    """A decision is sent again to the applicant, or to `party`, who has not confirmed it: a control message follows.

    It counts as served on `served_on`. `encloses`: whether the mail to the applicant carries it.
    """

    type: Literal["eservice-intake.decision-sent-again.v1"] = "eservice-intake.decision-sent-again.v1"
    decision_id: UUID
    served_on: date
    appeal_until: date | None = None
    party: PartyTold | None = None
    encloses: bool = False


class DecisionControlled(CaseEvent):
    """A decision was sent to be served without a receipt, and that is now said in a message of its own.

    It was sent to the applicant, or to `party`.
    """

    type: Literal["eservice-intake.decision-controlled.v1"] = "eservice-intake.decision-controlled.v1"
    decision_id: UUID
    sent_on: date
    party: PartyTold | None = None


class DecisionNotServed(CaseEvent):
    """A mail that was to serve it, on the applicant or on `party_id`, did not come: it is not served."""

    type: Literal["eservice-intake.decision-not-served.v1"] = "eservice-intake.decision-not-served.v1"
    decision_id: UUID
    party_id: UUID | None = None


class DecisionServed(CaseEvent):
    """The applicant has the decision. `appeal_until` is the last day to appeal, None when there is no appeal."""

    type: Literal["eservice-intake.decision-served.v1"] = "eservice-intake.decision-served.v1"
    decision_id: UUID
    served_on: date
    appeal_until: date | None = None


class PartyNotified(CaseEvent):
    """Somebody else than the applicant is served the decision, by a link in a mail to their contact, if any."""

    type: Literal["eservice-intake.party-notified.v1"] = "eservice-intake.party-notified.v1"
    decision_id: UUID
    party_id: UUID
    party_contact_id: ContactId | None


class PartyServed(CaseEvent):
    """Somebody else than the applicant has the decision. `appeal_until` is their own last day to appeal."""

    type: Literal["eservice-intake.party-served.v1"] = "eservice-intake.party-served.v1"
    decision_id: UUID
    party_id: UUID
    party_contact_id: ContactId | None
    served_on: date
    appeal_until: date | None = None


class DecisionFinal(CaseEvent):
    """The time to appeal has passed: the decision holds. With the outcome `revoked` the case is open again."""

    type: Literal["eservice-intake.decision-final.v1"] = "eservice-intake.decision-final.v1"
    decision_id: UUID
    outcome: Outcome


class DecisionRevoked(ToldToParties):
    """The decision `revokes`, of the day `decided_on`, was revoked by another, `decision_id`, which is served.

    The case is open again when the revocation is final. `encloses`: whether the mail about it carries it.
    """

    type: Literal["eservice-intake.decision-revoked.v1"] = "eservice-intake.decision-revoked.v1"
    decision_id: UUID
    revokes: UUID
    decided_on: date
    appealable: bool
    encloses: bool = False


class AppealReceived(ToldToParties):
    """Somebody appealed against the decision."""

    type: Literal["eservice-intake.appeal-received.v1"] = "eservice-intake.appeal-received.v1"
    appeal_id: UUID
    received_on: date
    in_time: bool


class AppealForwarded(ToldToParties):
    """The appeal, which came in time, was handed over to the county administrative board with the case."""

    type: Literal["eservice-intake.appeal-forwarded.v1"] = "eservice-intake.appeal-forwarded.v1"
    appeal_id: UUID


class AppealDismissed(ToldToParties):
    """The appeal came too late and was dismissed, by a decision that can be appealed itself."""

    type: Literal["eservice-intake.appeal-dismissed.v1"] = "eservice-intake.appeal-dismissed.v1"
    appeal_id: UUID
    decision_id: UUID
    encloses: bool = False


class RulingReceived(ToldToParties):
    """Whoever tried the appeal has ruled on the decision. `status` is what the case is then."""

    type: Literal["eservice-intake.ruling-received.v1"] = "eservice-intake.ruling-received.v1"
    decision_id: UUID
    ruling: Ruling
    ruled_on: date
    status: Code
