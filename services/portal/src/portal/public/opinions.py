"""What somebody else meets who is asked about a case, or was sent a copy of it, and follows the link in a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.links import Asked, Links
from portal.files import passed_on
from portal.forms.definition import Field
from portal.forms.errors import REQUIRED, Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.pages import PublicPage
from portal.public.links import Link
from portal.public.places import refused_of
from portal.public.turns import typed_in

router = APIRouter()
LINK = "/remisser/{referral_id}/{secret}"


@dataclass(frozen=True)
class OpinionView:
    path: str
    asked: Asked
    boxes: Sequence[Widget]
    mistakes: Sequence[Mistake]


async def _link(page: PublicPage, referral_id: str, secret: str) -> Link:
    return Link(page, "remisser", referral_id, secret)


Followed = Annotated[Link, Depends(_link)]


@router.get(LINK)
async def show_what_is_asked(link: Followed) -> Response:
    return await _shown(link, {}, ())


@router.get(f"{LINK}/filer/{{attachment_id}}")
async def hand_out_file(link: Followed, attachment_id: str) -> Response:
    return passed_on(await link.page.ask(Links).file_asked_about(link.id, link.secret, attachment_id))


@router.post(f"{LINK}/yttrande")
async def give_opinion(link: Followed) -> Response:
    typed = typed_in(await link.page.form())
    text = parse([_opinion()], typed).answers.get("text")
    if not text:
        return await _shown(link, typed, [Violation("text", REQUIRED)])
    try:
        await link.page.ask(Links).give_opinion(link.id, link.secret, text)
    except Refused as error:
        if error.status != 422:
            raise
        return await _shown(link, typed, [*refused_of(error)])
    return link.page.go(link.path)


async def _shown(link: Link, typed: Typed, violations: Sequence[Violation]) -> Response:
    asked = await link.page.ask(Links).asked(link.id, link.secret)
    found = mistakes([_opinion()], violations)
    view = OpinionView(link.path, asked, page_of([_opinion()], typed, found), found)
    return (link.page.again if found else link.page.show)("public/opinion.html", view)


def _opinion() -> Field:
    return Field("text", "textarea", _("Ert yttrande"), required=True)
