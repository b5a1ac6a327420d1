"""A time with staff: chosen when something has been sent in, and moved or cancelled then or by the link in the mail."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.times import FreeTime, OwnTime, Times
from portal.i18n import gettext as _
from portal.i18n import of_service, plain
from portal.pages import Page, PublicPage
from portal.public.calendar_file import handed_out
from portal.public.opened_links import ByLink, Link, follow
from portal.public.own import unlisted
from portal.public.sent import SENT, SentIn
from portal.templating import weekday
from shared.clock import day_in_sweden

router = APIRouter()
TEMPLATE = "public/times.html"
OF_LINK = "/tider/{link_id}"


@dataclass(frozen=True)
class TimesView:
    """`back` is where one came from, if that is one of our pages."""

    own: OwnTime | None
    days: Sequence[tuple[str, Sequence[FreeTime]]]
    action: str
    back: str | None
    refused: Markup | None = None

    @property
    def own_day(self) -> str | None:
        return weekday(self.own.starts_at) if self.own else None


@dataclass(frozen=True)
class DoneView:
    cancelled: bool


@dataclass(frozen=True)
class InCalendar:
    """A time as calendars read it."""

    id: str
    title: str
    description: str
    place: str
    starts_at: datetime
    ends_at: datetime


@router.get(f"{SENT}/tid")
async def choose(sent: SentIn) -> Response:
    return unlisted(sent.page.show(TEMPLATE, await _of_sent(sent)))


@router.post(f"{SENT}/tid")
async def book(sent: SentIn) -> Response:
    wanted = str((await sent.page.form()).get("tid", ""))
    refused = await _tried(sent.page, wanted, lambda ask: ask.book(sent.status.reference, sent.secret, wanted))
    if refused:
        return sent.page.again(TEMPLATE, await _of_sent(sent, refused))
    return sent.page.go(f"{sent.path}/tid")


@router.post(f"{SENT}/tid/avbokning")
async def cancel(sent: SentIn) -> Response:
    refused = await _tried(sent.page, "-", lambda ask: ask.cancel(sent.status.reference, sent.secret))
    if refused:
        return sent.page.again(TEMPLATE, await _of_sent(sent, refused))
    return sent.page.go(f"{sent.path}/tid")


@router.get(f"{SENT}/tid/kalender.ics")
async def in_calendar(sent: SentIn) -> Response:
    return _calendar(sent.page, await sent.page.ask(Times).own(sent.status.reference, sent.secret))


@router.get("/tider/klart")
async def tell_that_it_is_done(page: PublicPage, hur: str = "") -> Response:
    return unlisted(page.show("public/times_done.html", DoneView(hur == "avbokad")))


@router.get(f"{OF_LINK}/kalender.ics")
async def in_calendar_by_link(link: ByLink) -> Response:
    return _calendar(link.page, await link.page.ask(Times).by_link(*link.opens))


@router.get(f"{OF_LINK}/{{secret}}")
async def follow_link(page: PublicPage, link_id: str, secret: str) -> Response:
    return follow(page, f"/tider/{link_id}", link_id, secret)


@router.get(OF_LINK)
async def show_by_link(link: ByLink) -> Response:
    return unlisted(link.page.show(TEMPLATE, await _of_link(link)))


@router.post(OF_LINK)
async def move_by_link(link: ByLink) -> Response:
    wanted = str((await link.page.form()).get("tid", ""))
    refused = await _tried(link.page, wanted, lambda ask: ask.move_by_link(*link.opens, wanted))
    if refused:
        return link.page.again(TEMPLATE, await _of_link(link, refused))
    return link.page.go("/tider/klart")


@router.post(f"{OF_LINK}/avbokning")
async def cancel_by_link(link: ByLink) -> Response:
    refused = await _tried(link.page, "-", lambda ask: ask.cancel_by_link(*link.opens))
    if refused:
        return link.page.again(TEMPLATE, await _of_link(link, refused))
    return link.page.go("/tider/klart?hur=avbokad")


async def _tried(page: Page, wanted: str, do: Callable[[Times], Awaitable[None]]) -> Markup | None:
    """Why it could not be done, in words; None when it was."""
    if not wanted:
        return _("Välj en tid.")
    try:
        await do(page.ask(Times))
    except Refused as refused:
        if refused.status != 409:
            raise
        return of_service(refused.detail)
    return None


async def _of_sent(sent: SentIn, refused: Markup | None = None) -> TimesView:
    ask = sent.page.ask(Times)
    own, days = await asyncio.gather(ask.own(sent.status.reference, sent.secret), _days(ask, sent.definition.id))
    return TimesView(own, days, f"{sent.path}/tid", sent.path, refused)


async def _of_link(link: Link, refused: Markup | None = None) -> TimesView:
    ask = link.page.ask(Times)
    own = await ask.by_link(*link.opens)
    return TimesView(own, await _days(ask, own.eservice), f"/tider/{link.id}", None, refused)


async def _days(ask: Times, eservice: str) -> list[tuple[str, Sequence[FreeTime]]]:
    free = await ask.free(eservice)
    return [(weekday(day), [*ones]) for day, ones in groupby(free, lambda time: day_in_sweden(time.starts_at))]


def _calendar(page: Page, own: OwnTime | None) -> Response:
    if own is None:
        return page.go("/arenden")
    title = plain("Tid med %(name)s") % {"name": own.host_name}
    about = plain("Ärende %(reference)s") % {"reference": own.reference}
    time = InCalendar(own.id, title, about, own.place, own.starts_at, own.ends_at)
    return handed_out(page, time, "/arenden", "tid.ics")
