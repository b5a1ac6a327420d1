"""A version of the permit guide or of the shortage list, tried with made-up answers before it is published.

Nothing is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.definitions import Definitions, Judged, OfPermitGuide, OfRecruitment, Reason
from portal.clients.permit_guide import Guide
from portal.forms.definition import Field
from portal.forms.errors import Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.sending import question
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.pages import Page, StaffPage
from portal.public.guide_questions import field_of
from portal.public.turns import typed_in
from portal.staff.definition_views import VERSIONS, asked_of, path_of

router = APIRouter()
PATH = f"{VERSIONS}/{{service}}/{{version}}/svar"
TEMPLATE = "staff/definition_answers.html"
VERDICTS = {
    "fired": (marked("Gäller"), "success"),
    "cannot_tell_yet": (marked("Går inte att säga än"), "warning"),
    "error": (marked("Kunde inte läsas"), "danger"),
    "no_match": (marked("Gäller inte"), "neutral"),
}


@dataclass(frozen=True)
class Line:
    tag: tuple[Markup, str]
    one: Reason


@dataclass(frozen=True)
class AnswersView:
    """`outcome` is what the answers lead to, none before they were tried; `lines` are the rules, as they apply."""

    path: str
    title: str
    widgets: Sequence[Widget]
    heading: Markup
    nothing: Markup
    more: Markup | str
    mistakes: Sequence[Mistake] = ()
    outcome: Sequence[str] | None = None
    lines: Sequence[Line] = ()


@dataclass(frozen=True)
class Tried:
    """How a kind of definition is asked, and what is said of what the answers lead to, or of nothing, and of more."""

    fields: Callable[[Mapping[str, Any]], Sequence[Field]]
    heading: str
    nothing: str
    more: str = ""


@router.get(PATH)
async def ask(page: StaffPage, service: str, version: UUID) -> Response:
    trial = await _trial(page, service, version)
    judged = await trial.judged({})
    return page.show(TEMPLATE, trial.view(trial.asked(judged), {}))


@router.post(PATH)
async def judge(page: StaffPage, service: str, version: UUID) -> Response:
    typed = typed_in(await page.form())
    trial = await _trial(page, service, version)
    judged = await trial.judged(typed)
    fields = trial.asked(judged)
    view = trial.view(fields, typed)
    if not judged.violations:
        return page.show(TEMPLATE, replace(view, outcome=judged.outcome, lines=_lines(judged)))
    wrong = mistakes(fields, [Violation(one.field, one.code, one.message) for one in judged.violations])
    return page.show(TEMPLATE, replace(view, widgets=page_of(fields, typed, wrong), mistakes=wrong))


@dataclass(frozen=True)
class Trial:
    """A version that is tried, and all that it may ask."""

    definitions: Definitions
    version: UUID
    title: str
    tried: Tried
    fields: Sequence[Field]

    async def judged(self, typed: Typed) -> Judged:
        return await self.definitions.judge(self.version, parse(self.fields, typed).answers)

    def asked(self, judged: Judged) -> Sequence[Field]:
        return [one for one in self.fields if one.name in judged.asked] if judged.asked else self.fields

    def view(self, fields: Sequence[Field], typed: Typed) -> AnswersView:
        path, tried = path_of(self.definitions.service, self.version), self.tried
        more = _(tried.more) if tried.more else ""
        return AnswersView(path, self.title, page_of(fields, typed), _(tried.heading), _(tried.nothing), more)


async def _trial(page: Page, service: str, version: UUID) -> Trial:
    """Raises a 404 for what is not tried so."""
    if service not in TRIED:
        raise HTTPException(404)
    definitions, tried = page.ask(asked_of(service)), TRIED[service]
    told = await definitions.preview(version)
    return Trial(definitions, version, str(told["title"]), tried, tried.fields(told))


def _of_guide(told: Mapping[str, Any]) -> Sequence[Field]:
    """Its questions. Which of them are answered is for the reader to say."""
    return [replace(field_of(one), required=False) for one in Guide.model_validate(told).questions]


def _of_list(_told: Mapping[str, Any]) -> Sequence[Field]:
    code = _("Yrkeskod")
    return [question("ssyk", "text", code, required=True, note=_("Fyra siffror enligt SSYK 2012."), example="2221")]


TRIED: Mapping[str, Tried] = {
    OfPermitGuide.service: Tried(
        _of_guide,
        marked("Det här behöver man göra"),
        marked("Inget, enligt de svaren."),
        marked("Fler frågor kan komma när svaren har prövats."),
    ),
    OfRecruitment.service: Tried(
        _of_list, marked("Yrket är ett bristyrke inom"), marked("Inget område: yrket är inte ett bristyrke.")
    ),
}


def _lines(judged: Judged) -> list[Line]:
    order = list(VERDICTS)
    ordered = sorted(judged.reasons, key=lambda one: order.index(one.verdict))
    return [Line((_(text), tone), one) for one in ordered for text, tone in (VERDICTS[one.verdict],)]
