"""What somebody is told who has sent something in, with the secret that shows it to them alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import Cases, Status
from portal.clients.eservices import EServices
from portal.files import passed_on
from portal.forms.definition import Definition, Field
from portal.forms.errors import REQUIRED, Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.pages import Page, PublicPage
from portal.public.filling import definition_for
from portal.public.places import refused_of
from portal.public.turns import typed_in

router = APIRouter()
SENT = "/e-tjanster/{slug}/inskickad/{reference}/{secret}"


@dataclass(frozen=True)
class Sent:
    """Something that was sent in, and who it is shown to."""

    page: Page
    definition: Definition
    status: Status
    secret: str

    @property
    def path(self) -> str:
        return f"/e-tjanster/{self.definition.id}/inskickad/{self.status.reference}/{self.secret}"


@dataclass(frozen=True)
class SentView:
    sent: Sent
    kind: str
    boxes: Sequence[Widget]
    mistakes: Sequence[Mistake]
    follow: str


async def _sent(page: PublicPage, slug: str, reference: str, secret: str) -> Sent:
    """Raises a 404 when the secret does not open it."""
    asking = page.ask(Cases).status(reference, secret)
    try:
        definition, status = await asyncio.gather(definition_for(page, slug), asking)
    except Refused as error:
        if error.status == 404:
            raise HTTPException(404) from error
        raise
    return Sent(page, definition, status, secret)


SentIn = Annotated[Sent, Depends(_sent)]


@router.get(SENT)
async def tell_that_it_is_sent_in(sent: SentIn) -> Response:
    return sent.page.show("public/sent.html", _view_of(sent, {}, ()))


@router.get(f"{SENT}/kopia")
async def hand_out_copy(page: PublicPage, reference: str, secret: str) -> Response:
    return passed_on(await page.ask(Cases).copy(reference, secret))


@router.post(f"{SENT}/undertecknare")
async def ask_somebody_else(sent: SentIn) -> Response:
    """The owner's right address, or another owner."""
    typed = typed_in(await sent.page.form())
    named = parse(_signer(), typed).answers
    lacking = [Violation(one.name, REQUIRED) for one in _signer() if one.name not in named]
    if lacking:
        return sent.page.again("public/sent.html", _view_of(sent, typed, lacking))
    try:
        ask = sent.page.ask(EServices)
        await ask.ask_another(sent.status.reference, sent.secret, named["name"], named["email"])
    except Refused as error:
        if error.status != 422:
            raise
        return sent.page.again("public/sent.html", _view_of(sent, typed, [*refused_of(error)]))
    return sent.page.go(sent.path)


def _view_of(sent: Sent, typed: Typed, violations: Sequence[Violation]) -> SentView:
    fields = _signer() if sent.status.status == "awaiting_signature" else []
    found = mistakes(fields, violations)
    follow = f"/arenden/{sent.status.reference}/kod/{sent.secret}"
    return SentView(sent, sent.status.kind, page_of(fields, typed, found), found, follow)


def _signer() -> list[Field]:
    """Who is to sign."""
    return [
        Field("name", "text", _("Sökandens namn"), required=True),
        Field("email", "email", _("Sökandens e-post"), required=True),
    ]
