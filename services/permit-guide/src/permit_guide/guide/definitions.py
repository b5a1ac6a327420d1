"""The shape of a guide's file: its questions, and what they are asked for."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from permit_guide.guide.conditions import Conditions, Strict
from shared.errors import Text
from shared.events import Code

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Labelled(Strict):
    """Something people read, in both languages."""

    sv: Words
    en: Words

    @property
    def text(self) -> Text:
        return Text(sv=self.sv, en=self.en)


class Option(Labelled):
    value: Name


class Question(Labelled):
    id: Name
    type: Literal["choice", "multi", "bool", "number"]
    options: list[Option] = Field(default_factory=list)
    ask_if: Conditions = Field(default_factory=dict, description="Asked when these hold; without any, always.")
    help: Labelled | None = None

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(option.value for option in self.options)


class Guide(Labelled):
    id: Code
    questions: list[Question] = Field(min_length=1)
