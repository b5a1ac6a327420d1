"""How a delegation order is tried before it is published."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

from definitions.files import Problems
from definitions.kinds import Golden, Trials
from definitions.source import Source
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.delegation import BeyondDelegation, Decisions, GoldenDecision, Rule
from shared.errors import Text
from shared.events import Outcome

NOT_BY_THAT_ROLE = Text(sv="inte av den rollen", en="not by that role")


class DelegationTrials(Trials[Decisions]):
    def problems(self, one: Decisions, source: Source) -> Problems:
        """Rules that never apply, and decisions that nobody could take."""
        left = set(product(catalogue().eservices, catalogue().kinds, Outcome))
        for number, rule in enumerate(one.delegation):
            taken = {each for each in left if rule.fits(*each)}
            if not taken:
                yield f"delegation.{number}", f"{rule.item} never applies: earlier rules take all of it"
            left -= taken
        for kind, outcome in sorted({(kind, outcome) for _, kind, outcome in left}):
            yield "delegation", f"nobody may decide {outcome} of {kind}"

    def preview(self, one: Decisions, language: str, settings: Any) -> dict[str, Any]:
        """Who decides what, and what applicants are told of it."""
        return {
            "decisions": list(_deciders(one, language)),
            "how_to_appeal": one.told_how_to_appeal(language),
            "not_appealable": one.not_appealable.text.in_language(language),
        }

    def golden(self, one: Decisions, at: datetime) -> list[Golden]:
        return [_outcome(one, case) for case in one.golden]


def _deciders(one: Decisions, language: str) -> Iterator[dict[str, Any]]:
    for kind, outcome in product(catalogue().kinds, Outcome):
        rule = one.rule_for("", kind, outcome)
        yield {
            "kind": catalogue().kinds[kind].text.in_language(language),
            "outcome": one.outcomes[outcome].text.in_language(language),
            "by": whose(rule),
        }


def whose(rule: Rule | None) -> str | None:
    """Who takes the decisions of the rule, and by which item."""
    return f"{rule.item}: {', '.join(rule.roles)}" if rule else None


def _outcome(one: Decisions, case: GoldenDecision) -> Golden:
    try:
        item = one.item_for(case.eservice, case.kind, case.outcome, [case.role])
    except BeyondDelegation:
        item = None
    return Golden(case.name, item == case.item, _by_item(item) if item else NOT_BY_THAT_ROLE)


def _by_item(item: str) -> Text:
    return Text(sv=f"enligt punkt {item}", en=f"by item {item}")
