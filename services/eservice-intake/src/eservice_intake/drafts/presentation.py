"""Drafts as those who fill them in are shown them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from eservice_intake.attachments.models import AttachmentShown
from eservice_intake.drafts.models import Draft
from shared.errors import Violation
from shared.events import Language
from web.refusals import ViolationShown

SHORT = {"field": "description", "code": "min_length", "message": "Write at least 20 characters."}


class DraftSaved(SQLModel):
    id: UUID
    saved_at: datetime
    expires_at: datetime = Field(description="When it goes, unless it is saved again.")
    violations: list[ViolationShown] = Field(
        description="What is wrong so far. What has no answer yet is not named.", schema_extra={"examples": [[SHORT]]}
    )


class DraftReceipt(DraftSaved):
    """The secret is shown this once."""

    secret: str = Field(schema_extra={"examples": ["q1bPZ0c6Yl8vN3sTn5uXw7aRkD2eFgHj"]})


class DraftShown(DraftSaved):
    eservice: str = Field(schema_extra={"examples": ["klagomal-olagenhet"]})
    definition: str | None = Field(
        description="The version that it was begun with, and is judged by. With `{id}` and it, the form is fetched.",
        schema_extra={"examples": ["5f0c" * 16]},
    )
    language: Language
    answers: dict[str, Any] = Field(schema_extra={"examples": [{"nuisance": "buller"}]})
    attachments: list[AttachmentShown] = Field(description="The files that the answers name.")


def saved(draft: Draft, violations: Iterable[Violation], language: Language) -> dict[str, Any]:
    """What is said of a draft whenever it is."""
    kept = draft.model_dump(include={"id", "saved_at", "expires_at"})
    return {**kept, "violations": [ViolationShown.of(one, language) for one in violations]}
