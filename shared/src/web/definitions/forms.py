"""What staff send and are shown of definitions."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from definitions.models import DefinitionStatus
from shared.fields import Line
from web.refusals import ViolationShown

LONGEST_SOURCE = 200_000
LONGEST_NOTE = 500
SOURCE = "id: klagomal-olagenhet\nsv: Klagomål om olägenhet\nen: Complaint about nuisance\n"
VERSION = "5f0c" * 16
Version = Annotated[str, Field(description="The hash of what it says.", examples=[VERSION])]
Place = Annotated[str, Field(examples=["fields.3.note"])]
EarlierVersion = Annotated[
    str | None, Query(max_length=64, description="An earlier version that something was begun with.")
]
Note = Annotated[Line, Field(max_length=LONGEST_NOTE, description="Why, for who approves it.", examples=["Klarare."])]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Upload(Form):
    source: str = Field(min_length=1, max_length=LONGEST_SOURCE, description="YAML.", examples=[SOURCE])
    note: Note


class NewText(Form):
    place: str = Field(max_length=300, description="As `texts` names it.", examples=["fields.3.note"])
    language: Literal["sv", "en"]
    text: str = Field(min_length=1, max_length=5_000, examples=["Så djupt som det är borrat, i meter."])


class NewTexts(Form):
    texts: list[NewText] = Field(min_length=1, max_length=500)
    note: Note


class Publication(Form):
    effective_at: AwareDatetime | None = Field(None, description="From when it holds; at once when it is left out.")
    earlier_close_at: AwareDatetime | None = Field(
        None, description="Until when what was begun with earlier versions is taken: 14 days later if it is left out."
    )


class Trial(Form):
    answers: dict[str, Any] = Field(description="Made up, by the question's name.", examples=[{"nuisance": "buller"}])


class DefinitionBrief(BaseModel):
    """A definition and what of it holds."""

    kind: str = Field(examples=["eservice"])
    kind_title: str = Field(examples=["E-services"])
    name: str = Field(examples=["klagomal-olagenhet"])
    title: str = Field(examples=["Complaint about nuisance"])
    version: Version
    waiting: int = Field(description="How many versions are neither published nor withdrawn.", examples=[1])


class VersionBrief(BaseModel):
    id: UUID
    kind: str = Field(examples=["eservice"])
    name: str = Field(examples=["klagomal-olagenhet"])
    version: Version
    status: DefinitionStatus
    holds: bool = Field(description="Whether it is the one that holds now.")
    note: str = Field(examples=["Klarare."])
    uploaded_by: str = Field(description="The subject of who wrote it, or `release`.", examples=["anna"])
    uploaded_at: datetime
    approved_by: str | None = Field(examples=["bo"])
    approved_at: datetime | None
    effective_at: datetime | None = Field(description="From when it holds or held.")
    closes_at: datetime | None = Field(description="Until when what was begun with it is taken.")


class Versions(BaseModel):
    """Every version of a definition, the latest first."""

    items: list[VersionBrief]
    next: None = None


class ShownChange(BaseModel):
    place: Place
    before: str | None = Field(examples=["Djup"])
    after: str | None = Field(examples=["Brunnens djup"])


class ShownText(BaseModel):
    place: Place
    sv: str = Field(examples=["Brunnens djup"])
    en: str = Field(examples=["Depth of the well"])


class ShownGolden(BaseModel):
    """A case that the definition gives, and what became of it."""

    name: str = Field(examples=["Noise at night"])
    passed: bool
    found: str = Field(examples=["accepted"])


class VersionShown(VersionBrief):
    source: str = Field(examples=[SOURCE])
    changes: list[ShownChange] = Field(description="What it says otherwise than the one that holds.")
    texts: list[ShownText] = Field(description="What people read. Each can be changed by itself.")
    golden: list[ShownGolden]
    takes_answers: bool = Field(description="Whether made-up answers can be tried.")
    can: list[Literal["approve", "publish", "withdraw"]] = Field(description="What the reader may do with it now.")


class ShownReason(BaseModel):
    """A rule, and what becomes of it by the answers."""

    rule: str = Field(examples=["R12"])
    about: str = Field(description="What it leads to when it fires.", examples=["Register the food business"])
    verdict: str = Field(examples=["fired"])
    because: str = Field(description="The answers that made it so, or what it waits for.", examples=["Sells: Tobacco"])


class Judged(BaseModel):
    """What the version says of the answers."""

    violations: list[ViolationShown]
    asked: list[str] = Field(
        description="Of a guide, the questions that are asked of whoever answers so, also when an answer is wrong. "
        "Empty where all is asked of everybody."
    )
    outcome: list[str] = Field(description="What they lead to, when nothing is wrong: of a guide what one must do.")
    reasons: list[ShownReason] = Field(description="Of a guide, every rule, when nothing is wrong.")
