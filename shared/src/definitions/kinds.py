"""What a service says of each kind of definition that it has."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from definitions.files import Problems, read_or_exit
from definitions.source import Source
from shared.errors import Text, Violation

D = TypeVar("D")


@dataclass(frozen=True)
class Golden:
    """A case that a definition gives with the outcome it must have."""

    name: str
    passed: bool
    found: str


@dataclass(frozen=True)
class Seed(Generic[D]):
    """A definition as the package has it, and how it is written there."""

    one: D
    source: str


def hash_of(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Kind(ABC, Generic[D]):
    """A kind of definition. What it says is JSON, and that is what is kept: a later release reads it as it was."""

    name: str
    title: Text
    """What all of them are called."""

    @abstractmethod
    def seeds(self) -> Mapping[str, str]:
        """The files of the package, by the name of the file."""

    @abstractmethod
    def read(self, source: Source) -> D:
        """What is written, when all of it is right. Raises ValidationError, or Faulty with everything wrong."""

    @abstractmethod
    def load(self, content: Any) -> D:
        """What `content` gave, back again."""

    @abstractmethod
    def content(self, one: D) -> Any:
        """All that it says, as JSON."""

    @abstractmethod
    def name_of(self, one: D) -> str:
        """Which of its kind it is."""

    @abstractmethod
    def title_of(self, one: D) -> Text: ...

    def version_of(self, one: D) -> str:
        """Another one when anything that it says is another."""
        return hash_of(self.content(one))

    def seeded(self) -> dict[str, Seed[D]]:
        """What the package has. The first problem ends the process, with the file and the field it is in."""
        read = (Seed(read_or_exit(file, text, self.read), text) for file, text in self.seeds().items())
        return {self.name_of(seed.one): seed for seed in read}


class Trials(Generic[D]):
    """How a kind of definition is tried before it is published."""

    has_form = False
    """Whether its preview has a form, with which made-up answers are tried."""

    def problems(self, one: D, source: Source) -> Problems:
        """What is right by itself and cannot be meant, such as a rule that never applies."""
        return iter(())

    def preview(self, one: D, language: str, settings: Any) -> dict[str, Any]:
        """What people would be shown of it."""
        return {}

    def golden(self, one: D, at: datetime) -> list[Golden]:
        """What becomes of the cases that the definition itself gives."""
        return []

    def judge(self, one: D, answers: Mapping[str, Any], at: datetime) -> list[Violation]:
        """What it says of somebody's answers."""
        return []

    def too_late(self, one: D, held: D, at: datetime) -> Problems:
        """What it may not say otherwise than the one before, if it holds from then on: people rely on it already."""
        return iter(())
