from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.base import ContactId
from shared.events.eservice_intake import CaseEvent


class OpinionRequested(CaseEvent):
    """Somebody else is asked for an opinion, at the latest on the day."""

    type: Literal["eservice-intake.opinion-requested.v1"] = "eservice-intake.opinion-requested.v1"
    referral_id: UUID
    party_contact_id: ContactId
    due_on: date


class CaseCopied(CaseEvent):
    """Somebody else is told of the case for information, as the law has it."""

    type: Literal["eservice-intake.case-copied.v1"] = "eservice-intake.case-copied.v1"
    referral_id: UUID
    party_contact_id: ContactId


class OpinionReceived(CaseEvent):
    """Somebody else has given the opinion that was asked for."""

    type: Literal["eservice-intake.opinion-received.v1"] = "eservice-intake.opinion-received.v1"
    referral_id: UUID


class ReferralNotDelivered(CaseEvent):
    """The mail to somebody else who was asked, or sent a copy, did not come."""

    type: Literal["eservice-intake.referral-not-delivered.v1"] = "eservice-intake.referral-not-delivered.v1"
    referral_id: UUID
