"""What the menus have. An entry is shown when its page is there, and to those whose roles and units it is for."""

from collections.abc import Collection, Sequence
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
    is_about_times: bool = False
    """Whether it is for those of units whose times can be booked."""
    also: Sequence[str] = ()
    """Where else its pages are."""

    @property
    def text(self) -> str:
        return _(self.swedish)

    def is_around(self, path: str) -> bool:
        """Whether the path is one of its pages."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.path, *self.also))

    def is_for(self, person: Person | None, bookable: Collection[str]) -> bool:
        """Whether the person has one of its roles and is of one of its units. `bookable` are units that have times."""
        if person is None:
            return not self.roles
        units = bookable if self.is_about_times else self.units
        is_everyones = not units and not self.is_about_times
        return (is_everyones or bool(units_of(person, units))) and (not self.roles or person.has(*self.roles))


def units_of(person: Person, units: Collection[str]) -> list[str]:
    """Those of the units that the person is of. Administrators are of every unit."""
    return sorted(unit for unit in units if person.has(ADMINISTRATOR) or unit in person.units)


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
    Item("/handlaggare/tider", marked("Tider"), CASEWORK, is_about_times=True),
    Item("/handlaggare/delegationsbeslut", marked("Delegationsbeslut"), CASEWORK),
    Item("/handlaggare/avgifter", marked("Avgifter"), ("unit-head", ADMINISTRATOR)),
    Item("/handlaggare/definitioner", marked("Definitioner"), (ADMINISTRATOR,), also=("/handlaggare/versioner",)),
    Item("/handlaggare/mallar", marked("Mallar"), (ADMINISTRATOR,)),
    Item("/handlaggare/felko", marked("Felkö"), (ADMINISTRATOR,)),
    Item("/handlaggare/statistik", marked("Statistik"), ("unit-head", ADMINISTRATOR)),
)
