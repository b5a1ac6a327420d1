"""Houses that stand empty: the list with its map, one house, and a message to its owner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.housing import House, Housing
from portal.forms.definition import Field
from portal.forms.sending import FormView, Topic, empty, question, send
from portal.i18n import gettext as _
from portal.i18n import language_of_services
from portal.maps import Map, Place, map_of
from portal.pages import PublicPage
from portal.public import house_words as words
from portal.public.filters import Options, address, choices, chosen
from portal.public.turns import typed_in
from portal.templating import apart, number
from portal.views import Facts, known

router = APIRouter()
LIST = "/tomma-hus"


@dataclass(frozen=True)
class Card:
    """A house in the list. Its number is the one on the map."""

    number: int
    path: str
    title: Markup
    facts: Markup
    more: Markup


@dataclass(frozen=True)
class HousesView:
    offers: Options
    conditions: Options
    area: str
    is_narrowed: bool
    houses: Sequence[Card]
    map: Map
    first: str | None
    following: str | None


@dataclass(frozen=True)
class HouseView:
    name: str
    title: Markup
    offer: Markup
    price: Markup | None
    description: str | None
    facts: Facts
    map: Map
    form: FormView


@router.get(LIST)
async def houses(page: PublicPage, erbjudande: str = "", skick: str = "", ort: str = "", after: str = "") -> Response:
    offer, condition, area = chosen(erbjudande, words.OFFERS), chosen(skick, words.CONDITIONS), ort.strip()[:80]
    found = await page.ask(Housing).houses(after, offer=offer, condition=condition, area=area)
    kept = {"erbjudande": offer, "skick": condition, "ort": area}
    view = HousesView(
        offers=choices(offer, words.OFFERS),
        conditions=choices(condition, words.CONDITIONS),
        area=area,
        is_narrowed=any(kept.values()),
        houses=[_card(at, one) for at, one in enumerate(found.items, 1)],
        map=map_of(_place(at, one, f"{LIST}/{one.id}") for at, one in enumerate(found.items, 1)),
        first=address(LIST, **kept) if after else None,
        following=address(LIST, **kept, after=found.next) if found.next else None,
    )
    return page.show("public/houses.html", view)


@router.get(f"{LIST}/{{house_id}}")
async def house(page: PublicPage, house_id: UUID) -> Response:
    found = await page.ask(Housing).house(house_id)
    return page.show("public/house.html", _view(found, empty(_interest())))


@router.post(f"{LIST}/{{house_id}}")
async def ask_owner(page: PublicPage, house_id: UUID) -> Response:
    """Pass a message on to the owner."""

    async def pass_on(answers: dict[str, object], key: str) -> bool:
        await page.ask(Housing).ask_owner(house_id, {**answers, "language": language_of_services()}, key)
        return True

    was_sent, form = await send(_interest(), typed_in(await page.form()), pass_on)
    if was_sent:
        return page.go(f"{LIST}/{house_id}/skickat")
    return page.again("public/house.html", _view(await page.ask(Housing).house(house_id), form))


@router.get(f"{LIST}/{{house_id}}/skickat")
async def asked(page: PublicPage, house_id: UUID) -> Response:
    return page.show("public/house_asked.html", words.title_of(await page.ask(Housing).house(house_id)))


def _interest() -> list[Topic]:
    return [Topic(None, [*reachable(), question("message", "textarea", _("Ditt meddelande"), required=True)])]


def reachable(prefix: str = "") -> list[Field]:
    """How to reach who writes. A phone number helps, and need not be given."""
    return [
        question(f"{prefix}name", "text", _("Namn"), required=True, autocomplete="name"),
        question(f"{prefix}email", "email", _("E-post"), required=True, autocomplete="email"),
        question(f"{prefix}phone", "phone", _("Telefon"), autocomplete="tel"),
    ]


def _place(at: int, house: House, path: str) -> Place:
    return Place(at, words.name_of(house), path, house.position.easting, house.position.northing)


def _card(at: int, house: House) -> Card:
    facts = [words.price_of(house), words.rooms_of(house), words.square_metres(house.living_area_m2)]
    more = [_(words.OFFERS[house.offer]), _(words.CONDITIONS[house.condition])]
    return Card(at, f"{LIST}/{house.id}", words.title_of(house), _joined(facts), _joined(more))


def _joined(parts: Sequence[Markup | None]) -> Markup:
    return Markup(" · ").join(apart(part) for part in parts if part)


def _view(house: House, form: FormView) -> HouseView:
    return HouseView(
        name=words.name_of(house),
        title=words.title_of(house),
        offer=_(words.OFFERS[house.offer]),
        price=words.price_of(house),
        description=house.description,
        facts=known(facts_of(house)),
        map=map_of([_place(1, house, "#uppgifter")]),
        form=form,
    )


def facts_of(house: House) -> Iterator[tuple[Markup, Markup | None]]:
    """What is known of it. What is not known is left out: it is not a no."""
    yield _("Skick"), _(words.CONDITIONS[house.condition])
    yield _("Rum"), None if house.rooms is None else Markup.escape(number(house.rooms))
    yield _("Boarea"), words.square_metres(house.living_area_m2)
    yield _("Tomt"), words.square_metres(house.lot_area_m2)
    yield _("Byggår"), words.years(house.year_built)
    yield _("Har stått tomt"), _years_empty(house.years_empty)
    yield _("Uppvärmning"), _named(house.heating, words.HEATINGS)
    yield _("Vatten"), _named(house.water, words.WATERS)
    yield _("Avlopp"), _named(house.sewage, words.SEWAGES)
    yield _("El indragen"), words.yes_or_no(house.electricity)
    yield _("Fiber"), words.yes_or_no(house.fibre)
    yield _("Vägen plogas på vintern"), words.yes_or_no(house.winter_road)
    yield _("Till skolan"), words.kilometres(house.distance_to_school_km)
    yield _("Till affären"), words.kilometres(house.distance_to_shop_km)
    yield _("Till bussen"), words.kilometres(house.distance_to_bus_km)


def _years_empty(years: int | None) -> Markup | None:
    return None if years is None else _("%(number)s år") % {"number": number(years)}


def _named(value: str | None, labels: dict[str, str]) -> Markup | None:
    return None if value is None else _(labels[value])
