"""What is shown when something is not as it should be: what happened, what to do, a number to say and whom to phone."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from portal.clients.base import Away, Refused
from portal.models import Kind
from portal.opened import LinkNotOpened, NotOpened
from portal.pages import STAFF, Page, reference_of
from portal.providers import SIGN_IN_PATHS, NoSignIn, SignInNeeded
from portal.public.filling import NoSuchDraft
from portal.views import AgainView, ErrorView
from shared.logging import log

KNOWN = (400, 403, 404, 405, 409, 410, 412, 413, 422, 429, 500, 503)
KEEPING = (403, 404, 409, 410, 412, 422)
"""Refusals of a form that was read: what was typed is kept on the page that says so."""
LONGEST_KEPT = 200_000
USUAL_WAIT_SECONDS = 60
IN_PLACE_OF_THE_PAGE = {"HX-Retarget": "main", "HX-Reselect": "main", "HX-Reswap": "outerHTML"}
"""What scripts do with an answer that they do not expect."""


def _page(request: Request) -> Page:
    """Whoever had signed in has the menu still, if it was asked who they are."""
    return Page(request, getattr(request.state, "found", None))


def error_page(request: Request, status: int, template: str = "error.html", view: object = None) -> Response:
    shown = status if status in KNOWN else 500 if status >= 500 else 400
    log.info("an error page", status=shown, reference=reference_of(request))
    return _page(request).show(template, view or ErrorView(shown), shown)


async def _told(request: Request, view: ErrorView, template: str = "error.html") -> Response:
    """The page that says what went wrong, and keeps what was typed on a page of ours."""
    is_ours = request.method == "POST" and "endpoint" in request.scope and view.status in KEEPING
    again = await _typed(request) if is_ours else None
    return error_page(request, view.status, template, replace(view, again=again if again and again.typed else None))


async def _of_framework(request: Request, error: HTTPException) -> Response:
    return await _told(request, ErrorView(error.status_code))


async def _malformed(request: Request, _: RequestValidationError) -> Response:
    """An address or a form that no page of ours has made."""
    return await _told(request, ErrorView(404 if request.method in ("GET", "HEAD") else 422))


async def _refused(request: Request, error: Refused) -> Response:
    """What a page did not foresee that a service refuses."""
    if error.status == 401:
        return await _sign_in(request, SignInNeeded(_kind_of(request)))
    if error.status == 429:
        return await _too_often(request, error)
    if error.code == "UnknownApplication" and "reference" in request.path_params:
        return await _not_opened(request, NotOpened(request.path_params["reference"]))
    return await _told(request, ErrorView(error.status, error.detail, error.code))


async def _too_often(request: Request, error: Refused) -> Response:
    """When one can try again. What was typed is kept on a page that sends it then."""
    wait = error.retry_after or USUAL_WAIT_SECONDS
    if request.method == "POST":
        answer = await _keep_typed(request, 429, "too_often.html", wait=wait)
    else:
        answer = error_page(request, 429, view=ErrorView(429, error.detail, error.code, wait))
    answer.headers["Retry-After"] = str(wait)
    return answer


async def _away(request: Request, error: Away) -> Response:
    log.warning("a page needs a service that is away", service=error.service, reference=reference_of(request))
    if request.method == "POST":
        return await _keep_typed(request, 503, "again.html")
    return _page(request).show("error.html", ErrorView(503), 503, **{"Retry-After": str(error.retry_after or 30)})


async def _sign_in(request: Request, error: SignInNeeded) -> Response:
    """Off to sign in, and back to the same page. What was typed is kept on a page that sends it again.

    A script cannot follow to another site: it is told no, and where the page goes for it.
    """
    if request.method in ("GET", "HEAD"):
        page = urlsplit(request.headers.get("hx-current-url", str(request.url)))
        back = quote(page.path + (f"?{page.query}" if page.query else ""))
        prefix = request.scope.get("root_path", "")
        address = f"{prefix}{SIGN_IN_PATHS[error.kind]}?till={back}"
        is_scripts = "hx-request" in request.headers
        return (
            Response(status_code=401, headers={"HX-Redirect": address})
            if is_scripts
            else RedirectResponse(address, 303)
        )
    return await _keep_typed(request, 401, "signed_out_meanwhile.html", SIGN_IN_PATHS[error.kind])


async def _not_opened(request: Request, error: NotOpened) -> Response:
    """Off to open the case, with its code or by signing in. What was typed is kept on a page that sends it again."""
    opening = f"/arenden?referens={quote(error.reference, safe='')}"
    if request.method in ("GET", "HEAD"):
        return Page(request).go(opening)
    return await _keep_typed(request, 401, "closed_meanwhile.html", opening)


async def _link_not_opened(request: Request, _: LinkNotOpened) -> Response:
    if request.method in ("GET", "HEAD"):
        return error_page(request, 403, "link_closed.html")
    return await _keep_typed(request, 401, "link_closed.html")


async def _no_sign_in(request: Request, _: NoSignIn) -> Response:
    return error_page(request, 503, "no_sign_in.html")


async def _keep_typed(request: Request, status: int, template: str, first: str = "", wait: int = 0) -> Response:
    view = await _typed(request, first, wait)
    return Page(request).show(template, view, status, **IN_PLACE_OF_THE_PAGE)


async def _typed(request: Request, first: str = "", wait: int = 0) -> AgainView:
    form = await request.form()
    typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    has_files = any(not isinstance(value, str) and value.filename for _, value in form.multi_items())
    kept = typed if sum(len(value) for _, value in typed) <= LONGEST_KEPT else []
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return AgainView(address, kept, has_files, first, wait)


def _kind_of(request: Request) -> Kind:
    prefix = request.scope.get("root_path", "")
    return Kind.STAFF if request.url.path.removeprefix(prefix).startswith(STAFF) else Kind.RESIDENT


async def _no_draft(request: Request, _: NoSuchDraft) -> Response:
    return await _told(request, ErrorView(404), "public/no_draft.html")


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: _of_framework,
    RequestValidationError: _malformed,
    Refused: _refused,
    Away: _away,
    SignInNeeded: _sign_in,
    NotOpened: _not_opened,
    LinkNotOpened: _link_not_opened,
    NoSignIn: _no_sign_in,
    NoSuchDraft: _no_draft,
}


def unplanned(scope: Scope, error: Exception) -> Response:
    """The answer to a mistake of ours, which is logged."""
    request = Request(scope)
    log.error("a page failed", exc_info=error, reference=reference_of(request))
    return error_page(request, 500)
