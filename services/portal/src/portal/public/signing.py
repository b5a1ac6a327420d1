"""What the owner meets who follows the link in a mail: all that a contractor has filled in, to sign or to decline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.signatures import Signatures, ToSign
from portal.files import passed_on
from portal.forms.definition import Field
from portal.forms.errors import REQUIRED, Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.pages import Page, PublicPage
from portal.public.checking import sent_address
from portal.public.places import refused_of
from portal.public.turns import typed_in

router = APIRouter()
LINK = "/underskrifter/{signature_id}/{secret}"


@dataclass(frozen=True)
class Link:
    """The link in the mail, and who followed it."""

    page: Page
    id: str
    secret: str

    @property
    def path(self) -> str:
        return f"/underskrifter/{self.id}/{self.secret}"


@dataclass(frozen=True)
class SigningView:
    path: str
    asked: ToSign
    reason: Sequence[Widget]
    mistakes: Sequence[Mistake]


async def _link(page: PublicPage, signature_id: str, secret: str) -> Link:
    return Link(page, signature_id, secret)


Followed = Annotated[Link, Depends(_link)]


@router.get(LINK)
async def show_to_owner(link: Followed) -> Response:
    return await _shown(link, {}, ())


@router.get(f"{LINK}/filer/{{attachment_id}}")
async def hand_out_file(link: Followed, attachment_id: str) -> Response:
    return passed_on(await link.page.ask(Signatures).file_to_sign(link.id, link.secret, attachment_id))


@router.post(f"{LINK}/underskrift")
async def sign(link: Followed) -> Response:
    return link.page.go(sent_address(await link.page.ask(Signatures).sign(link.id, link.secret)))


@router.post(f"{LINK}/avbojande")
async def decline(link: Followed) -> Response:
    typed = typed_in(await link.page.form())
    reason = parse([_reason()], typed).answers.get("reason")
    if not reason:
        return await _shown(link, typed, [Violation("reason", REQUIRED)])
    try:
        await link.page.ask(Signatures).decline(link.id, link.secret, reason)
    except Refused as error:
        if error.status != 422:
            raise
        return await _shown(link, typed, [*refused_of(error)])
    return link.page.go(link.path)


async def _shown(link: Link, typed: Typed, violations: Sequence[Violation]) -> Response:
    asked = await link.page.ask(Signatures).to_sign(link.id, link.secret)
    found = mistakes([_reason()], violations)
    view = SigningView(link.path, asked, page_of([_reason()], typed, found), found)
    return (link.page.again if found else link.page.show)("public/signing.html", view)


def _reason() -> Field:
    return Field("reason", "textarea", _("Varför skriver du inte under?"), required=True)
