"""Whom somebody asks about, and what they are told."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from eservice_intake.catalogue.answers import ReadSection
from shared.errors import Conflict, Text
from shared.fields import Email


class StillOpen(Conflict):
    """The person has cases that are not ended. End them first; the answer names them."""

    sv: ClassVar[str] = "Personen har ärenden som inte är avslutade. Avsluta dem först; svaret nämner dem."

    def __init__(self, diary_numbers: list[str]) -> None:
        super().__init__()
        self.diary_numbers = ", ".join(diary_numbers)

    @property
    def text(self) -> Text:
        return Text(
            sv=f"Personen har ärenden som inte är avslutade: {self.diary_numbers}. Avsluta dem först.",
            en=f"The person has cases that are not ended: {self.diary_numbers}. End them first.",
        )


class PersonForm(BaseModel):
    """One person: by the personal identity number, or by an e-mail address."""

    model_config = ConfigDict(extra="forbid")

    personal_number: str | None = Field(None, max_length=40, examples=["19811218-9876"])
    email: Email | None = None


class Erased(BaseModel):
    """What is gone, and where the person is mentioned in somebody else's case."""

    cases: list[str] = Field(description="Their diary numbers.", examples=[["MH-2026-000123"]])
    drafts: int = Field(examples=[1])
    unsigned: int = Field(description="Applications that awaited a signature, or ended without.", examples=[0])
    invitations: int = Field(description="Invitations to the business survey.", examples=[0])
    mentioned_in: list[str] = Field(
        description="Diary numbers of other people's cases with the number or the address. They stay; see to them.",
        examples=[[]],
    )


class CaseExtract(BaseModel):
    """All that is held of a case."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    reference: str = Field(examples=["K7MP-2XWB"])
    answers: list[ReadSection]
    rows: dict[str, list[dict[str, Any]]] = Field(description="Row by row, by the table they are in.", examples=[{}])


class Extract(BaseModel):
    """All that is held about a person."""

    made_at: datetime
    cases: list[CaseExtract]
    confidential: list[str] = Field(
        description="Diary numbers of the person's confidential cases. Who may open them decides what to give out.",
        examples=[[]],
    )
    unsigned: list[dict[str, Any]] = Field(description="Applications that await a signature.", examples=[[]])
    drafts: list[dict[str, Any]] = Field(examples=[[]])
    served: list[dict[str, Any]] = Field(
        description="What the person was served of other people's cases, and has appealed.", examples=[[]]
    )
    invited: list[dict[str, Any]] = Field(description="Invitations to the business survey.", examples=[[]])
    contacts: list[dict[str, Any]] = Field(examples=[[{"email": "karin@example.com", "language": "sv"}]])
    mentioned_in: list[str] = Field(description="Diary numbers of other people's cases.", examples=[[]])
