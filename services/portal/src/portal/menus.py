"""What the menus have. An entry is shown when its page is there, and to those whose roles and units it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import gettext as _
from portal.i18n import marked
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
    units: Sequence[str] = ()
    also: Sequence[str] = ()
    """Where else its pages are."""

    @property
    def text(self) -> str:
        return _(self.swedish)

    def is_around(self, path: str) -> bool:
        """Whether the path is one of its pages."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.path, *self.also))

    def is_for(self, person: Person | None) -> bool:
        """Whether the person has one of its roles and is of one of its units. Administrators are of every unit."""
        if person is None:
            return not self.roles
        is_in_unit = person.has(ADMINISTRATOR) or not self.units or not set(self.units).isdisjoint(person.units)
        return is_in_unit and (not self.roles or person.has(*self.roles))


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
    Item("/handlaggare/undersokningar", marked("Undersökningar"), CASEWORK, ("naringsliv",)),
    Item("/handlaggare/tider", marked("Tider"), CASEWORK, ("foretagslots",)),
    Item("/handlaggare/delegationsbeslut", marked("Delegationsbeslut"), CASEWORK),
    Item("/handlaggare/avgifter", marked("Avgifter"), ("unit-head", ADMINISTRATOR)),
    Item("/handlaggare/definitioner", marked("Definitioner"), (ADMINISTRATOR,), also=("/handlaggare/versioner",)),
    Item("/handlaggare/mallar", marked("Mallar"), (ADMINISTRATOR,)),
    Item("/handlaggare/felko", marked("Felkö"), (ADMINISTRATOR,)),
    Item("/handlaggare/statistik", marked("Statistik"), ("unit-head", ADMINISTRATOR)),
)
