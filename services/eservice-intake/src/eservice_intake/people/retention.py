"""How long a case is kept after it has ended: data, which is read and checked when the process starts."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from definitions.files import Problems, read_file
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.business_days import end_of_period
from shared.events import Outcome

FILE = Path(__file__).parents[1] / "data" / "retention.yaml"
OUTCOMES = frozenset({"withdrawn", "merged", "closed", *Outcome})


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    months: int = Field(ge=1)
    then: Literal["delete", "anonymise"]

    def due_on(self, ended_on: date) -> date:
        return end_of_period(ended_on, self.months, "months")


class RuleSet(BaseModel):
    """The rules of cases that end from a day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: date = Field(alias="from")
    outcomes: dict[str, Rule]
    eservices: dict[str, dict[str, Rule]] = {}

    def rule_for(self, eservice: str, outcome: str) -> Rule:
        return self.eservices.get(eservice, {}).get(outcome) or self.outcomes[outcome]


def rule_for(sets: list[RuleSet], eservice: str, outcome: str, ended_on: date) -> Rule | None:
    """The rule that applies. None for a case that ended before any came into force: it is kept."""
    in_force = [one for one in sets if one.since <= ended_on]
    return max(in_force, key=lambda one: one.since).rule_for(eservice, outcome) if in_force else None


@cache
def retention() -> list[RuleSet]:
    """The rules of this package. A broken file ends the process."""
    return read_file(FILE, list[RuleSet], _problems)


def _problems(sets: list[RuleSet]) -> Problems:
    for number, one in enumerate(sets):
        if set(one.outcomes) != OUTCOMES:
            yield f"{number}.outcomes", f"name each of {', '.join(sorted(OUTCOMES))}"
        unknown = set(one.eservices) - set(catalogue().eservices)
        if unknown or not all(set(rules) <= OUTCOMES for rules in one.eservices.values()):
            yield f"{number}.eservices", "names an unknown e-service or outcome"
