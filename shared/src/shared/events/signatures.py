from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.base import Code, ContactId, Language, PublicText
from shared.events.eservice_intake import IntakeEvent, Reference


class SignatureEvent(IntakeEvent):
    """About what somebody has filled in for somebody else to sign. It is not received until it is signed.

    `sender_contact_id` is who filled it in; the id is not that of the case that it becomes, and the reference is.
    """

    reference: Reference
    eservice: Code
    title: dict[Language, PublicText]
    kind: Code
    unit: Code
    language: Language
    sender_contact_id: ContactId | None = None


class SignatureRequested(SignatureEvent):
    """Somebody is asked to sign, at the latest on the day. The link in the mail is looked up by `request_id`."""

    type: Literal["eservice-intake.signature-requested.v1"] = "eservice-intake.signature-requested.v1"
    request_id: UUID
    signer_contact_id: ContactId
    lapses_on: date


class ApplicationSigned(SignatureEvent):
    """The application is signed, and thereby received: `ApplicationSubmitted` tells of the case."""

    type: Literal["eservice-intake.application-signed.v1"] = "eservice-intake.application-signed.v1"


class SignatureDeclined(SignatureEvent):
    """Whoever was asked to sign does not. The reason is not told here."""

    type: Literal["eservice-intake.signature-declined.v1"] = "eservice-intake.signature-declined.v1"


class SignatureLapsed(SignatureEvent):
    """Nobody signed in time."""

    type: Literal["eservice-intake.signature-lapsed.v1"] = "eservice-intake.signature-lapsed.v1"
