"""One request for a page: who asks, in which language, which services it asks, and how it is answered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote

import jinja2
from fastapi import Depends, Request
from fastapi.routing import iter_route_contexts
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal import sessions
from portal.clients.base import C, Caller, Services
from portal.clients.eservices import EServices
from portal.i18n import NAMES, Languages, language_of_services, speaking
from portal.menus import CASEWORK, OF_RESIDENTS, OF_STAFF, Item
from portal.models import Kind
from portal.providers import Providers, SignInNeeded, renewed
from portal.published import Published
from portal.sessions import Found, Person
from portal.settings import PortalSettings
from portal.static_files import StaticFiles
from portal.templating import environment
from shared.clock import day_in_sweden

STAFF = "/handlaggare"
PARTLY_SWEDISH = "<!--partly-swedish-->"
COLOURS = ("auto", "light", "dark")


@dataclass(frozen=True)
class Look:
    """What all pages share."""

    templates: jinja2.Environment
    settings: PortalSettings
    languages: Languages


def look_of(settings: PortalSettings, languages: Languages, files: StaticFiles) -> Look:
    return Look(environment(settings, files), settings, languages)


@dataclass(frozen=True)
class Frame:
    """What stands around every page. Templates know it as `page`."""

    language: str
    direction: str
    prefix: str
    path: str
    query: str
    colours: str
    is_staff: bool
    menu: list[Item]
    languages: list[tuple[str, str, str, str]]
    person: Person | None = None
    reference: str | None = None


class Page:
    """What a page function has: `await page.ask(Housing).houses()`, then `page.show("public/houses.html", view)`."""

    def __init__(self, request: Request, found: Found | None = None) -> None:
        self.request = request
        self.found = found
        self.look: Look = request.app.state.look
        self._services: Services = request.app.state.services

    @property
    def person(self) -> Person | None:
        return self.found.person if self.found else None

    def ask(self, service: type[C]) -> C:
        """The service, asked as the person and in the page's language."""
        token = self.person.token if self.person else None
        who = self.request.client
        caller = Caller(language_of_services(), who.host if who else "unknown", token)
        return self._services.of(service, caller)

    @property
    def today(self) -> date:
        return day_in_sweden(self.request.app.state.clock())

    @property
    def published(self) -> Published:
        known: Published = self.request.app.state.published
        return known

    async def form(self) -> FormData:
        """What was typed, and the files."""
        return await self.request.form()

    def show(self, template: str, view: object = None, status: int = 200, **headers: str) -> Response:
        """The page. A view is a frozen dataclass: all that the template shows, ready to be shown."""
        return self._answer(template, view, status, headers)

    def again(self, template: str, view: object) -> Response:
        """The same page with what was typed and what is wrong with it: the answer to a POST that was refused."""
        return self._answer(template, view, 422, {})

    def go(self, path: str) -> Response:
        """On to another page: the answer to a POST that was done."""
        return RedirectResponse(self.address(path), 303)

    def address(self, path: str) -> str:
        """The path in the page's language."""
        prefix: str = self.request.scope.get("root_path", "")
        return prefix + path

    def fragment(self, template: str, view: object = None) -> str:
        """A part of a page as HTML, for a stream."""
        return self.look.templates.get_template(template).render(view=view, page=frame_of(self))

    def _answer(self, template: str, view: object, status: int, headers: Mapping[str, str]) -> Response:
        reference = reference_of(self.request) if status >= 400 and status != 422 else None
        html = self.look.templates.get_template(template).render(view=view, page=frame_of(self, reference))
        note = self.look.templates.get_template("partly_swedish.html").render() if speaking().fell_back else ""
        return HTMLResponse(html.replace(PARTLY_SWEDISH, note), status, dict(headers))


def reference_of(request: Request) -> str:
    """What somebody says on the phone, and what the log has."""
    if not hasattr(request.state, "reference"):
        request.state.reference = secrets.token_hex(4).upper()
    return str(request.state.reference)


def frame_of(page: Page, reference: str | None = None) -> Frame:
    request, catalogue = page.request, speaking().catalogue
    prefix = request.scope.get("root_path", "")
    path = request.url.path.removeprefix(prefix) or "/"
    is_staff = path == STAFF or path.startswith(f"{STAFF}/")
    colours = request.cookies.get("colours", "auto")
    return Frame(
        language=catalogue.language,
        direction=catalogue.direction,
        prefix=prefix,
        path=path,
        query=request.url.query,
        colours=colours if colours in COLOURS else "auto",
        is_staff=is_staff,
        menu=_menu(page, is_staff),
        languages=_other_languages(page.look.languages, catalogue.language, path, request.url.query),
        person=page.person,
        reference=reference,
    )


def _menu(page: Page, is_staff: bool) -> list[Item]:
    """What there is, and of that what the person's roles are for."""
    if is_staff:
        return work_of(page) if page.person else []
    there = paths_of(page.request)
    return [item for item in OF_RESIDENTS if item.path in there]


def work_of(page: Page) -> list[Item]:
    """What there is for the roles and units of the person."""
    there = paths_of(page.request)
    return [item for item in OF_STAFF if item.path in there and item.is_for(page.person, page.published)]


def paths_of(request: Request) -> frozenset[str]:
    """Every address that has a page. Looked up once."""
    state = request.app.state
    if not hasattr(state, "paths"):
        state.paths = frozenset(
            context.path for context in iter_route_contexts(request.app.routes) if context.path is not None
        )
    return frozenset(state.paths)


def _other_languages(languages: Languages, here: str, path: str, query: str) -> list[tuple[str, str, str, str]]:
    rest = quote(path) + (f"?{query}" if query else "")
    return [
        (language, NAMES[language], one.direction, rest if language == "sv" else f"/{language}{rest}")
        for language, one in languages.catalogues.items()
        if language not in (here, "xx")
    ]


async def _found(request: Request, kind: Kind, *, is_use: bool = True) -> Found | None:
    """The session of the request, its tokens renewed when they end."""
    state = request.app.state
    cookie = request.cookies.get(sessions.cookie_name(kind, state.settings))
    if not cookie:
        return None
    found = await sessions.find(state.database, kind, cookie, state.clock(), is_use=is_use)
    providers: Providers = state.providers
    current = await renewed(providers, state.database, found, state.clock()) if found else None
    request.state.found = current
    return current


async def _public(request: Request) -> Page:
    return Page(request, await _found(request, Kind.RESIDENT))


async def _staff(request: Request) -> Page:
    page = _signed_in(request, await _found(request, Kind.STAFF))
    if page.person and page.person.has(*CASEWORK):
        await page.published.keep_up(page.ask(EServices), request.app.state.clock())
    return page


async def _stream_of_staff(request: Request) -> Page:
    return _signed_in(request, await _found(request, Kind.STAFF, is_use=False))


def _signed_in(request: Request, found: Found | None) -> Page:
    if found is None:
        raise SignInNeeded(Kind.STAFF)
    return Page(request, found)


async def is_signed_in(page: Page) -> bool:
    """Whether the reader still is, who has the page open."""
    state = page.request.app.state
    return page.found is not None and await sessions.lasts(state.database, page.found, state.clock())


PublicPage = Annotated[Page, Depends(_public)]
"""For everybody; who has signed in is known."""
StaffPage = Annotated[Page, Depends(_staff)]
"""For staff who have signed in; others are sent to do so, and come back."""
StaffStream = Annotated[Page, Depends(_stream_of_staff)]
"""What a page of staff asks by itself while it is open: nobody stays signed in by it."""
