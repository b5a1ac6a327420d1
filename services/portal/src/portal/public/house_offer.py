"""An owner offers a house."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.housing import Housing
from portal.forms.definition import Field
from portal.forms.sending import Topic, empty, options, question, send
from portal.i18n import gettext as _
from portal.i18n import language_of_services, marked
from portal.pages import PublicPage
from portal.public import house_words as words
from portal.public.houses import LIST, reachable
from portal.public.turns import typed_in

router = APIRouter()
OFFER = f"{LIST}/erbjud"
WANTED = {
    "sale": marked("Sälja det"),
    "rent": marked("Hyra ut det"),
    "lease": marked("Arrendera ut det"),
    "unknown": marked("Jag har inte bestämt mig"),
}


@router.get(OFFER)
async def offer(page: PublicPage) -> Response:
    return page.show("public/house_offer.html", empty(_topics()))


@router.post(OFFER)
async def send_in(page: PublicPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> bool:
        answers["owner"]["language"] = language_of_services()
        await page.ask(Housing).offer(answers, key)
        return True

    was_sent, form = await send(_topics(), typed_in(await page.form()), by)
    return page.go(f"{OFFER}/mottaget") if was_sent else page.again("public/house_offer.html", form)


@router.get(f"{OFFER}/mottaget")
async def received(page: PublicPage) -> Response:
    return page.show("public/house_received.html")


def _topics() -> list[Topic]:
    return [
        Topic(_("Huset"), _the_house()),
        Topic(_("Mer om huset"), _more()),
        Topic(_("Var huset ligger"), _where()),
        Topic(_("Dina kontaktuppgifter"), [*reachable("owner."), _consent()]),
    ]


def _the_house() -> list[Field]:
    return [
        question("area", "text", _("By eller område"), required=True, example="Lockne"),
        question("house_type", "choice", _("Typ av hus"), required=True, options=options(words.HOUSE_TYPES)),
        question("condition", "choice", _("Skick"), required=True, options=options(words.CONDITIONS)),
        question("offer", "choice", _("Vad vill du göra med huset?"), required=True, options=options(WANTED)),
        question(
            "price_idea",
            "integer",
            _("Pris du tänker dig, i kronor"),
            note=_("Per månad om du hyr eller arrenderar ut."),
        ),
        question(
            "description",
            "textarea",
            _("Beskriv huset"),
            note=_("Alla ser texten. Skriv inte namn, telefonnummer eller fastighetsbeteckning."),
        ),
    ]


def _more() -> list[Field]:
    return [
        question("rooms", "integer", _("Antal rum")),
        question("living_area_m2", "integer", _("Boarea i kvadratmeter")),
        question("lot_area_m2", "integer", _("Tomtens storlek i kvadratmeter")),
        question("year_built", "integer", _("Byggår")),
        question("years_empty", "integer", _("Hur många år har huset stått tomt?")),
        question("heating", "choice", _("Uppvärmning"), options=options(words.HEATINGS)),
        question("water", "choice", _("Vatten"), options=options(words.WATERS)),
        question("sewage", "choice", _("Avlopp"), options=options(words.SEWAGES)),
        question("electricity", "bool", _("Är el indragen?")),
        question("fibre", "bool", _("Finns fiber?")),
        question("winter_road", "bool", _("Plogas vägen på vintern?")),
        question("distance_to_school_km", "decimal", _("Kilometer till närmaste skola")),
        question("distance_to_shop_km", "decimal", _("Kilometer till närmaste affär")),
        question("distance_to_bus_km", "decimal", _("Kilometer till närmaste busshållplats")),
    ]


def _where() -> list[Field]:
    axes = [
        Field("northing", "decimal", _("Nordlig koordinat (N)"), True),
        Field("easting", "decimal", _("Östlig koordinat (E)"), True),
    ]
    return [
        question(
            "property_designation",
            "property_designation",
            _("Fastighetsbeteckning"),
            required=True,
            note=_("Den visas inte för andra."),
        ),
        question(
            "position",
            "point_sweref99tm",
            _("Husets läge i SWEREF 99 TM"),
            required=True,
            note=_("Andra ser bara vilken kvadratkilometer huset ligger i."),
            fields=tuple(axes),
        ),
    ]


def _consent() -> Field:
    label = _("Jag äger huset, eller företräder ägaren, och samtycker till att det visas på webbplatsen")
    return question("listing_consent", "bool", label, required=True, block="samtycke", must_be=True)
