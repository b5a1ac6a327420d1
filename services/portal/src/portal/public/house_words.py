"""What the values that housing knows are called, and how sizes that are told as classes are written."""

from collections.abc import Callable

from markupsafe import Markup

from portal.clients.housing import House, HouseSent, Range
from portal.i18n import gettext as _
from portal.i18n import marked, plain
from portal.templating import apart, money, number

HOUSE_TYPES = {
    "detached": marked("Villa"),
    "farm": marked("Gård"),
    "croft": marked("Torp"),
    "holiday_home": marked("Fritidshus"),
    "terraced": marked("Radhus"),
    "apartment_building": marked("Flerbostadshus"),
    "other": marked("Annan byggnad"),
}
CONDITIONS = {
    "move_in": marked("Inflyttningsklart"),
    "renovate": marked("Behöver renoveras"),
    "ruin": marked("Ödehus i dåligt skick"),
    "plot_only": marked("Bara tomten"),
}
OFFERS = {
    "sale": marked("Till salu"),
    "rent": marked("Att hyra"),
    "lease": marked("Att arrendera"),
    "unknown": marked("Ägaren har inte bestämt sig"),
}
HEATINGS = {
    "district": marked("Fjärrvärme"),
    "heat_pump": marked("Värmepump"),
    "electric": marked("El"),
    "wood": marked("Ved"),
    "pellets": marked("Pellets"),
    "oil": marked("Olja"),
    "other": marked("Annan uppvärmning"),
    "none": marked("Ingen uppvärmning"),
}
WATERS = {
    "municipal": marked("Kommunalt vatten"),
    "well": marked("Egen brunn"),
    "none": marked("Inget vatten"),
}
SEWAGES = {
    "approved": marked("Godkänt avlopp"),
    "failed": marked("Underkänt avlopp"),
    "none": marked("Inget avlopp"),
}


def title_of(house: House | HouseSent) -> Markup:
    return _("%(type)s i %(area)s") % {"type": _(HOUSE_TYPES[house.house_type]), "area": apart(house.area)}


def name_of(house: House) -> str:
    """The title where no element can be."""
    return plain("%(type)s i %(area)s") % {"type": plain(HOUSE_TYPES[house.house_type]), "area": house.area}


def price_of(house: House) -> Markup | None:
    if house.price_idea is None:
        return None
    price = Markup.escape(money(house.price_idea))
    return _("%(price)s i månaden") % {"price": price} if house.offer in ("rent", "lease") else price


def rooms_of(house: House) -> Markup | None:
    return None if house.rooms is None else _("%(number)s rum") % {"number": number(house.rooms)}


def square_metres(size: Range | None) -> Markup | None:
    return _class(size, 1, lambda metres: f"{number(metres)} m²")


def square_metres_exactly(metres: int | None) -> Markup | None:
    return None if metres is None else Markup("<bdi>{} m²</bdi>").format(number(metres))


def years(built: Range | None) -> Markup | None:
    return _class(built, 1200, str)


def kilometres(distance: int | None) -> Markup | None:
    return None if distance is None else _("Högst %(number)s km") % {"number": number(distance)}


def yes_or_no(answer: bool | None) -> Markup | None:
    return None if answer is None else _("Ja") if answer else _("Nej")


def _class(size: Range | None, least: int, shown: Callable[[int], str]) -> Markup | None:
    """50–74 m², and what is at one of the ends in words."""
    if size is None:
        return None
    if size.below is None:
        return _("%(size)s eller mer") % {"size": shown(size.at_least)}
    if size.at_least <= least:
        return _("Under %(size)s") % {"size": shown(size.below)}
    first = shown(size.at_least).removesuffix(" m²")
    return Markup("<bdi>{}–{}</bdi>").format(first, shown(size.below - 1))
