from datetime import date
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
    `identified`: whether somebody has checked who the sender is. `encloses`: whether the receipt carries the copy.
    `due_on`: by when it is to be answered, if it is. `earliest_start_on`: when what it is about may begin unless the
    municipality says otherwise, if nothing is missing.
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
    encloses: bool = False
    due_on: date | None = None
    earliest_start_on: date | None = None


class HelpWanted(IntakeEvent):
    """Somebody who moves here wants help, and with what, in the codes of the form.

    `wants` is any of housing, work, school, language and other; the others say more of those.
    """

    type: Literal["eservice-intake.help-wanted.v1"] = "eservice-intake.help-wanted.v1"
    reference: Reference
    language: Language
    applicant_contact_id: ContactId | None = None
    wants: list[Code]
    housing_kinds: list[Code] = Field(default_factory=list)
    work_sectors: list[Code] = Field(default_factory=list)
    children: Annotated[int, Field(ge=1, le=100)] | None = None
    household_size: Annotated[int, Field(ge=1, le=100)]
    moves: Code


class CaseEvent(IntakeEvent):
    """Something happened to a case. `applicant_contact_id` is None when the sender is anonymous."""

    reference: Reference
    eservice: Code
    kind: Code
    unit: Code
    language: Language
    applicant_contact_id: ContactId | None = None


class SupplementRequested(CaseEvent):
    """The applicant must complete the application, at the latest on the day."""

    type: Literal["eservice-intake.supplement-requested.v1"] = "eservice-intake.supplement-requested.v1"
    due_on: date


class SupplementReceived(CaseEvent):
    """The applicant has answered a request to complete the application."""

    type: Literal["eservice-intake.supplement-received.v1"] = "eservice-intake.supplement-received.v1"


class CaseExtended(CaseEvent):
    """What was due is now due on the day: the supplement, or else the decision."""

    type: Literal["eservice-intake.case-extended.v1"] = "eservice-intake.case-extended.v1"
    due_on: date


class DeadlineNotTold(CaseEvent):
    """The mail that told the applicant of a last day, for a supplement or for the decision, did not come."""

    type: Literal["eservice-intake.deadline-not-told.v1"] = "eservice-intake.deadline-not-told.v1"


class CaseCompleted(CaseEvent):
    """Nothing is missing in the application. The day is when the work may begin at the earliest, if nobody objects."""

    type: Literal["eservice-intake.case-completed.v1"] = "eservice-intake.case-completed.v1"
    earliest_start_on: date | None = None


class CaseMessageSent(CaseEvent):
    """The applicant and the handler write to each other. What they write is not told here."""

    type: Literal["eservice-intake.case-message-sent.v1"] = "eservice-intake.case-message-sent.v1"
    message_id: UUID
    by_applicant: bool


class CaseWithdrawn(CaseEvent):
    """The applicant has taken the application back."""

    type: Literal["eservice-intake.case-withdrawn.v1"] = "eservice-intake.case-withdrawn.v1"


class CaseClosed(CaseEvent):
    """The case is closed."""

    type: Literal["eservice-intake.case-closed.v1"] = "eservice-intake.case-closed.v1"


class CaseMoved(CaseEvent):
    """Another unit, `unit`, has taken over the case."""

    type: Literal["eservice-intake.case-moved.v1"] = "eservice-intake.case-moved.v1"
    from_unit: Code


class CaseMerged(CaseEvent):
    """The case is a duplicate, and goes on in another one."""

    type: Literal["eservice-intake.case-merged.v1"] = "eservice-intake.case-merged.v1"
    into_reference: Reference


class CaseLinked(CaseEvent):
    """The case is connected with another one."""

    type: Literal["eservice-intake.case-linked.v1"] = "eservice-intake.case-linked.v1"
    to_reference: Reference


class CaseSecrecyChanged(CaseEvent):
    """The case is confidential, or is not any longer."""

    type: Literal["eservice-intake.case-secrecy-changed.v1"] = "eservice-intake.case-secrecy-changed.v1"
    confidential: bool


class AttachmentRefused(CaseEvent):
    """A file of the case cannot be opened: it has malware, or is damaged or locked. The sender can send another."""

    type: Literal["eservice-intake.attachment-refused.v1"] = "eservice-intake.attachment-refused.v1"
    attachment_id: UUID
    reason: Literal["infected", "unreadable"]


class AttachmentReplaced(CaseEvent):
    """The sender has sent another file in place of one that could not be opened."""

    type: Literal["eservice-intake.attachment-replaced.v1"] = "eservice-intake.attachment-replaced.v1"
    attachment_id: UUID


class ApplicantErased(IntakeEvent):
    """What was known of whoever sent it in is deleted. What others keep under these ids concerns nobody any longer."""

    type: Literal["eservice-intake.applicant-erased.v1"] = "eservice-intake.applicant-erased.v1"
    contact_ids: list[ContactId]
