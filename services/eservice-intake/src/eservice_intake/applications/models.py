"""What people send in, and what they are told about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.applications.progress import Progress, outward
from eservice_intake.applications.signatures import Signature, SignatureStatus
from eservice_intake.attachments.models import AttachmentShown
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import Status
from eservice_intake.catalogue.answers import ReadSection
from shared.events import Language

EXAMPLE = {
    "nuisance": "buller",
    "place": "Storgatan 12, Östersund",
    "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
    "frequency": "standigt",
    "contacted_responsible": True,
    "anonymous": False,
    "complainant_email": "karin@example.com",
}


class ApplicationForm(BaseModel):
    model_config = {"extra": "forbid"}

    eservice: str = Field(max_length=100, examples=["klagomal-olagenhet"])
    definition: str | None = Field(
        None,
        max_length=64,
        description="The `version` of the e-service that was filled in; the one that holds when it is left out.",
        examples=[None],
    )
    language: Language = Language.SWEDISH
    answers: dict[str, Any] = Field(
        description="By the field's name, as the e-service's schema says.", examples=[EXAMPLE]
    )


class SignatureShown(BaseModel):
    """What has become of the signature that an application awaits, for whoever filled it in."""

    status: SignatureStatus
    requested_at: datetime
    lapses_at: datetime | None = Field(description="None when it awaits none any longer.")
    refusal: str | None = Field(description="Why it was declined.", examples=["Brunnen ligger på fel sida av huset."])


class ApplicationBrief(BaseModel):
    reference: str = Field(examples=["K7MP-2XWB"])
    eservice: str = Field(examples=["klagomal-olagenhet"])
    kind: str = Field(examples=["klagomal"])
    unit: str = Field(examples=["halsoskydd"])
    status: Status | SignatureStatus
    identified: bool = Field(description="Whether who sent it in has signed in with an e-identification.")
    received_at: datetime | None = Field(description="None until it is signed, where somebody else shall sign it.")


class OwnCase(ApplicationBrief):
    """A line of the list of one's own cases."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    status_text: str = Field(examples=["We have received it and are reading it."])


class Judged(ApplicationBrief):
    """What is told of how it is handled."""

    register_notices: list[str] = Field(
        [],
        description="What a register makes of it.",
        examples=[["The place is within Lockne water protection area. The case is therefore handled as: permit."]],
    )


class Receipt(Judged):
    """What the sender keeps. The secret is shown this once."""

    id: UUID
    secret: str = Field(examples=["q1bPZ0c6Yl8vN3sTn5uXw7aRkD2eFgHj"])
    service_notice: str | None = Field(
        None,
        description="That a decision may be served without a receipt, where it may.",
        examples=["We may serve the decision on you by simplified service."],
    )


class ApplicationStatus(Judged):
    signature: SignatureShown | None = Field(None, description="For whoever filled it in for somebody else to sign.")
    progress: Progress | None = Field(None, description="All of it, for the applicant.")

    @classmethod
    def of_signature(cls, signature: Signature, case: Case | None, notices: list[str]) -> "ApplicationStatus":
        """What whoever filled it in is told: of the case, which is its owner's, only how far it has come."""
        shown = SignatureShown(lapses_at=signature.lapses_at, **signature.model_dump())
        known = signature.model_dump(include={"reference", "eservice", "kind", "unit"})
        if case is None:
            return cls(
                status=signature.status,
                identified=signature.sender is not None,
                received_at=None,
                signature=shown,
                register_notices=notices,
                **known,
            )
        of_case = case.model_dump(include=set(ApplicationBrief.model_fields))
        return cls(**{**of_case, "status": outward(case)}, signature=shown)


class SignatureState(BaseModel):
    reference: str = Field(examples=["K7MP-2XWB"])
    status: SignatureStatus
    lapses_at: datetime | None = Field(description="None when it awaits no signature any longer.")


class ApplicationToSign(BaseModel):
    """All that somebody has filled in, for its owner to read. Once it is signed or has ended, what is known of that."""

    reference: str = Field(examples=["K7MP-2XWB"])
    eservice: str = Field(examples=["varmepump"])
    title: str = Field(examples=["Ground, soil or lake heat pump"])
    status: SignatureStatus
    requested_at: datetime
    lapses_at: datetime | None = Field(description="None when it awaits no signature any longer.")
    answers: list[ReadSection]
    attachments: list[AttachmentShown]
