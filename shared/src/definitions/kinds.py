"""What a service says of each kind of definition that it has."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from definitions.files import Problems, read_or_exit
from definitions.source import Faulty, Source
from shared.errors import Text, Violation
from shared.events import Language


class Versioned(BaseModel):
    """A definition. What it says is JSON, and that is what is kept: a later release reads it as it was."""

    @cached_property
    def content(self) -> Any:
        """All that it says."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def version(self) -> str:
        """Another one when anything that it says is another."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()


D = TypeVar("D", bound=Versioned)


@dataclass(frozen=True)
class Golden:
    """A case that a definition gives with the outcome it must have."""

    name: str
    passed: bool
    found: Text


@dataclass(frozen=True)
class Reason:
    """What a rule makes of somebody's answers: which rule, what it leads to, its verdict, and because of what."""

    rule: str
    about: Text
    verdict: str
    because: Text


@dataclass(frozen=True)
class Seed(Generic[D]):
    """A definition as the package has it, and how it is written there."""

    one: D
    source: str


class Kind(ABC, Generic[D]):
    """A kind of definition."""

    model: type[D]
    name: str
    title: Text
    """What all of them are called."""
    is_looked_back_at = False
    """Whether what held on an earlier day is asked for: every version is then kept at hand."""

    @abstractmethod
    def seeds(self) -> Mapping[str, str]:
        """The files of the package, by the name of the file."""

    @abstractmethod
    def read(self, source: Source) -> D:
        """What is written, when all of it is right. Raises ValidationError, or Faulty with everything wrong."""

    @abstractmethod
    def name_of(self, one: D) -> str:
        """Which of its kind it is."""

    @abstractmethod
    def title_of(self, one: D) -> Text: ...

    def load(self, content: Any) -> D:
        """What is kept, back again: a strict model takes a day from JSON alone."""
        return self.model.model_validate_json(json.dumps(content))

    def seeded(self) -> dict[str, Seed[D]]:
        """What the package has. The first problem ends the process, with the file and the field it is in."""
        read = (Seed(read_or_exit(file, text, self.read), text) for file, text in self.seeds().items())
        return {self.name_of(seed.one): seed for seed in read}


class OneFile(Kind[D]):
    """A kind of which there is one, in a file of the package."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def seeds(self) -> Mapping[str, str]:
        try:
            return {self.file.name: self.file.read_text("utf-8")}
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(f"{self.file.name}: {error}") from None

    def read(self, source: Source) -> D:
        one = self.model.model_validate(source.data)
        if found := [source.located(*problem) for problem in self.problems(one)]:
            raise Faulty(*found)
        return one

    def problems(self, one: D) -> Problems:
        """What does not agree in it."""
        return iter(())

    def name_of(self, one: D) -> str:
        return self.name

    def title_of(self, one: D) -> Text:
        return self.title


class Trials(Generic[D]):
    """How a kind of definition is tried before it is published."""

    takes_answers = False
    """Whether made-up answers can be tried."""

    def problems(self, one: D, source: Source) -> Problems:
        """What is right by itself and cannot be meant, such as a rule that never applies."""
        return iter(())

    def preview(self, one: D, language: Language, settings: Any) -> dict[str, Any]:
        """What people would be shown of it."""
        return {}

    def golden(self, one: D, at: datetime) -> list[Golden]:
        """What becomes of the cases that the definition itself gives."""
        return []

    def judge(self, one: D, answers: Mapping[str, Any], at: datetime) -> list[Violation]:
        """What it says of somebody's answers."""
        return []

    def asks(self, one: D, answers: Mapping[str, Any]) -> list[str]:
        """What is asked of whoever answers so, by its names in the form. Empty where everybody is asked everything."""
        return []

    def too_late(self, one: D, held: D, at: datetime) -> Problems:
        """What it may not say otherwise than the one before, if it holds from then on: people rely on it already."""
        return iter(())

    def outcome(self, one: D, answers: Mapping[str, Any], at: datetime) -> list[Text]:
        """What answers that nothing is wrong with lead to."""
        return []

    def reasons(self, one: D, answers: Mapping[str, Any], at: datetime) -> list[Reason]:
        """What each rule makes of such answers."""
        return []
