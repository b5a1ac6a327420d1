"""What pages are made of, on one page, for who makes pages. It is not there in production."""

from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.charts import BarChart, LineChart, Series, bar_chart, line_chart
from portal.maps import Map, Place, map_of
from portal.pages import PublicPage
from portal.views import Happening

router = APIRouter()
WEEKS = [f"v{week}" for week in range(36, 48)]
CAME = [31, 28, 35, 42, 38, 51, 47, 44, 39, 36, 41, 48]
ENDED = [27, 30, 33, 37, 40, 43, 49, 46, 41, 39, 38, 40]
HOUSES = (("Lockne", 487_500, 6_990_500), ("Lockne", 487_500, 6_990_500), ("Lit", 492_500, 7_020_500))


@dataclass(frozen=True)
class ComponentsView:
    line: LineChart
    bars: BarChart
    map: Map
    houses: list[Place]
    happenings: list[Happening]
    answers: list[tuple[str, str, str]]


@router.get("/komponenter")
async def components(page: PublicPage) -> Response:
    houses = [Place(at, name, f"#hus-{at}", east, north) for at, (name, east, north) in enumerate(HOUSES, 1)]
    series = [Series("Inkomna", CAME), Series("Avslutade", ENDED)]
    view = ComponentsView(
        line_chart("linje", "Inkomna och avslutade", "Inkomna gick från 31 till 48.", "Vecka", WEEKS, series),
        bar_chart("staplar", "Dagar", "Avlopp tar längst.", ("E-tjänst", "Dagar"), [("Avlopp", 34), ("Kompost", 9)]),
        map_of(houses),
        houses,
        [
            Happening(Markup("Komplettering begärd"), "21 november", Markup("Svara senast 3 december")),
            Happening(Markup("Kom in"), "18 november"),
        ],
        [("Namn", "Aino Lindqvist", "/kontakt"), ("Övrigt", "", "/kontakt")],
    )
    return page.show("public/components.html", view)
