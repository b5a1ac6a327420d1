"""The questions of the permit guide as pages, and the answers as they stand in the address."""

import operator
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from portal.clients.base import Refused
from portal.clients.permit_guide import Answers, Guide, Question, Result
from portal.forms.definition import Field, Option
from portal.forms.errors import REQUIRED, Mistake, Violation, mistakes
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.i18n import of_service, plain
from portal.pages import Page

GUIDE = "/tillstandsguiden"
LAST, DAY, MORE, VERSION, NEW = "fraga", "datum", "fler", "definition", "ny"
"""In the address beside answers: the question that was on the page, the day, whether more may be asked, the version
of the guide, and whether another has taken its place."""
OURS = (LAST, DAY, MORE, VERSION, NEW, "u")
MOST = 60
UNSURE = "vet_ej"
WITHIN = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}
TYPES = {"choice": "choice", "bool": "choice", "multi": "multi_choice", "number": "text"}


@dataclass(frozen=True)
class Asked:
    """What the address says."""

    answers: Answers
    day: str | None
    last: str | None = None
    wants_more: bool = False
    version: str | None = None
    is_new: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.answers.items() for value in values]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form takes along besides its own questions."""
        beside = {DAY: self.day, VERSION: self.version}
        return [*self.pairs, *((name, value) for name, value in beside.items() if value)]

    def without(self, names: Container[str]) -> "Asked":
        left = {name: values for name, values in self.answers.items() if name not in names}
        return replace(self, answers=left)

    def of(self, result: Result) -> "Asked":
        """What the links of a page say: the version of the guide that its result came from."""
        return replace(self, version=result.version, is_new=False)

    def path(self, rest: str, *, wants_more: bool = False, drafts: Sequence[str] = ()) -> str:
        """A page of the guide with the answers."""
        more = [*([(MORE, "1")] if wants_more else []), *(("u", draft) for draft in drafts)]
        query = urlencode([*self.hidden, *more, *([(NEW, "1")] if self.is_new else [])])
        return f"{GUIDE}{rest}?{query}" if query else f"{GUIDE}{rest}"


@dataclass(frozen=True)
class QuestionsView:
    """A question, or those that may be asked besides."""

    title: Markup | None
    widgets: Sequence[Widget]
    asked: str | None
    kept: Sequence[tuple[str, str]]
    back: str
    action: str
    number: int = 0
    most: int = 0
    unsure: str | None = None
    mistakes: Sequence[Mistake] = ()
    is_new: bool = False


def asked_in(page: Page) -> Asked:
    query = page.request.query_params
    given: dict[str, list[str]] = {}
    for name, value in query.multi_items()[:MOST]:
        if name not in OURS and value.strip():
            given.setdefault(name, []).append(value)
    return Asked(
        answers=given,
        day=query.get(DAY) or None,
        last=query.get(LAST),
        wants_more=bool(query.get(MORE)),
        version=query.get(VERSION) or None,
        is_new=bool(query.get(NEW)),
    )


def question_view(asked: Asked, result: Result, question: Question) -> QuestionsView:
    """The next question, with what is wrong when it was on the page and is not answered."""
    wrong = [Violation(question.id, REQUIRED)] if asked.last == question.id else []
    return _view(asked, result, question, {}, mistakes([field_of(question)], wrong))


def question_again(asked: Asked, result: Result, question: Question, refused: Refused) -> QuestionsView:
    """The question with what was typed, which is not an answer."""
    wrong = Mistake(question.id, of_service(refused.fields[question.id]), question.id)
    return _view(asked.without([question.id]), result, question, asked.answers, [wrong])


def _view(
    asked: Asked,
    result: Result,
    question: Question,
    typed: Mapping[str, Sequence[str]],
    wrong: Sequence[Mistake],
) -> QuestionsView:
    answered = [answer.question for answer in result.answers]
    unsure = replace(asked, answers={**asked.answers, question.id: [UNSURE]}).path("/fragor")
    return QuestionsView(
        title=None,
        widgets=page_of([field_of(question)], typed, wrong),
        asked=question.id,
        kept=asked.hidden,
        back=asked.without(answered[-1:]).path("/fragor") if answered else GUIDE,
        action=f"{GUIDE}/fragor",
        number=len(answered) + 1,
        most=len(answered) + len(result.missing),
        unsure=unsure if question.type == "number" else None,
        mistakes=wrong,
    )


def more_questions(asked: Asked, result: Result, guide: Guide) -> QuestionsView:
    wanted = {question.id for question in result.optional}
    fields = [field_of(question) for question in guide.questions if question.id in wanted]
    return QuestionsView(
        title=_("Några frågor till"),
        widgets=page_of(fields, {}),
        asked=None,
        kept=asked.hidden,
        back=asked.path("/resultat"),
        action=f"{GUIDE}/resultat",
    )


def questions_for(given: Answers, guide: Guide) -> list[Question]:
    """Those that are asked of whoever has answered so. A question hangs on those before it alone."""
    asked: dict[str, Question] = {}
    for one in guide.questions:
        if all(name in asked and _meets(given.get(name, ()), expected) for name, expected in one.ask_if.items()):
            asked[one.id] = one
    return list(asked.values())


def _meets(given: Sequence[str], expected: Any) -> bool:
    """Whether an answer, as boxes say it, is a value, any of several, any at all (`*`) or a number within limits."""
    if expected == "*":
        return bool(given)
    if isinstance(expected, Mapping):
        return any(_is_within(one, expected) for one in given)
    wanted = expected if isinstance(expected, list) else [expected]
    return not {str(one).lower() if isinstance(one, bool) else one for one in wanted}.isdisjoint(given)


def _is_within(text: str, limits: Mapping[str, float | None]) -> bool:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return False
    return all(limit is None or WITHIN[name](number, limit) for name, limit in limits.items())


def field_of(question: Question) -> Field:
    return Field(
        name=question.id,
        type=TYPES[question.type],
        label=question.label,
        required=not question.optional,
        note=question.help,
        options=_yes_no() if question.type == "bool" else _options(question),
        is_list=question.type == "multi",
    )


def _options(question: Question) -> tuple[Option, ...]:
    return tuple(Option(option.value, option.label) for option in question.options)


def _yes_no() -> tuple[Option, ...]:
    return Option("true", plain("Ja")), Option("false", plain("Nej")), Option(UNSURE, plain("Vet inte"))
