"""Which areas a point is in, by a tree of their shapes that is made when somebody first asks."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from sqlmodel import select

from permit_guide.registers.editions import current
from permit_guide.registers.models import Area, Edition, RegisterKind
from shared.database import Session


class NamedArea(NamedTuple):
    id: str
    name: str


class Shapes:
    """The areas of one edition."""

    def __init__(self, areas: Sequence[Area]) -> None:
        shapely = import_module("shapely")
        self.edition_id = areas[0].edition_id
        self._names = [NamedArea(area.id, area.name) for area in areas]
        self._tree: Any = shapely.STRtree(shapely.from_wkb([area.shape for area in areas]))
        self._point = shapely.Point

    def around(self, easting: float, northing: float) -> list[NamedArea]:
        """Those that the point is in, or on the border of."""
        found = self._tree.query(self._point(easting, northing), predicate="intersects")
        return sorted(self._names[number] for number in found)


class KnownShapes:
    """The shapes of each register, made anew when another edition is current."""

    def __init__(self) -> None:
        self._known: dict[RegisterKind, Shapes] = {}
        self._making = asyncio.Lock()

    async def of(self, reading: Session, edition: Edition) -> Shapes:
        async with self._making:
            known = self._known.get(edition.kind)
            if known is None or known.edition_id != edition.id:
                areas = (await reading.exec(select(Area).where(Area.edition_id == current(edition.kind)))).all()
                known = self._known[edition.kind] = await asyncio.to_thread(Shapes, areas)
        return known
