"""What the menus have. An entry is shown when its page is there, and to those whose roles and units it is for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from portal.clients.eservices import Brief
from portal.clients.surveys import SURVEY
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.published import Published
from portal.sessions import Person

ADMINISTRATOR = "administrator"
CASEWORK = ("caseworker", "unit-head", "registrator", ADMINISTRATOR)
REVIEW = ("housing-officer", "recruitment-officer", ADMINISTRATOR)


@dataclass(frozen=True)
class Item:
    """An entry. Its text is Swedish, and translated when it is shown."""

    path: str
    swedish: str
    roles: Sequence[str] = ()
    is_about: Callable[[Brief], bool] | None = None
    """Whether it is about an e-service, and then for those of its unit. Without it, for those of every unit."""
    also: Sequence[str] = ()
    """Where else its pages are."""

    @property
    def text(self) -> str:
        return _(self.swedish)

    def is_around(self, path: str) -> bool:
        """Whether the path is one of its pages."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.path, *self.also))

    def is_for(self, person: Person | None, published: Published) -> bool:
        """Whether the person has one of its roles, and is of the unit of an e-service that it is about."""
        if person is None:
            return not self.roles
        if self.roles and not person.has(*self.roles):
            return False
        return self.is_about is None or bool(units_of(person, published.units_with(self.is_about)))


def units_of(person: Person, units: Collection[str]) -> list[str]:
    """Those of the units that the person is of. Administrators are of every unit."""
    return sorted(unit for unit in units if person.has(ADMINISTRATOR) or unit in person.units)


def has_times(eservice: Brief) -> bool:
    return eservice.bookable


def is_survey(eservice: Brief) -> bool:
    return eservice.id == SURVEY


OF_RESIDENTS = (
    Item("/e-tjanster", marked("E-tjänster")),
    Item("/tomma-hus", marked("Tomma hus")),
    Item("/lediga-jobb", marked("Lediga jobb")),
    Item("/evenemang", marked("Evenemang")),
)
OF_STAFF = (
    Item("/handlaggare/inkorg", marked("Inkorg"), CASEWORK),
    Item("/handlaggare/arenden", marked("Ärenden"), CASEWORK),
    Item("/handlaggare/granska", marked("Granska"), REVIEW),
    Item("/handlaggare/evenemang", marked("Deltagare"), ("recruitment-officer", ADMINISTRATOR)),
    Item("/handlaggare/undersokningar", marked("Undersökningar"), CASEWORK, is_survey),
    Item("/handlaggare/tider", marked("Tider"), CASEWORK, has_times),
    Item("/handlaggare/delegationsbeslut", marked("Delegationsbeslut"), CASEWORK),
    Item("/handlaggare/avgifter", marked("Avgifter"), ("unit-head", ADMINISTRATOR)),
    Item("/handlaggare/definitioner", marked("Definitioner"), (ADMINISTRATOR,), also=("/handlaggare/versioner",)),
    Item("/handlaggare/mallar", marked("Mallar"), (ADMINISTRATOR,)),
    Item("/handlaggare/felko", marked("Felkö"), (ADMINISTRATOR,)),
    Item("/handlaggare/statistik", marked("Statistik"), ("unit-head", ADMINISTRATOR)),
)
