"""What somebody has registered for, by the link in the mail, which they may cancel. Its secret leaves the address."""

from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.recruitment import OwnRegistration, Recruitment
from portal.i18n import of_service
from portal.pages import PublicPage
from portal.public.events import LIST, when
from portal.public.opened_links import ByLink, Link, follow
from portal.public.own import unlisted

router = APIRouter()
PATH = "/anmalan/{link_id}"
TEMPLATE = "public/own_registration.html"


@dataclass(frozen=True)
class OwnRegistrationView:
    path: str
    event_path: str
    registration: OwnRegistration
    when: Markup
    has_begun: bool
    refused: Markup | None = None


@router.get(f"{PATH}/{{secret}}")
async def follow_link(page: PublicPage, link_id: str, secret: str) -> Response:
    return follow(page, f"/anmalan/{link_id}", link_id, secret)


@router.get(PATH)
async def show_registration(link: ByLink) -> Response:
    return unlisted(link.page.show(TEMPLATE, await _view(link)))


@router.post(PATH)
async def cancel(link: ByLink) -> Response:
    """However often it is sent: what is cancelled already is shown as it is."""
    try:
        await link.page.ask(Recruitment).cancel(*link.opens)
    except Refused as refused:
        if refused.status != 409:
            raise
        if refused.code != "AlreadyCancelled":
            return link.page.again(TEMPLATE, await _view(link, of_service(refused.detail)))
    return link.page.go(f"/anmalan/{link.id}")


async def _view(link: Link, refused: Markup | None = None) -> OwnRegistrationView:
    registration = await link.page.ask(Recruitment).own_registration(*link.opens)
    event = registration.event
    has_begun = link.page.request.app.state.clock() >= event.starts_at
    return OwnRegistrationView(
        f"/anmalan/{link.id}", f"{LIST}/{event.id}", registration, when(event), has_begun, refused
    )
