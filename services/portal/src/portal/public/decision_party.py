"""A decision in somebody else's case that one is served, by the link in a mail. Its secret leaves the address."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.parties import Parties
from portal.i18n import gettext as _
from portal.pages import PublicPage
from portal.public.decision import ALREADY, IN_TIME, LATE, RECEIVED, appeal_view, decision_view, in_time
from portal.public.opened_links import ByLink, follow
from portal.public.own import key_in, new_key, once, refused_text, text_in, unanswered, unlisted

router = APIRouter()


@router.get("/beslut/{link_id}")
async def read_decision(link: ByLink, klart: str = "") -> Response:
    decision = await link.page.ask(Parties).decision(*link.opens)
    view = decision_view(decision, f"/beslut/{link.id}", link.page.today, klart)
    return unlisted(link.page.show("public/decision.html", view))


@router.post("/beslut/{link_id}/mottaget")
async def confirm(link: ByLink) -> Response:
    try:
        await once(link.page.ask(Parties).confirm(*link.opens, key_in(await link.page.form())))
    except Refused as refused:
        if refused.code != ALREADY:
            raise
    return link.page.go(f"/beslut/{link.id}?klart={RECEIVED}")


@router.get("/beslut/{link_id}/overklaga")
async def ask_for_appeal(link: ByLink) -> Response:
    decision = await link.page.ask(Parties).decision(*link.opens)
    view = appeal_view(decision, f"/beslut/{link.id}", link.page.today, "", new_key())
    return unlisted(link.page.show("public/appeal.html", view))


@router.post("/beslut/{link_id}/overklaga")
async def appeal(link: ByLink) -> Response:
    form, today = await link.page.form(), link.page.today
    text, key = text_in(form), key_in(form)
    error = None if text.strip() else unanswered(_("Ditt överklagande"))
    try:
        if error is None:
            made = await once(link.page.ask(Parties).appeal(*link.opens, key, text))
            done = IN_TIME if made is None or in_time(made.appeal_until, today) else LATE
            return link.page.go(f"/beslut/{link.id}?klart={done}")
    except Refused as refused:
        error = refused_text(refused)
    decision = await link.page.ask(Parties).decision(*link.opens)
    return link.page.again("public/appeal.html", appeal_view(decision, f"/beslut/{link.id}", today, text, key, error))


@router.get("/beslut/{link_id}/{secret}")
async def follow_link(page: PublicPage, link_id: str, secret: str) -> Response:
    return follow(page, f"/beslut/{link_id}", link_id, secret)
