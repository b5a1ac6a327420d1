"""The questions of the permit guide as pages, and the answers as they stand in the address."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
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
