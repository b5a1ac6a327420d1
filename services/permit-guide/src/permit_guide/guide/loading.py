"""The guide that is asked: the package's file to begin with, and what staff have published in its place."""

from datetime import datetime
from pathlib import Path

from definitions.files import Problems
from definitions.kinds import OneFile
from definitions.published import Published
from permit_guide.guide.checks import NAME, problems
from permit_guide.guide.definitions import Guide
from shared.errors import Text


class Guides(OneFile[Guide]):
    name = "guide"
    title = Text(sv="Tillståndsguiden", en="The permit guide")
    model = Guide

    def problems(self, one: Guide) -> Problems:
        return problems(one)

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
