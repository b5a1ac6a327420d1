"""What another party is asked about a case, by the link in a mail. Its secret leaves the address."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.referrals import Asked, Referrals
from portal.files import passed_on
from portal.forms.errors import Mistake
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.pages import PublicPage
from portal.public.case import File, file_of
from portal.public.opened_links import ByLink, Link, follow
from portal.public.own import key_in, mistake, new_key, once, refused_text, text_box, text_in, unanswered, unlisted

router = APIRouter()


@dataclass(frozen=True)
class ReferralView:
    asked: Asked
    path: str
    files: Sequence[File]
    box: Widget | None
    mistakes: Sequence[Mistake]
    key: str


@router.get("/remisser/{link_id}/{secret}")
async def follow_link(page: PublicPage, link_id: str, secret: str) -> Response:
    return follow(page, f"/remisser/{link_id}", link_id, secret)


@router.get("/remisser/{link_id}")
async def show_referral(link: ByLink) -> Response:
    asked = await link.page.ask(Referrals).asked(*link.opens)
    return unlisted(link.page.show("public/referral.html", _view(link, asked, "", new_key())))


@router.get("/remisser/{link_id}/filer/{file_id}")
async def fetch_file(link: ByLink, file_id: str) -> Response:
    return passed_on(await link.page.ask(Referrals).attached(*link.opens, file_id))


@router.post("/remisser/{link_id}")
async def answer(link: ByLink) -> Response:
    form = await link.page.form()
    text, key, ask = text_in(form), key_in(form), link.page.ask(Referrals)
    error = None if text.strip() else unanswered(_("Ert yttrande"))
    try:
        if error is None:
            await once(ask.answer(*link.opens, key, text))
            return link.page.go(f"/remisser/{link.id}")
    except Refused as refused:
        error = refused_text(refused)
    view = _view(link, await ask.asked(*link.opens), text, key, error)
    return link.page.again("public/referral.html", view)


def _view(link: Link, asked: Asked, text: str, key: str, error: Markup | None = None) -> ReferralView:
    may_answer = asked.question is not None and asked.answered_at is None
    hint = _("Skriv ”Vi har inget att invända” om det är så.")
    return ReferralView(
        asked=asked,
        path=f"/remisser/{link.id}",
        files=[file_of(one) for one in asked.attachments],
        box=text_box(_("Ert yttrande"), text, hint, error) if may_answer else None,
        mistakes=mistake(error),
        key=key,
    )
