"""A house as everybody sees it: coarse where exact values, alone or together, would point at one property.

What is shown is the same every time, so asking again tells no more. Nothing that is coarse here can be filtered by or
sorted by.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from housing.models.houses import House, Position
from housing.models.shown_houses import PublicHouse, Range

SQUARE_METRES = 1000
YEARS = (1200, 1800, 1850, *range(1900, 2101, 10))
LIVING_AREAS = (1, 50, 75, 100, 125, 150, 200, 300, 500)
LOT_AREAS = (1, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


def as_public(house: House, at: datetime | None = None) -> PublicHouse:
    """With `at`, a house that is not published as it would be if it were then."""
    coarse = {
        "published_at": house.published_at or at,
        "position": blurred(house.position),
        "year_built": in_class(house.year_built, YEARS),
        "living_area_m2": in_class(house.living_area_m2, LIVING_AREAS),
        "lot_area_m2": in_class(house.lot_area_m2, LOT_AREAS),
        "distance_to_school_km": whole_kilometres(house.distance_to_school_km),
        "distance_to_shop_km": whole_kilometres(house.distance_to_shop_km),
        "distance_to_bus_km": whole_kilometres(house.distance_to_bus_km),
    }
    return PublicHouse.model_validate(house, update=coarse)


def blurred(position: Position) -> Position:
    """The centre of the square kilometre the position is in."""
    return Position(easting=_centre(position.easting), northing=_centre(position.northing))


def _centre(metres: float) -> float:
    return metres // SQUARE_METRES * SQUARE_METRES + SQUARE_METRES / 2


def whole_kilometres(distance: float | None) -> int | None:
    """Rounded up: "at most 3 km". A house beside the school is not told from one a kilometre away."""
    return None if distance is None else max(1, math.ceil(distance))


def in_class(value: int | None, starts: Sequence[int]) -> Range | None:
    """The class the value is in, by where each class starts; the last has no end."""
    if value is None:
        return None
    number = bisect_right(starts, value)
    return Range(at_least=starts[number - 1], below=starts[number] if number < len(starts) else None)
