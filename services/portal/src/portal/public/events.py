"""Events to come: by day, and one with when and where it is, and its entry for a calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.recruitment import Event, Recruitment
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.pages import Page, PublicPage
from portal.public.calendar_file import handed_out
from portal.public.filters import Options, address, choices, chosen
from portal.templating import apart, clock, moment, number, weekday
from portal.views import Facts, known
from shared.clock import day_in_sweden

router = APIRouter()
LIST = "/evenemang"
KINDS = {
    "course": marked("Kurs"),
    "relocation": marked("För inflyttare"),
    "recruitment": marked("Rekrytering"),
    "trip": marked("Resa"),
}
LANGUAGES = {"sv": marked("Svenska"), "en": marked("Engelska")}


@dataclass(frozen=True)
class Entry:
    """An event in the list."""

    path: str
    title: str
    when: Markup
    place: str
    kind: Markup
    seats: Markup


@dataclass(frozen=True)
class EventsView:
    kinds: Options
    is_narrowed: bool
    days: Sequence[tuple[str, Sequence[Entry]]]
    first: str | None
    following: str | None


@dataclass(frozen=True)
class EventView:
    id: UUID
    title: str
    description: str
    facts: Facts
    is_open: bool
    is_full: bool


@router.get(LIST)
async def events(page: PublicPage, typ: str = "", after: str = "") -> Response:
    kind = chosen(typ, KINDS)
    found = await page.ask(Recruitment).events(after, kind=kind)
    by_day = groupby(found.items, lambda event: day_in_sweden(event.starts_at))
    view = EventsView(
        kinds=choices(kind, KINDS),
        is_narrowed=bool(kind),
        days=[(weekday(day), [_entry(page, event) for event in ones]) for day, ones in by_day],
        first=address(LIST, typ=kind) if after else None,
        following=address(LIST, typ=kind, after=found.next) if found.next else None,
    )
    return page.show("public/events.html", view)


@router.get(f"{LIST}/{{event_id}}")
async def event(page: PublicPage, event_id: UUID) -> Response:
    found = await page.ask(Recruitment).event(event_id)
    is_open = is_open_at(page, found)
    facts = known(_facts(page, found))
    view = EventView(found.id, found.title, found.description, facts, is_open, not found.seats_left)
    return page.show("public/event.html", view)


@router.get(f"{LIST}/{{event_id}}/kalender.ics")
async def in_calendar(page: PublicPage, event_id: UUID) -> Response:
    """The event as calendars read it."""
    found = await page.ask(Recruitment).event(event_id)
    return handed_out(page, found, f"{LIST}/{event_id}", "evenemang.ics")


def is_open_at(page: Page, event: Event) -> bool:
    """Whether one can register now."""
    is_open: bool = page.request.app.state.clock() < event.closes_at
    return is_open


def _entry(page: Page, event: Event) -> Entry:
    seats = seats_of(event) if is_open_at(page, event) else _("Anmälan har stängt")
    when = _hours(event)
    return Entry(f"{LIST}/{event.id}", event.title, when, event.place, _(KINDS[event.kind]), seats)


def _facts(page: Page, event: Event) -> Iterator[tuple[Markup, Markup]]:
    yield _("När"), when(event)
    yield _("Var"), apart(event.place)
    yield _("Typ"), _(KINDS[event.kind])
    yield _("Språk"), _(LANGUAGES[event.language])
    if is_open_at(page, event):
        yield _("Platser"), seats_of(event)
        yield _("Anmäl dig senast"), Markup.escape(moment(event.closes_at))


def seats_of(event: Event) -> Markup:
    if not event.seats_left:
        return _("Fullt. Du kan ställa dig på väntelistan.")
    return _("Ungefär %(number)s platser kvar") % {"number": number(event.seats_left)}


def when(event: Event) -> Markup:
    """The day and the hours, or both days of what ends on another."""
    if _is_one_day(event):
        return Markup("{}<br>{}").format(weekday(event.starts_at), _hours(event))
    return _("%(from)s till %(to)s") % {"from": moment(event.starts_at), "to": moment(event.ends_at)}


def _is_one_day(event: Event) -> bool:
    return day_in_sweden(event.starts_at) == day_in_sweden(event.ends_at)


def _hours(event: Event) -> Markup:
    until = clock(event.ends_at) if _is_one_day(event) else moment(event.ends_at)
    return _("kl. %(from)s–%(to)s") % {"from": apart(clock(event.starts_at)), "to": apart(until)}
