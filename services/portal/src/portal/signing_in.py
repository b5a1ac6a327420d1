"""Signing in and out: by links, since a form that leads to another site is stopped by our own policy."""

from functools import partial
from typing import Any
from uuid import UUID

import httpx2
from authlib.common.errors import AuthlibBaseError
from fastapi import APIRouter, Request
from joserfc.errors import JoseError
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal import sessions
from portal.clients.base import Away
from portal.errors import error_page
from portal.i18n import speaking
from portal.models import Kind
from portal.pages import Page, PublicPage, StaffPage
from portal.providers import CALLBACK, SIGN_IN_PATHS, Providers, person_of
from portal.sessions import Person
from portal.settings import PortalSettings
from shared.logging import log

ROUND_TRIP_SECONDS = 600
AFTERWARDS = {Kind.STAFF: "/handlaggare", Kind.RESIDENT: "/"}
router = APIRouter()


def sign_in_routes(settings: PortalSettings) -> list[Route]:
    """The way there and back. Only they have the signed cookie, which knows what was asked and where one comes back."""
    layers = [
        Middleware(
            SessionMiddleware,
            secret_key=settings.portal_key.get_secret_value(),
            session_cookie=sessions.cookie_name("login", settings),
            max_age=ROUND_TRIP_SECONDS,
            same_site="lax",
            https_only=settings.has_tls,
        )
    ]
    there = [Route(path, partial(_leave, kind), middleware=layers) for kind, path in SIGN_IN_PATHS.items()]
    return [*there, Route(CALLBACK, _come_back, middleware=layers)]


async def _leave(kind: Kind, request: Request) -> Response:
    providers: Providers = request.app.state.providers
    client = providers.of(kind)
    language = speaking().catalogue.language
    try:
        asked = await client.create_authorization_url(providers.callback, ui_locales=language)
    except httpx2.HTTPError as error:
        raise Away("issuer") from error
    to = _within(request.query_params.get("till", "")) or request.scope.get("root_path", "") + AFTERWARDS[kind]
    await client.save_authorize_data(request, redirect_uri=providers.callback, to=to, **asked)
    return RedirectResponse(asked["url"], 303)


async def _come_back(request: Request) -> Response:
    providers: Providers = request.app.state.providers
    state = request.query_params.get("state", "")
    for kind, client in providers.known().items():
        asked = await client.framework.get_state_data(request.session, state)
        if asked is not None:
            return await _signed_in(request, kind, client, asked["to"])
    return error_page(request, 400, "sign_in_again.html")


async def _signed_in(request: Request, kind: Kind, client: Any, to: str) -> Response:
    try:
        tokens = await client.authorize_access_token(request)
        person = person_of(kind, tokens)
    except (AuthlibBaseError, JoseError, KeyError) as error:
        log.warning("a sign-in failed", kind=str(kind), error=type(error).__name__)
        return error_page(request, 400, "sign_in_again.html")
    except httpx2.HTTPError as error:
        raise Away("issuer") from error
    response = RedirectResponse(to, 303)
    await _begin(request, person, response)
    return response


async def _begin(request: Request, person: Person, response: Response) -> None:
    """A new id in place of any that was there."""
    state = request.app.state
    await _end(request, person.kind)
    cookie = await sessions.begin(state.database, person, request.headers.get("user-agent", ""), state.clock())
    sessions.set_cookie(response, state.settings, sessions.cookie_name(person.kind, state.settings), cookie)


async def _end(request: Request, kind: Kind) -> None:
    """End the session of the browser's cookie. The issuer is not asked: one can sign out while it is away."""
    state = request.app.state
    cookie = request.cookies.get(sessions.cookie_name(kind, state.settings))
    if cookie:
        await sessions.forget(state.database, kind, cookie)


@router.post("/logga-ut")
async def sign_out(request: Request) -> Response:
    return await _signed_out(request, Kind.RESIDENT)


@router.post("/handlaggare/logga-ut")
async def sign_staff_out(request: Request) -> Response:
    return await _signed_out(request, Kind.STAFF)


async def _signed_out(request: Request, kind: Kind) -> Response:
    await _end(request, kind)
    response = Page(request).go("/utloggad")
    settings: PortalSettings = request.app.state.settings
    response.delete_cookie(sessions.cookie_name(kind, settings), path="/", secure=settings.has_tls, httponly=True)
    return response


@router.get("/utloggad")
async def signed_out(page: PublicPage) -> Response:
    return page.show("public/signed_out.html")


@router.post("/handlaggare/installningar/inloggningar/{session_id}/avsluta")
async def end_session(page: StaffPage, session_id: UUID) -> Response:
    """Sign out of one of one's own sessions, on another machine perhaps."""
    assert page.person is not None
    await sessions.end(page.request.app.state.database, page.person, session_id)
    return page.go("/handlaggare/installningar")


def _within(path: str) -> str:
    """The path, if it leads to a page of ours."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path else ""
