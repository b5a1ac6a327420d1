"""What the menus have. An entry is shown when its page is there, and to those whose roles it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import gettext as _

CASEWORK = ("caseworker", "unit-head", "registrator", "administrator")
REVIEW = ("housing-officer", "recruitment-officer", "administrator")


@dataclass(frozen=True)
class Item:
    """An entry. Its text is Swedish, and translated when it is shown."""

    path: str
    swedish: str
    roles: Sequence[str] = ()

    @property
    def text(self) -> str:
        return _(self.swedish)

    def is_for(self, roles: Sequence[str]) -> bool:
        return not self.roles or not set(self.roles).isdisjoint(roles)


def _marked(swedish: str) -> str:
    """Marks a text to be translated when it is shown."""
    return swedish


OF_RESIDENTS = (
    Item("/e-tjanster", _marked("E-tjänster")),
    Item("/tomma-hus", _marked("Tomma hus")),
    Item("/lediga-jobb", _marked("Lediga jobb")),
    Item("/evenemang", _marked("Evenemang")),
)
OF_STAFF = (
    Item("/handlaggare/inkorg", _marked("Inkorg"), (*CASEWORK, *REVIEW)),
    Item("/handlaggare/granska", _marked("Granska"), REVIEW),
    Item("/handlaggare/evenemang", _marked("Deltagare"), ("recruitment-officer", "administrator")),
    Item("/handlaggare/mallar", _marked("Mallar"), ("administrator",)),
    Item("/handlaggare/felko", _marked("Felkö"), ("administrator",)),
    Item("/handlaggare/statistik", _marked("Statistik"), ("unit-head", "administrator")),
)
