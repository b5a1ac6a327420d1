"""Who may decide what: `data/decisions.yaml` has it to begin with, and a broken file there ends the process."""

from collections.abc import Collection, Set
from datetime import datetime
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict, Field

from definitions.files import Problems
from definitions.kinds import OneFile, Versioned
from definitions.published import Published
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.catalogue.labels import Labelled, Role, Words
from shared.errors import Forbidden, Text
from shared.events import Outcome


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
    roles: list[Role] = Field(min_length=1)

    def fits(self, eservice: str, kind: str, outcome: Outcome) -> bool:
        given = ((self.eservices, eservice), (self.kinds, kind), (self.outcomes, outcome))
        return all(wanted is None or value in wanted for wanted, value in given)


class GoldenDecision(BaseModel):
    """A decision, and the item by which somebody with the role takes it: not at all, when none is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    eservice: Words
    kind: Words
    outcome: Outcome
    role: Role
    item: Words | None = None


class Decisions(Versioned):
    """How cases are decided here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcomes: dict[Outcome, OutcomeWords]
    delegation: list[Rule] = Field(min_length=1)
    how_to_appeal: Labelled
    not_appealable: Labelled
    dismissed_appeal: Labelled
    golden: list[GoldenDecision] = Field(default_factory=list)

    def told_how_to_appeal(self, language: str) -> str:
        """In paragraphs, wherever the lines of the file break."""
        paragraphs = self.how_to_appeal.text.in_language(language).split("\n\n")
        return "\n\n".join(" ".join(one.split()) for one in paragraphs)

    def rule_for(self, eservice: str, kind: str, outcome: Outcome) -> Rule | None:
        """The one that says whose such a decision is."""
        return next((rule for rule in self.delegation if rule.fits(eservice, kind, outcome)), None)

    def item_for(self, eservice: str, kind: str, outcome: Outcome, roles: Collection[str]) -> str:
        """The item by which somebody with the roles decides. Raises BeyondDelegation."""
        rule = self.rule_for(eservice, kind, outcome)
        if rule is None or not set(rule.roles) & set(roles):
            raise BeyondDelegation
        return rule.item


class Delegation(OneFile[Decisions]):
    name = "delegation"
    title = Text(sv="Delegationsordningen", en="The delegation order")
    model = Decisions
    is_looked_back_at = True

    def problems(self, one: Decisions) -> Problems:
        if missing := set(Outcome) - one.outcomes.keys():
            yield "outcomes", f"{', '.join(sorted(missing))} is missing"
        for number, rule in enumerate(one.delegation):
            yield from catalogue().unknown(f"delegation.{number}", rule.eservices, rule.kinds)
        yield from _blanks("how_to_appeal", one.how_to_appeal, {"diary_number"})
        yield from _blanks("dismissed_appeal", one.dismissed_appeal, {"received_on", "appeal_until"})


def _blanks(place: str, words: Labelled, known: Set[str]) -> Problems:
    """What stands within braces is filled in, and has to be known."""
    for language, text in (("sv", words.sv), ("en", words.en)):
        try:
            found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield f"{place}.{language}", str(error)
            continue
        if found - known:
            yield f"{place}.{language}", f"only {', '.join(sorted(known))} may stand within braces"


PUBLISHED = Published(Delegation(Path(__file__).parents[1] / "data" / "decisions.yaml"))


def decisions(at: datetime | None = None) -> Decisions:
    """How cases are decided now; or how they were then, by which a decision of that time is read."""
    return PUBLISHED.current()[Delegation.name] if at is None else PUBLISHED.at(Delegation.name, at)
