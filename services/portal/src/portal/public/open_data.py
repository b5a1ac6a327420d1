"""Open data: the figures of each e-service, as a table and as files that anybody may use."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.open_data import OpenData, Quarter
from portal.files import passed_on
from portal.i18n import gettext as _
from portal.pages import PublicPage
from portal.templating import number

router = APIRouter()
PATH = "/oppna-data"
Chosen = Annotated[date | None, Query(alias="kvartal")]


@dataclass(frozen=True)
class OpenDataView:
    found: Quarter
    rows: list[tuple[str, list[Markup]]]


@router.get(PATH)
async def show(page: PublicPage, quarter: Chosen = None) -> Response:
    found = await page.ask(OpenData).figures(quarter)
    rows = [
        (one.title, [_shown(value) for value in (one.applications, one.decided, one.median_days, one.mean_rating)])
        for one in sorted(found.items, key=lambda one: one.title.casefold())
    ]
    return page.show("public/open_data.html", OpenDataView(found, rows))


@router.get(f"{PATH}/katalog.jsonld")
async def catalogue(page: PublicPage) -> Response:
    return passed_on(await page.ask(OpenData).catalogue())


@router.get(f"{PATH}/e-tjanster.{{kind}}")
async def file(page: PublicPage, kind: Literal["json", "csv"], quarter: Chosen = None) -> Response:
    return passed_on(await page.ask(OpenData).figures_file(quarter, kind))


def _shown(value: float | None) -> Markup:
    return _("visas inte") if value is None else Markup.escape(number(value))
