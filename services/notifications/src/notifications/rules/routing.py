"""The queues there are, and whose each event is. `data/routing.yaml` has the first version; a broken one ends all."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from definitions.files import Problems
from definitions.kinds import Golden, OneFile, Trials, Versioned
from definitions.published import Published
from shared.errors import Text

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Strict):
    sv: Words
    en: Words


class GoldenRoute(_Strict):
    """Something that happens in a service, there perhaps to a unit's, and the queue that it must come to."""

    name: Words
    service: Literal["eservice-intake", "housing", "recruitment"]
    unit: Words | None = None
    queue: Name


class Routing(_Strict, Versioned):
    """What belongs to a unit goes to the queue of its name; who may open a case goes by its unit too."""

    queues: dict[Name, Title] = Field(min_length=1)
    houses: Name = Field(description="The queue of what happens to houses.")
    recruitment: Name = Field(description="The queue of job ads, events and registrations.")
    fallback: Name = Field(description="The queue of what belongs to no unit that has one.")
    golden: list[GoldenRoute] = Field(default_factory=list)

    def of_unit(self, unit: str | None) -> str:
        return unit if unit in self.queues else self.fallback

    def of_service(self, service: str, unit: str | None) -> str:
        return {"housing": self.houses, "recruitment": self.recruitment}.get(service) or self.of_unit(unit)


class Routings(OneFile[Routing]):
    name = "routing"
    title = Text(sv="Köer och fördelning", en="Queues and routing")
    model = Routing

    def problems(self, one: Routing) -> Problems:
        for place in ("houses", "recruitment", "fallback"):
            if (queue := getattr(one, place)) not in one.queues:
                yield place, f"there is no queue {queue}"


class RoutingTrials(Trials[Routing]):
    def preview(self, one: Routing, language: str, settings: Any) -> dict[str, Any]:
        """What goes where."""
        return {"queues": dict(_titles(one, language)), **one.model_dump(include={"houses", "recruitment", "fallback"})}

    def golden(self, one: Routing, at: datetime) -> list[Golden]:
        found = ((case, one.of_service(case.service, case.unit)) for case in one.golden)
        return [Golden(case.name, queue == case.queue, Text(sv=queue, en=queue)) for case, queue in found]

    def too_late(self, one: Routing, held: Routing, at: datetime) -> Problems:
        """A queue is not left out: tasks wait in it, and what is done there is read later."""
        for queue in held.queues.keys() - one.queues.keys():
            yield "queues", f"{queue} is missing: there may be tasks in it"


def _titles(one: Routing, language: str) -> Iterator[tuple[str, str]]:
    for name, title in one.queues.items():
        yield name, Text(sv=title.sv, en=title.en).in_language(language)


PUBLISHED = Published(Routings(Path(__file__).parents[1] / "data" / "routing.yaml"))


def routing() -> Routing:
    """What is published now."""
    return PUBLISHED.current()[Routings.name]


def queues() -> Mapping[str, Title]:
    return routing().queues
