"""What the menus have. An entry is shown when its page is there, and to those whose roles it is for."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.i18n import gettext as _
from portal.i18n import marked

ADMINISTRATOR = "administrator"
CASEWORK = ("caseworker", "unit-head", "registrator", ADMINISTRATOR)
REVIEW = ("housing-officer", "recruitment-officer", ADMINISTRATOR)


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
    Item("/handlaggare/delegationsbeslut", marked("Delegationsbeslut"), CASEWORK),
    Item("/handlaggare/avgifter", marked("Avgifter"), ("unit-head", ADMINISTRATOR)),
    Item("/handlaggare/definitioner", marked("Definitioner"), (ADMINISTRATOR,)),
    Item("/handlaggare/mallar", marked("Mallar"), (ADMINISTRATOR,)),
    Item("/handlaggare/felko", marked("Felkö"), (ADMINISTRATOR,)),
    Item("/handlaggare/statistik", marked("Statistik"), ("unit-head", ADMINISTRATOR)),
)
