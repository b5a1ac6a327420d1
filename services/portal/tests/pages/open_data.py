"""The figures that everybody may use, and the procedures that others link to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from eservice_intake.feedback.models import Figure
from shared.database import Database

if TYPE_CHECKING:
    from ..registry import Scene

IDS = tuple(UUID(int=number) for number in (1, 2))
PAGE = "/oppna-data"
QUARTERS = (date(2020, 1, 1), date(2020, 4, 1))
"""Long before there were others: nothing that is counted meanwhile is of these."""


async def with_figures(scene: Scene) -> str:
    """Two quarters, of which the first alone has figures that are shown."""
    database = Database(scene.system.settings("eservice-intake"))
    async with database.transaction() as tx:
        if await tx.get(Figure, IDS[0]) is None:
            first = {"applications": 41, "decided": 38, "median_days": 22.5, "ratings": 17, "mean_rating": 3.9}
            tx.add(Figure(id=IDS[0], quarter=QUARTERS[0], eservice="enskilt-avlopp", **first))
            tx.add(Figure(id=IDS[1], quarter=QUARTERS[1], eservice="varmepump"))
    await database.close()
    return f"{PAGE}?kvartal={QUARTERS[0]}"


ROWS = [
    {"name": "forfaranden", "at": "/forfaranden"},
    {"name": "forfarande", "at": "/forfaranden/varmepump"},
    {"name": "forfarande-utan-beslut", "at": "/forfaranden/foretagslots"},
    {"name": "forfarande-som-inte-finns", "at": "/forfaranden/okand", "status": 404},
    {"name": "oppna-data", "at": with_figures},
    {"name": "oppna-data-okant-kvartal", "at": f"{PAGE}?kvartal=1999-01-01", "status": 404},
]
