"""The way to one's own cases: the list of who has signed in, the code on a receipt, the link that has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import Cases, OwnCase
from portal.forms.errors import Mistake
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.models import Kind
from portal.opened import close, keep_open
from portal.pages import Page, PublicPage
from portal.providers import Providers
from portal.public.filling import sign_in_path
from portal.public.own import unanswered, unlisted

router = APIRouter()
REFERENCE, CODE = "referens", "kod"
UNKNOWN = "UnknownApplication"


@dataclass(frozen=True)
class OpeningView:
    cases: Sequence[OwnCase]
    first: str | None
    following: str | None
    boxes: Sequence[Widget]
    mistakes: Sequence[Mistake]
    sign_in: str | None
    is_not_found: bool = False


@router.get("/arenden")
async def list_own(page: PublicPage, referens: str = "", after: str = "", okand: int = 0) -> Response:
    view = await _view(page, referens, after=after, is_not_found=bool(okand))
    return unlisted(page.show("public/own_cases.html", view))


@router.post("/arenden")
async def open_with_code(page: PublicPage) -> Response:
    form = await page.form()
    reference, code = str(form.get(REFERENCE, "")).strip(), str(form.get(CODE, "")).strip()
    if not (reference and code):
        return page.again("public/own_cases.html", await _view(page, reference, code, is_sent=True))
    response = await _opened(page, reference, code)
    return response or page.again("public/own_cases.html", await _view(page, reference, code, is_not_found=True))


@router.get("/arenden/{reference}/kod/{code}")
async def follow_link(page: PublicPage, reference: str, code: str) -> Response:
    """The link has the code. It is kept in the cookie, and the address that follows has it no longer."""
    response = await _opened(page, reference, code)
    return unlisted(response or page.go(f"/arenden?referens={quote(reference)}&okand=1"))


@router.post("/arenden/{reference}/stang")
async def leave(page: PublicPage, reference: str) -> Response:
    """For who sits at somebody else's computer."""
    return close(page, page.go("/arenden"), reference)


async def _opened(page: Page, reference: str, code: str) -> Response | None:
    """On to the case, with a cookie that opens it. None when the code does not."""
    try:
        status = await page.ask(Cases).status(reference, code)
    except Refused as refused:
        if refused.code == UNKNOWN:
            return None
        raise
    return keep_open(page, page.go(f"/arenden/{status.reference}"), status.reference, code)


async def _view(
    page: Page, reference: str, code: str = "", *, after: str = "", is_sent: bool = False, is_not_found: bool = False
) -> OpeningView:
    found = await page.ask(Cases).mine(after) if page.person else None
    providers: Providers = page.request.app.state.providers
    may_sign_in = page.person is None and Kind.RESIDENT in providers.known()
    boxes = _boxes(reference, code, is_sent=is_sent, is_not_found=is_not_found and bool(code))
    return OpeningView(
        cases=found.items if found else [],
        first="/arenden" if after else None,
        following=f"/arenden?after={quote(found.next)}" if found and found.next else None,
        boxes=boxes,
        mistakes=[Mistake(one.name, one.error, one.name) for one in boxes if one.error],
        sign_in=sign_in_path(page, f"/arenden/{reference}".rstrip("/")) if may_sign_in else None,
        is_not_found=is_not_found,
    )


def _boxes(reference: str, code: str, *, is_sent: bool, is_not_found: bool) -> list[Widget]:
    labels = {REFERENCE: _("Referensnummer"), CODE: _("Kod")}
    hints = {
        REFERENCE: _("Det står på kvittensen och i våra mejl, till exempel <bdi>K7MP-2XWB</bdi>."),
        CODE: _("Du fick den när du skickade in. Den står inte i mejlen."),
    }
    typed = {REFERENCE: reference, CODE: code}
    errors = {name: unanswered(labels[name]) for name, value in typed.items() if is_sent and not value}
    if is_not_found:
        errors[CODE] = _("Koden öppnar inget ärende med det referensnumret. Kontrollera båda.")
    return [
        Widget(
            "text",
            name,
            labels[name],
            required=True,
            hint=hints[name],
            error=errors.get(name),
            value=typed[name],
            width="w-10" if name == REFERENCE else "w-20",
        )
        for name in typed
    ]
