"""Events: the list, one in each state, and a registration from its form to what came of it."""

from typing import TYPE_CHECKING

from .. import begun
from .houses import within

if TYPE_CHECKING:
    from ..registry import Scene

ADA = {"name": "Ada Byron", "email": "ada@example.com", "party_size": "2"}


async def listed(scene: "Scene") -> str:
    await begun.begun(scene)
    return "/evenemang"


ROWS = [
    {"name": "evenemang", "at": listed},
    {"name": "evenemang-ett", "at": begun.event_page},
    {"name": "evenemang-fullt", "at": begun.full_page},
    {"name": "evenemang-stangt", "at": begun.closed_page},
    {"name": "anmalan", "at": within(begun.fair_page, "/anmalan")},
    {"name": "anmalan-fel", "at": within(begun.event_page, "/anmalan"), "status": 422, "form": {"name": "Ada"}},
    {"name": "anmalan-kontrollera", "at": within(begun.event_page, "/anmalan"), "form": ADA},
    {"name": "anmald", "at": within(begun.event_page, "/anmald?besked=confirmed&antal=2")},
    {"name": "vantelista", "at": within(begun.event_page, "/anmald?besked=waitlisted&antal=1")},
]
