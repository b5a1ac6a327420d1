"""Who may decide what, read from `data/decisions.yaml` when the process starts. A broken file ends it."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from definitions.files import Problems, read_file
from eservice_intake.catalogue.labels import Labelled, Words
from shared.errors import Forbidden
from shared.events import Outcome

FILE = Path(__file__).parents[1] / "data" / "decisions.yaml"


class BeyondDelegation(Forbidden):
    """Your delegation does not reach this decision. Propose it: somebody else, whose delegation does, decides."""

    concerns_security = False
    sv = "Din delegation räcker inte till beslutet. Föreslå det, så beslutar någon annan vars delegation räcker."


class OutcomeWords(Labelled):
    appealable: bool


class Rule(BaseModel):
    """An item of the delegation order: to which decisions it applies, and which roles decide them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: Words
    eservices: list[Words] | None = Field(None, min_length=1)
    kinds: list[Words] | None = Field(None, min_length=1)
    outcomes: list[Outcome] | None = Field(None, min_length=1)
    roles: list[Words] = Field(min_length=1)

    def fits(self, eservice: str, kind: str, outcome: Outcome) -> bool:
        given = ((self.eservices, eservice), (self.kinds, kind), (self.outcomes, outcome))
        return all(wanted is None or value in wanted for wanted, value in given)


class Decisions(BaseModel):
    """How cases are decided here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcomes: dict[Outcome, OutcomeWords]
    delegation: list[Rule] = Field(min_length=1)
    how_to_appeal: Labelled
    not_appealable: Labelled
    dismissed_appeal: Labelled

    def item_for(self, eservice: str, kind: str, outcome: Outcome, roles: Collection[str]) -> str:
        """The item by which somebody with the roles decides. Raises BeyondDelegation."""
        rule = next((rule for rule in self.delegation if rule.fits(eservice, kind, outcome)), None)
        if rule is None or not set(rule.roles) & set(roles):
            raise BeyondDelegation
        return rule.item


@cache
def decisions() -> Decisions:
    return read_file(FILE, Decisions, _problems)


def _problems(found: Decisions) -> Problems:
    if missing := set(Outcome) - found.outcomes.keys():
        yield "outcomes", f"{', '.join(sorted(missing))} is missing"
