"""Times that people can book: opened by whoever they meet, seen with the cases they are booked for, and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.eservices import EServices
from portal.clients.times import StaffTime, Times
from portal.forms.definition import Option
from portal.forms.sending import FormView, Topic, empty, question, send
from portal.i18n import gettext as _
from portal.i18n import ngettext, of_service
from portal.menus import has_times, units_of
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from portal.templating import weekday

router = APIRouter()
PATH = "/handlaggare/tider"
USUAL = {"minutes": ["30"], "count": ["1"]}


@dataclass(frozen=True)
class Row:
    id: str
    day: str
    unit: str
    time: StaffTime


@dataclass(frozen=True)
class Units:
    """All units by name, and those of the reader that times can be booked with."""

    names: Mapping[str, str]
    own: Sequence[str]


@dataclass(frozen=True)
class TimesView:
    """`has_units` is that there is more than one to tell apart; without a form there is none to open times for."""

    rows: Sequence[Row]
    has_units: bool
    form: FormView | None
    first: str | None
    following: str | None
    here: str
    asked: Row | None = None
    """Which is to be closed, if one is."""
    told: Markup | None = None
    refused: Markup | None = None


@router.get(PATH)
async def times(page: StaffPage, efter: str = "", stang: str = "", oppnade: str = "", stangd: str = "") -> Response:
    units = await _units(page)
    view = await _view(page, units, empty(_opening(units), USUAL), efter)
    asked = next((one for one in view.rows if one.id == stang and not one.time.is_closed), None)
    return page.show("staff/times.html", replace(view, asked=asked, told=_told(oppnade, stangd)))


@router.post(PATH)
async def open_times(page: StaffPage) -> Response:
    units = await _units(page)
    if not units.own:
        raise HTTPException(403)

    async def by(answers: dict[str, Any], key: str) -> int:
        return await page.ask(Times).open({"unit": units.own[0], **answers}, key)

    count, form = await send(_opening(units), typed_in(await page.form()), by)
    if count is None:
        return page.again("staff/times.html", await _view(page, units, form))
    return page.go(address(PATH, oppnade=str(count)))


@router.post(f"{PATH}/{{slot_id}}/stang")
async def close(page: StaffPage, slot_id: UUID) -> Response:
    """However often it is sent: what is closed stays closed."""
    try:
        await page.ask(Times).close(slot_id)
    except Refused as refused:
        if refused.status != 409:
            raise
        units = await _units(page)
        view = await _view(page, units, empty(_opening(units), USUAL))
        return page.again("staff/times.html", replace(view, refused=of_service(refused.detail)))
    return page.go(address(PATH, stangd="1"))


async def _units(page: Page) -> Units:
    eservices = await page.ask(EServices).all()
    page.published.learn(eservices)
    own = units_of(page.person, page.published.units_with(has_times)) if page.person else []
    return Units({one.unit: one.unit_label for one in eservices}, own)


async def _view(page: Page, units: Units, form: FormView, after: str = "") -> TimesView:
    found = await page.ask(Times).of_units(after)
    rows = [Row(one.id, weekday(one.starts_at), units.names.get(one.unit, one.unit), one) for one in found.items]
    return TimesView(
        rows=rows,
        has_units=len({*units.own, *(one.unit for one in found.items)}) > 1,
        form=form if units.own else None,
        first=PATH if after else None,
        following=address(PATH, efter=found.next) if found.next else None,
        here=address(PATH, efter=after),
    )


def _told(opened: str, closed: str) -> Markup | None:
    if opened.isdecimal():
        new = ngettext("%(num)s tid är öppen att boka.", "%(num)s tider är öppna att boka.", int(opened))
        return new % {"num": opened}
    return _("Tiden är stängd. Om den var bokad skickas ett mejl om det.") if closed else None


def _opening(units: Units) -> list[Topic]:
    """With whom is asked where it can be more than one unit."""
    note = _("Tiderna följer direkt på varandra.")
    choices = tuple(Option(unit, of_service(units.names[unit])) for unit in units.own)
    fields = [
        *([question("unit", "choice", _("Enhet"), required=True, options=choices)] if len(choices) > 1 else ()),
        question("starts_at", "datetime", _("Den första börjar"), required=True),
        question("minutes", "integer", _("Minuter för varje tid"), required=True, min=5, max=480),
        question("count", "integer", _("Antal tider"), required=True, min=1, max=40, note=note),
        question("place", "text", _("Var"), required=True, example="Rådhuset, Östersund"),
    ]
    return [Topic(None, fields)]
