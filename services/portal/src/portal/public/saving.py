"""A draft: told of when it is saved, resumed by its link, and deleted."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.eservices import EServices
from portal.forms.definition import missing, shown
from portal.pages import PublicPage
from portal.public.filling import Filling, FillingIn, NoSuchDraft, draft_of, filled_so_far
from portal.public.places import CHECK, SAVED
from portal.public.tokens import token_in

router = APIRouter()


@dataclass(frozen=True)
class SavedView:
    service: str
    link: str
    go_on: str
    delete: str
    kept_until: datetime


@router.get(f"/e-tjanster/{{slug}}/utkast/{{token}}/{SAVED}")
async def tell_where_it_is(filling: FillingIn) -> Response:
    if filling.token is None or filling.expires_at is None:
        raise NoSuchDraft
    page = filling.page
    path = f"/utkast/{filling.token}"
    view = SavedView(
        service=filling.definition.title,
        link=page.look.settings.portal_url + page.address(path),
        go_on=path,
        delete=f"{filling.base}/ta-bort",
        kept_until=filling.expires_at,
    )
    return page.show("public/saved.html", view)


@router.get("/utkast/{token}")
async def resume(page: PublicPage, token: str) -> Response:
    """On to the first page on which something must be answered, or to the last."""
    opened = token_in(token)
    if opened is None:
        raise NoSuchDraft
    draft = await draft_of(page, opened)
    filling = await filled_so_far(page, opened, draft)
    return page.go(f"{filling.base}/{_unfinished(filling)}")


@router.post("/e-tjanster/{slug}/utkast/{token}/ta-bort")
async def delete(page: PublicPage, slug: str, token: str) -> Response:
    opened = token_in(token)
    if opened is None:
        raise NoSuchDraft
    try:
        await page.ask(EServices).forget(opened.draft_id, opened.secret)
    except Refused as error:
        if error.status != 404:
            raise
    return page.go(f"/e-tjanster/{slug}/utkast-borttaget")


@router.get("/e-tjanster/{slug}/utkast-borttaget")
async def tell_that_it_is_gone(page: PublicPage, slug: str) -> Response:
    return page.show("public/draft_deleted.html", slug)


def _unfinished(filling: Filling) -> str:
    answers = filling.asked
    for step in filling.steps:
        if any(missing(shown(step.fields, answers), answers)):
            return step.path
    return CHECK
