"""The last page of an e-service: all that was answered, the declaration, and sending it in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.eservices import EServices, Receipt
from portal.clients.fees import Fees
from portal.forms.answers import in_words
from portal.forms.definition import Field, Step, missing, shown
from portal.forms.errors import REQUIRED, Mistake, Violation, first_id, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.pages import Page, PublicPage
from portal.public.filling import Filling, FillingIn, NoSuchDraft, filling_of, sign_in_path
from portal.public.places import CHANGING, CHECK, SAVED, refused_of
from portal.public.tokens import Token, token_in
from portal.public.turns import typed_in

router = APIRouter()
CHECK_PAGE = f"/e-tjanster/{{slug}}/utkast/{{token}}/{CHECK}"


@dataclass(frozen=True)
class Line:
    """A question, what was answered, and where to change it."""

    label: Markup
    lines: Sequence[Markup]
    change: str
    must_be_answered: bool


@dataclass(frozen=True)
class Part:
    title: Markup
    lines: Sequence[Line]


@dataclass(frozen=True)
class CheckView:
    service: str
    kind: str
    number: int
    action: str
    back: str
    save: str
    sign_in: str | None
    parts: Sequence[Part]
    notices: Sequence[str]
    """Why it is another kind of matter than the answers say."""
    fee: Sequence[str]
    declarations: Sequence[Widget]
    mistakes: Sequence[Mistake]


@router.get(CHECK_PAGE)
async def check(filling: FillingIn) -> Response:
    """A link leads to sign in from here, where that is needed: a form is not followed to another site."""
    if filling.token is None:
        raise NoSuchDraft
    return filling.page.show("public/check.html", await _view_of(filling, {}, ()))


@router.post(CHECK_PAGE)
async def send_in(page: PublicPage, slug: str, token: str) -> Response:
    """Send it in: once, however often the button is pressed. A draft that is gone was perhaps sent in just now."""
    opened = token_in(token)
    if opened is None:
        raise NoSuchDraft
    try:
        filling = await filling_of(page, slug, token)
    except NoSuchDraft:
        return page.go(sent_address(await _receipt(page, opened)))
    filling.require_signed_in()
    typed = typed_in(await page.form())
    answers = {**filling.asked, **parse(filling.definition.declarations, typed).answers}
    lacking = [Violation(path, REQUIRED) for path in missing(filling.definition.fields, answers)]
    found = [*lacking, *filling.violations] or await _refused_when_saved(filling, answers)
    if found:
        return page.again("public/check.html", await _view_of(filling, typed, found))
    try:
        return page.go(sent_address(await _receipt(page, opened)))
    except Refused as error:
        if error.status != 422:
            raise
        return page.again("public/check.html", await _view_of(filling, typed, [*refused_of(error)]))


async def _refused_when_saved(filling: Filling, answers: Mapping[str, Any]) -> Sequence[Violation]:
    """Leave in the draft what is sent in. One that was sent in meanwhile is not there any longer."""
    try:
        return (await filling.save(answers)).violations
    except Refused as error:
        if error.status not in (404, 422):
            raise
        return [*refused_of(error)]


async def _receipt(page: Page, token: Token) -> Receipt:
    try:
        return await page.ask(EServices).send_in(token.draft_id, token.secret)
    except Refused as error:
        if error.status == 404:
            raise NoSuchDraft from error
        raise


def sent_address(receipt: Receipt) -> str:
    """Where somebody is told that it is sent in."""
    return f"/e-tjanster/{receipt.eservice}/inskickad/{receipt.reference}/{receipt.secret}"


async def _view_of(filling: Filling, typed: Typed, violations: Iterable[Violation]) -> CheckView:
    declarations = filling.definition.declarations
    found = [_placed(one, filling) for one in mistakes(filling.definition.fields, violations)]
    steps, estimate = filling.steps, await filling.page.ask(Fees).estimate(filling.definition.id, filling.asked)
    return CheckView(
        service=filling.definition.title,
        kind=estimate.kind,
        number=len(steps) + 1,
        action=f"{filling.base}/{CHECK}",
        back=f"{filling.base}/{steps[-1].path}",
        save=f"{filling.base}/{SAVED}",
        sign_in=sign_in_path(filling.page, f"{filling.base}/{CHECK}") if filling.needs_sign_in else None,
        parts=[*(part for step in steps for part in _parts(filling, step)), *_files(filling)],
        notices=estimate.notices,
        fee=estimate.calculation.lines if estimate.calculation else (),
        declarations=page_of(declarations, typed, found),
        mistakes=found,
    )


def _placed(mistake: Mistake, filling: Filling) -> Mistake:
    """With the page on which it is mended, unless it is this one."""
    step = next((step for step in filling.steps if any(one.name == mistake.question for one in step.fields)), None)
    if step is None:
        return mistake
    row = "" if mistake.row is None else f"/{mistake.row}"
    return replace(mistake, page=f"{filling.page.address(filling.base)}/{step.path}{row}{CHANGING}")


def _parts(filling: Filling, step: Step) -> Iterator[Part]:
    """What was answered on a page; each row by itself."""
    if step.kind == "files":
        return
    answers, title = filling.asked, of_service(step.title)
    rows = answers.get(step.rows.name, []) if step.kind == "rows" else []
    change = f"{filling.base}/{step.path}"
    if not rows:
        yield Part(title, list(_told(filling, shown(step.fields, answers), answers, change)))
    for number, row in enumerate(rows):
        named = Markup("{} {}").format(title, number + 1)
        yield Part(named, list(_told(filling, shown(step.rows.fields, row), row, f"{change}/{number}")))


def _files(filling: Filling) -> Iterator[Part]:
    """The files, which have a page each, together."""
    answers = filling.asked
    pages = [step for step in filling.steps if step.kind == "files"]
    told = (_told(filling, step.fields, answers, f"{filling.base}/{step.path}") for step in pages)
    if pages:
        yield Part(_("Bilagor"), [line for lines in told for line in lines])


def _told(filling: Filling, fields: Iterable[Field], answers: Mapping[str, Any], change: str) -> Iterator[Line]:
    fields = list(fields)
    lacking = {path.partition(".")[0] for path in missing(fields, answers)}
    files = filling.files_of(fields, answers)
    for one in fields:
        answer = answers.get(one.name)
        lines = in_words(one, answer, files.get(one.name, ())) if answer is not None else ()
        link = f"{change}{CHANGING}#{first_id(one)}"
        yield Line(of_service(one.label), lines, link, one.name in lacking)
