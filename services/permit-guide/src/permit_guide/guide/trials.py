"""How a guide is tried before it is published."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from definitions.files import Problems
from definitions.kinds import Golden, Reason, Trials
from definitions.source import Source
from permit_guide.guide.analysis import analysis_problems, tried
from permit_guide.guide.answers import of_facts
from permit_guide.guide.definitions import Guide, Known
from permit_guide.guide.judging import asked_of, result_of
from permit_guide.guide.presentation import Presenter
from permit_guide.guide.shown import RuleShown
from shared.clock import day_in_sweden
from shared.errors import Invalid, Text, Violation
from shared.events import Language

AS_EXPECTED = Text(sv="som det ska vara", en="as expected")


class GuideTrials(Trials[Guide]):
    takes_answers = True

    def problems(self, one: Guide, source: Source) -> Problems:
        return analysis_problems(one)

    def preview(self, one: Guide, language: Language, settings: Any) -> dict[str, Any]:
        """What it asks, as `GET /permit-guide` would say."""
        return Presenter(one, language).shown().model_dump(mode="json")

    def golden(self, one: Guide, at: datetime) -> list[Golden]:
        found = ((case.name, tried(one, case)[0]) for case in one.golden)
        return [Golden(name, wrong is None, wrong or AS_EXPECTED) for name, wrong in found]

    def judge(self, one: Guide, answers: Mapping[str, Any], at: datetime) -> list[Violation]:
        try:
            self._known(one, answers)
        except Invalid as invalid:
            return list(invalid.violations)
        return []

    def asks(self, one: Guide, answers: Mapping[str, Any]) -> list[str]:
        known: Known = {}
        for name, fact in answers.items():
            with suppress(Invalid):
                known |= of_facts(one, {name: fact})
        return [question.id for question in asked_of(one, known)]

    def outcome(self, one: Guide, answers: Mapping[str, Any], at: datetime) -> list[Text]:
        """What one must do."""
        result = result_of(one, self._known(one, answers), day_in_sweden(at))
        return [Text(sv=each.obligation.sv, en=each.obligation.en) for each in result.obliged]

    def reasons(self, one: Guide, answers: Mapping[str, Any], at: datetime) -> list[Reason]:
        """Every rule, in the order of the guide."""
        known, day = self._known(one, answers), day_in_sweden(at)
        result = result_of(one, known, day)
        told = (
            Presenter(one, language).result(result, known, day).rules
            for language in (Language.SWEDISH, Language.ENGLISH)
        )
        return [_reason(sv, en) for sv, en in zip(*told, strict=True)]

    def _known(self, one: Guide, answers: Mapping[str, Any]) -> Known:
        """What the answers say. One to what is not asked counts for nothing. Raises Invalid."""
        asked = self.asks(one, answers)
        return of_facts(one, {name: fact for name, fact in answers.items() if name in asked or name not in one.by_id})


def _reason(sv: RuleShown, en: RuleShown) -> Reason:
    about = Text(sv=sv.obligation.title, en=en.obligation.title)
    because = Text(sv=_because(sv, "Regeln gäller inte i dag."), en=_because(en, "The rule does not apply today."))
    return Reason(sv.id, about, sv.verdict, because)


def _because(rule: RuleShown, not_today: str) -> str:
    """The answers that made it so, and the questions that it waits for."""
    if not rule.in_time:
        return not_today
    answers = (f"{one.label} {one.answer_label}" for one in rule.because)
    return " · ".join([*answers, *(one.title for one in rule.waits_for)])
