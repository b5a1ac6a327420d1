"""Occupations that people are wanted in: the package's list to begin with, and then what staff have published."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from definitions.files import Problems
from definitions.kinds import Golden, OneFile, Trials, Versioned
from definitions.published import Published
from definitions.source import Source
from recruitment.models.ads import Sector
from recruitment.models.shown_shortages import OccupationShown, SectorShown, ShortageListShown
from shared.errors import Text, Violation
from shared.events import Language

NAME = "bristyrken"
Words = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
OF_FOUR = Violation(
    "ssyk", "ssyk", Text(sv="Ange en yrkeskod med fyra siffror.", en="Give the code of an occupation, in four digits.")
)
NOT_SHORT = Text(sv="inget bristyrke", en="not short")


class Part(BaseModel):
    """A file with anything else in it is broken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Labelled(Part):
    sv: Words
    en: Words

    @property
    def text(self) -> Text:
        return Text(sv=self.sv, en=self.en)


class Occupation(Labelled):
    ssyk: str = Field(pattern=r"^[0-9]{1,4}$", description="SSYK 2012: a code, or how several begin.")


class ShortSector(Labelled):
    id: Sector
    occupations: list[Occupation] = Field(min_length=1)


class GoldenOccupation(Part):
    """An occupation, and the sector that it is short in, if any."""

    name: Words
    ssyk: str = Field(pattern=r"^[0-9]{4}$")
    sector: Sector | None


class ShortageList(Labelled, Versioned):
    id: str
    source: Labelled = Field(description="What it is known from.")
    sectors: list[ShortSector]
    golden: list[GoldenOccupation] = Field(default_factory=list)

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """Of the codes of all occupations on it."""
        return tuple(one.ssyk for sector in self.sectors for one in sector.occupations)

    def sector_of(self, ssyk: str) -> ShortSector | None:
        """The sector that the occupation is short in."""
        wanted = (one for one in self.sectors for each in one.occupations if ssyk.startswith(each.ssyk))
        return next(wanted, None)

    def shown(self, language: Language) -> ShortageListShown:
        return ShortageListShown(
            version=self.version,
            title=self.text.in_language(language),
            source=self.source.text.in_language(language),
            sectors=[
                SectorShown(
                    id=sector.id,
                    title=sector.text.in_language(language),
                    occupations=[
                        OccupationShown(ssyk=one.ssyk, title=one.text.in_language(language))
                        for one in sector.occupations
                    ],
                )
                for sector in self.sectors
            ],
        )


class ShortageLists(OneFile[ShortageList]):
    name = "shortage-list"
    title = Text(sv="Bristyrken", en="Shortage occupations")
    model = ShortageList

    def problems(self, one: ShortageList) -> Problems:
        if one.id != NAME:
            yield "id", f"must be '{NAME}': there is one list"
        ids = [sector.id for sector in one.sectors]
        for number, sector in enumerate(ids):
            if sector in ids[:number]:
                yield f"sectors.{number}.id", f"'{sector}' is there twice"

    def name_of(self, one: ShortageList) -> str:
        return one.id

    def title_of(self, one: ShortageList) -> Text:
        return one.text


class ShortageTrials(Trials[ShortageList]):
    takes_answers = True

    def problems(self, one: ShortageList, source: Source) -> Problems:
        """An occupation that another has taken is never what somebody finds."""
        taken: list[str] = []
        for place, occupation in _placed(one):
            before = next((code for code in taken if occupation.ssyk.startswith(code)), None)
            if before is not None:
                yield place, f"never counts: '{before}' comes first and has taken it"
            taken.append(occupation.ssyk)

    def preview(self, one: ShortageList, language: Language, settings: Any) -> dict[str, Any]:
        return one.shown(language).model_dump(mode="json")

    def golden(self, one: ShortageList, at: datetime) -> list[Golden]:
        found = ((case, one.sector_of(case.ssyk)) for case in one.golden)
        return [Golden(case.name, _id(sector) == case.sector, _found(sector)) for case, sector in found]

    def judge(self, one: ShortageList, answers: Mapping[str, Any], at: datetime) -> list[Violation]:
        ssyk = answers.get("ssyk")
        return [] if isinstance(ssyk, str) and len(ssyk) == len("0000") and ssyk.isdecimal() else [OF_FOUR]

    def outcome(self, one: ShortageList, answers: Mapping[str, Any], at: datetime) -> list[Text]:
        """The sector that the occupation is short in."""
        sector = one.sector_of(answers["ssyk"])
        return [sector.text] if sector else []


def _id(sector: ShortSector | None) -> Sector | None:
    return sector.id if sector else None


def _found(sector: ShortSector | None) -> Text:
    return Text(sv=sector.id, en=sector.id) if sector else NOT_SHORT


def _placed(one: ShortageList) -> Iterator[tuple[str, Occupation]]:
    for number, sector in enumerate(one.sectors):
        for at, occupation in enumerate(sector.occupations):
            yield f"sectors.{number}.occupations.{at} ({occupation.ssyk})", occupation


PUBLISHED = Published(ShortageLists(Path(__file__).with_name("bristyrken.yaml")))


def current() -> ShortageList:
    """The list that holds now. Ends the process when the package's is broken, with the file and the field."""
    return PUBLISHED.current()[NAME]
