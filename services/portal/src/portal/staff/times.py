"""Times that people can book: opened by whoever they meet, seen with the cases they are booked for, and closed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.times import StaffTime, Times
from portal.forms.sending import FormView, Topic, empty, question, send
from portal.i18n import gettext as _
from portal.i18n import ngettext, of_service
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from portal.templating import weekday

router = APIRouter()
PATH = "/handlaggare/tider"
UNIT = "foretagslots"
USUAL = {"minutes": ["30"], "count": ["1"]}


@dataclass(frozen=True)
class Row:
    id: str
    day: str
    time: StaffTime


@dataclass(frozen=True)
class TimesView:
    rows: Sequence[Row]
    form: FormView
    first: str | None
    following: str | None
    here: str
    asked: Row | None = None
    """Which is to be closed, if one is."""
    told: Markup | None = None
    refused: Markup | None = None


@router.get(PATH)
async def times(page: StaffPage, efter: str = "", stang: str = "", oppnade: str = "", stangd: str = "") -> Response:
    view = await _view(page, empty(_opening(), USUAL), efter)
    asked = next((one for one in view.rows if one.id == stang and not one.time.is_closed), None)
    return page.show("staff/times.html", replace(view, asked=asked, told=_told(oppnade, stangd)))


@router.post(PATH)
async def open_times(page: StaffPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> int:
        return await page.ask(Times).open({**answers, "unit": UNIT}, key)

    count, form = await send(_opening(), typed_in(await page.form()), by)
    if count is None:
        return page.again("staff/times.html", await _view(page, form))
    return page.go(address(PATH, oppnade=str(count)))


@router.post(f"{PATH}/{{slot_id}}/stang")
async def close(page: StaffPage, slot_id: UUID) -> Response:
    """However often it is sent: what is closed stays closed."""
    try:
        await page.ask(Times).close(slot_id)
    except Refused as refused:
        if refused.status != 409:
            raise
        view = replace(await _view(page, empty(_opening(), USUAL)), refused=of_service(refused.detail))
        return page.again("staff/times.html", view)
    return page.go(address(PATH, stangd="1"))


async def _view(page: Page, form: FormView, after: str = "") -> TimesView:
    found = await page.ask(Times).of_unit(UNIT, after)
    rows = [Row(one.id, weekday(one.starts_at), one) for one in found.items]
    following = address(PATH, efter=found.next) if found.next else None
    return TimesView(rows, form, PATH if after else None, following, address(PATH, efter=after))


def _told(opened: str, closed: str) -> Markup | None:
    if opened.isdecimal():
        new = ngettext("%(num)s tid är öppen att boka.", "%(num)s tider är öppna att boka.", int(opened))
        return new % {"num": opened}
    return _("Tiden är stängd. Om den var bokad skickas ett mejl om det.") if closed else None


def _opening() -> list[Topic]:
    note = _("Tiderna följer direkt på varandra.")
    fields = [
        question("starts_at", "datetime", _("Den första börjar"), required=True),
        question("minutes", "integer", _("Minuter för varje tid"), required=True, min=5, max=480),
        question("count", "integer", _("Antal tider"), required=True, min=1, max=40, note=note),
        question("place", "text", _("Var"), required=True, example="Rådhuset, Östersund"),
    ]
    return [Topic(None, fields)]
