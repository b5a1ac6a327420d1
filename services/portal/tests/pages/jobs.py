"""Job ads: the list, one, and what a company posts."""

from typing import TYPE_CHECKING

from .. import begun

if TYPE_CHECKING:
    from ..registry import Scene


async def listed(scene: "Scene") -> str:
    await begun.begun(scene)
    return "/lediga-jobb"


ROWS = [
    {"name": "lediga-jobb", "at": listed},
    {"name": "lediga-jobb-inget", "at": "/lediga-jobb?q=astronaut&bransch=it"},
    {"name": "jobb", "at": begun.job_page},
    {"name": "annonsera", "at": "/lediga-jobb/annonsera"},
    {"name": "annonsera-fel", "at": "/lediga-jobb/annonsera", "status": 422, "form": {"headline": "Kock"}},
    {"name": "annonsera-mottagen", "at": "/lediga-jobb/annonsera/mottagen"},
]
