from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event, Language


class IntakeEvent(Event):
    service: ClassVar[str] = "eservice-intake"
    about: ClassVar[str] = "application_id"

    application_id: UUID


class ApplicationSubmitted(IntakeEvent):
    """Somebody sent in an e-service application.

    `title` is the e-service's name per language. `applicant_email` is None when the sender is anonymous.
    """

    type: Literal["eservice-intake.application-submitted.v1"] = "eservice-intake.application-submitted.v1"
    reference: str
    eservice: str
    title: dict[Language, str]
    kind: str
    unit: str
    urgent: bool = False
    language: Language
    applicant_email: str | None = None
