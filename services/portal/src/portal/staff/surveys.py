"""The rounds of the business survey: opened, companies invited, who has answered, closed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.surveys import Invited, RoundOfStaff, RoundWithCompanies, SurveysClient
from portal.forms.errors import Violation
from portal.forms.sending import FormView, Topic, empty, question, send, shown_again
from portal.i18n import gettext as _
from portal.i18n import ngettext, of_service
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in

router = APIRouter()
PATH = "/handlaggare/undersokningar"
COLUMNS = ("orgnr", "name", "email")
MOST_WRONG = 5


@dataclass(frozen=True)
class RoundsView:
    """`form` opens a round. It is there when none is open."""

    rounds: Sequence[RoundOfStaff]
    form: FormView | None
    first: str | None
    following: str | None


@dataclass(frozen=True)
class RoundView:
    path: str
    round: RoundWithCompanies
    form: FormView
    wrong: Sequence[Markup] = ()
    """What is wrong with the companies, line by line."""
    is_new: bool = False
    is_closing: bool = False
    told: Markup | None = None


@router.get(PATH)
async def rounds(page: StaffPage, efter: str = "") -> Response:
    return page.show("staff/surveys.html", await _rounds(page, empty(_opening()), efter))


@router.post(PATH)
async def open_round(page: StaffPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> RoundOfStaff:
        return await page.ask(SurveysClient).open(answers, key)

    opened, form = await send(_opening(), typed_in(await page.form()), by)
    if opened is None:
        return page.again("staff/surveys.html", replace(await _rounds(page, form), form=form))
    return page.go(f"{PATH}/{opened.id}?ny=1")


@router.get(f"{PATH}/{{round_id}}")
async def one_round(
    page: StaffPage, round_id: UUID, ny: str = "", stang: str = "", inbjudna: str = "", kanda: str = ""
) -> Response:
    view = await _round(page, round_id, empty(_invitation()))
    told = _told(int(inbjudna), int(kanda)) if inbjudna.isdecimal() and kanda.isdecimal() else None
    is_closing = bool(stang) and view.round.closed_at is None
    return page.show("staff/survey.html", replace(view, is_new=bool(ny), is_closing=is_closing, told=told))


@router.post(f"{PATH}/{{round_id}}/inbjudningar")
async def invite(page: StaffPage, round_id: UUID) -> Response:
    """All of them or none: what is wrong is told line by line."""
    typed = typed_in(await page.form())
    wrong: list[Markup] = []

    async def by(answers: dict[str, Any], key: str) -> Invited:
        companies = companies_in(answers["companies"])
        try:
            return await page.ask(SurveysClient).invite(round_id, [one for _line, one in companies], key)
        except Refused as refused:
            wrong.extend(_by_line(refused, [line for line, _one in companies]))
            raise

    done, form = await send(_invitation(), typed, by)
    if done is not None:
        return page.go(address(f"{PATH}/{round_id}", inbjudna=str(done.invited), kanda=str(done.known)))
    if wrong:
        said = _("Rätta raderna som står ovanför rutan. Ingen är inbjuden ännu.")
        form = shown_again(_invitation(), typed, [Violation("companies", "lines", said)])
    return page.again("staff/survey.html", replace(await _round(page, round_id, form), wrong=wrong))


@router.post(f"{PATH}/{{round_id}}/stang")
async def close(page: StaffPage, round_id: UUID) -> Response:
    """However often it is sent: it is closed once."""
    try:
        await page.ask(SurveysClient).close(round_id)
    except Refused as refused:
        if refused.code != "RoundClosed":
            raise
    return page.go(f"{PATH}/{round_id}")


def companies_in(text: str) -> list[tuple[int, dict[str, str]]]:
    """A company on each line, as it is copied from a spreadsheet or written with semicolons, and its line's number."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    return [(number, _company(line)) for number, line in lines]


def _company(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split("\t" if "\t" in line else ";")]
    return dict(zip(COLUMNS, [*parts, "", "", ""], strict=False))


def _by_line(refused: Refused, lines: Sequence[int]) -> list[Markup]:
    """What is wrong with each line. Nothing when something else is wrong than the lines."""
    found = []
    for path, message in refused.fields.items():
        _name, _dot, rest = path.partition(".")
        number, _dot, column = rest.partition(".")
        if number.isdecimal() and column in COLUMNS:
            names = {"orgnr": _("organisationsnumret"), "name": _("namnet"), "email": _("e-postadressen")}
            known = {"line": lines[int(number)], "column": names[column], "message": of_service(message)}
            found.append(_("Rad %(line)s, %(column)s: %(message)s") % known)
    return found[:MOST_WRONG]


def _told(invited: int, known: int) -> Markup:
    new = ngettext("%(num)s företag är inbjudet.", "%(num)s företag är inbjudna.", invited) % {"num": invited}
    return new if not known else new + " " + (_("%(count)s var det redan och får inget nytt mejl.") % {"count": known})


async def _rounds(page: Page, form: FormView, after: str = "") -> RoundsView:
    client = page.ask(SurveysClient)
    found, surveys = await asyncio.gather(client.rounds(after), client.surveys())
    following = address(PATH, efter=found.next) if found.next else None
    return RoundsView(found.items, None if surveys.open else form, PATH if after else None, following)


async def _round(page: Page, round_id: UUID, form: FormView) -> RoundView:
    return RoundView(f"{PATH}/{round_id}", await page.ask(SurveysClient).round(round_id), form)


def _opening() -> list[Topic]:
    fields = [
        question("name", "text", _("Omgångens namn"), required=True, note=_("Alla ser namnet."), example="Hösten 2026"),
        question("answer_by", "date", _("Sista dag att svara"), required=True),
    ]
    return [Topic(None, fields)]


def _invitation() -> list[Topic]:
    note = _(
        "Ett företag på varje rad: organisationsnummer; namn; e-postadress. För ett företag i ett annat land: land och "
        "nummer, till exempel <bdi>FI 1234567-8</bdi>. Det går att klistra in från ett kalkylark."
    )
    return [Topic(None, [question("companies", "textarea", _("Företag att bjuda in"), required=True, note=note)])]
