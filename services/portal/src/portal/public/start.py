"""The start page, and the way in for staff."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from portal.i18n import gettext as _
from portal.pages import PublicPage, StaffPage, paths_of, work_of

router = APIRouter()


@dataclass(frozen=True)
class Entrance:
    """One of the ways in on the start page."""

    path: str
    title: str
    text: str


@dataclass(frozen=True)
class StartView:
    entrances: list[Entrance]
    search: str | None


def entrances() -> list[Entrance]:
    return [
        Entrance("/e-tjanster", _("E-tjänster"), _("Ansök, anmäl och följ ditt ärende.")),
        Entrance("/tillstandsguiden", _("Tillståndsguiden"), _("Ta reda på vilka tillstånd du behöver.")),
        Entrance("/arenden", _("Ditt ärende"), _("Se hur långt det har kommit, komplettera och läs beslut.")),
        Entrance("/tomma-hus", _("Tomma hus"), _("Hus på landsbygden som väntar på någon som vill bo där.")),
        Entrance("/lediga-jobb", _("Lediga jobb"), _("Jobb hos företag i kommunen, och plats för er annons.")),
        Entrance("/evenemang", _("Evenemang"), _("Träffar och kurser. Anmäl dig här.")),
        Entrance(
            "/naringslivsundersokning",
            _("Näringslivsundersökningen"),
            _("Berätta vilka ert företag behöver anställa, och se vad andra i branschen svarade."),
        ),
    ]


@router.get("/")
async def start(page: PublicPage) -> Response:
    there = paths_of(page.request)
    shown = [one for one in entrances() if one.path in there]
    return page.show("public/start.html", StartView(shown, "/e-tjanster" if "/e-tjanster" in there else None))


@router.get("/handlaggare")
async def begin_work(page: StaffPage) -> Response:
    """On to the first page that the person's roles are for."""
    own = work_of(page)
    return page.go(own[0].path if own else "/handlaggare/installningar")
