"""The guide that is asked: the package's file to begin with, and what staff have published in its place."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from definitions.kinds import Kind
from definitions.published import Published
from definitions.source import Faulty, Source
from permit_guide.guide.checks import NAME, problems
from permit_guide.guide.definitions import Guide
from shared.errors import Text


class Guides(Kind[Guide]):
    """There is one."""

    name = "guide"
    title = Text(sv="Tillståndsguiden", en="The permit guide")

    def __init__(self, file: Path) -> None:
        self.file = file

    def seeds(self) -> Mapping[str, str]:
        return {self.file.name: self.file.read_text("utf-8")}

    def read(self, source: Source) -> Guide:
        guide = Guide.model_validate(source.data)
        if found := [source.located(*problem) for problem in problems(guide)]:
            raise Faulty(*found)
        return guide

    def load(self, content: Any) -> Guide:
        return Guide.model_validate_json(json.dumps(content))

    def content(self, one: Guide) -> Any:
        return one.content

    def version_of(self, one: Guide) -> str:
        return one.version

    def name_of(self, one: Guide) -> str:
        return one.id

    def title_of(self, one: Guide) -> Text:
        return Text(sv=one.sv, en=one.en)


GUIDES = Guides(Path(__file__).with_name("tillstandsguide.yaml"))
PUBLISHED = Published(GUIDES)


def current() -> Guide:
    """The guide that holds now. Ends the process when the package's is broken, with the file and the field."""
    return PUBLISHED.current()[NAME]


def begun_with(version: str | None, at: datetime) -> Guide:
    """The guide as the version has it, or as it is now.

    Raises VersionClosed for a version that is no longer taken, and Invalid for one that never was.
    """
    return PUBLISHED.as_of(NAME, version, at, "/permit-guide")
