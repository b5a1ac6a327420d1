"""The municipality as a drawing, with numbered pins. A map is a picture of a list: what it shows stands there too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, pi, sin
from pathlib import Path
from typing import Any

import yaml

WIDTH, MARGIN = 600, 12
APART = 36
"""How far from each other the middles of two pins are at least."""
DATA = Path(__file__).parent / "map.yaml"

Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """What the map shows of a thing in the list: its number there, its name, where it leads and where it is."""

    number: int
    name: str
    path: str
    easting: float
    northing: float


@dataclass(frozen=True)
class Pin:
    number: int
    name: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Label:
    name: str
    x: int
    y: int


@dataclass(frozen=True)
class Map:
    """As `ui/map.html` draws it."""

    width: int
    height: int
    land: str
    lakes: Sequence[str]
    roads: Sequence[str]
    labels: Sequence[Label]
    pins: Sequence[Pin]


@dataclass(frozen=True)
class Drawing:
    """The municipality, and how its coordinates become those of the picture."""

    data: dict[str, Any]
    west: float
    north: float
    scale: float
    height: int

    def at(self, easting: float, northing: float) -> Point:
        return MARGIN + (easting - self.west) * self.scale, MARGIN + (self.north - northing) * self.scale

    def line(self, points: Iterable[Point], end: str = "") -> str:
        placed = (self.at(*point) for point in points)
        return "M" + "L".join(f"{round(x)} {round(y)}" for x, y in placed) + end


def map_of(places: Iterable[Place]) -> Map:
    drawing = _drawing()
    data = drawing.data
    return Map(
        WIDTH,
        drawing.height,
        drawing.line(data["outline"], "z"),
        [drawing.line(lake, "z") for lake in data["lakes"]],
        [drawing.line(road) for road in data["roads"]],
        [Label(place["name"], *_rounded(drawing.at(*place["at"]))) for place in data["places"]],
        _pins(drawing, places),
    )


@cache
def _drawing() -> Drawing:
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    eastings, northings = zip(*data["outline"], strict=True)
    scale = (WIDTH - 2 * MARGIN) / (max(eastings) - min(eastings))
    height = round((max(northings) - min(northings)) * scale) + 2 * MARGIN
    return Drawing(data, min(eastings), max(northings), scale, height)


def _pins(drawing: Drawing, places: Iterable[Place]) -> list[Pin]:
    """In the order of the list. Where one would lie on another, it lies beside it."""
    taken: list[Point] = []
    pins = []
    for place in places:
        taken.append(_free(drawing.at(place.easting, place.northing), taken, drawing.height))
        pins.append(Pin(place.number, place.name, place.path, *_rounded(taken[-1])))
    return pins


def _free(wanted: Point, taken: Sequence[Point], height: int) -> Point:
    """The first place around the wanted one, in ever wider circles, that is free and within the picture."""
    for step in range(400):
        turn, circle = step * 2 * pi / 8, -(-step // 8)
        x, y = wanted[0] + circle * APART * cos(turn), wanted[1] + circle * APART * sin(turn)
        is_within = MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= height - MARGIN
        if is_within and all(hypot(x - a, y - b) >= APART - 1 for a, b in taken):
            return x, y
    return wanted


def _rounded(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])
