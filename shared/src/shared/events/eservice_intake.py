from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Code, ContactId, Event, Language, PublicText

Reference = Annotated[str, Field(pattern=r"^[A-Z0-9]{4}-[A-Z0-9]{4}$")]


class IntakeEvent(Event):
    service: ClassVar[str] = "eservice-intake"
    about: ClassVar[str] = "application_id"

    application_id: UUID


class ApplicationSubmitted(IntakeEvent):
    """Somebody sent in an e-service application.

    `title` is the e-service's name per language. `applicant_contact_id` is None when the sender is anonymous.
    `identified`: whether somebody has checked who the sender is.
    """

    type: Literal["eservice-intake.application-submitted.v1"] = "eservice-intake.application-submitted.v1"
    reference: Reference
    eservice: Code
    title: dict[Language, PublicText]
    kind: Code
    unit: Code
    urgent: bool = False
    language: Language
    applicant_contact_id: ContactId | None = None
    identified: bool = False
