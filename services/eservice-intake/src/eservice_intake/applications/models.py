"""What people send in, and what they are told about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from eservice_intake.cases.statuses import Status
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


class ApplicationForm(SQLModel):
    model_config = {"extra": "forbid"}

    eservice: str = Field(max_length=100, schema_extra={"examples": ["klagomal-olagenhet"]})
    language: Language = Language.SWEDISH
    answers: dict[str, Any] = Field(
        description="By the field's name, as the e-service's schema says.", schema_extra={"examples": [EXAMPLE]}
    )


class ApplicationStatus(SQLModel):
    reference: str = Field(schema_extra={"examples": ["K7MP-2XWB"]})
    eservice: str = Field(schema_extra={"examples": ["klagomal-olagenhet"]})
    kind: str = Field(schema_extra={"examples": ["klagomal"]})
    unit: str = Field(schema_extra={"examples": ["halsoskydd"]})
    status: Status
    identified: bool = Field(description="Whether who sent it in has signed in with an e-identification.")
    received_at: datetime


class Receipt(ApplicationStatus):
    """What the sender keeps. The secret is shown this once."""

    id: UUID
    secret: str = Field(schema_extra={"examples": ["q1bPZ0c6Yl8vN3sTn5uXw7aRkD2eFgHj"]})
