"""Protected areas and plans, as GeoJSON in SWEREF 99 TM."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from permit_guide.registers.extracts import Fault, Kept, NotAnExtract, Read, within_sweden
from shared.errors import FieldError
from shared.text import bounded, line

NAMES, IDS = ("namn", "name"), ("nvrid", "id", "beteckning")
"""What the Swedish authorities' files and others call the same."""
POLYGONS = ("Polygon", "MultiPolygon")


def areas_of(path: Path, _: str) -> Iterator[Read]:
    """What is read of each feature. Raises NotAnExtract."""
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnExtract(f"{path} is not a GeoJSON FeatureCollection. Export it as GeoJSON in UTF-8.") from error
    for number, feature in enumerate(features, start=1):
        yield area_of(number, feature)


def area_of(number: int, feature: Mapping[str, Any]) -> Read:
    known = {name.casefold(): value for name, value in (feature.get("properties") or {}).items()}
    column = NAMES[0]
    try:
        name = _text(known, NAMES)
        column = IDS[0]
        identity = _text({"id": feature.get("id"), **known}, IDS)
        column = "geometry"
        shape = _shape(feature.get("geometry") or {})
    except FieldError as error:
        return Fault(number, column, error.text.en)
    return Kept(number, {"id": identity[:100], "name": name, "shape": shape})


def _text(known: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if text := line(str(known.get(name) or "")):
            return bounded(text, 300)
    raise FieldError("missing", "Egenskapen saknas.", f"Give the feature a property {' or '.join(names)}.")


def _shape(geometry: Mapping[str, Any]) -> bytes:
    """The area's shape. What makes it is loaded for those who read areas, and for nobody else."""
    if geometry.get("type") not in POLYGONS:
        raise _wrong(f"Give a {' or a '.join(POLYGONS)}.")
    shapely = import_module("shapely")
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.ShapelyError:
        raise _wrong("The coordinates are not those of a polygon. Export the area again.") from None
    if shape.is_empty or not shape.is_valid:
        raise _wrong(f"{shapely.is_valid_reason(shape).partition('[')[0]}. Mend the area: `ogr2ogr -makevalid`.")
    west, south, east, north = shape.bounds
    if not (within_sweden(west, south) and within_sweden(east, north)):
        raise _wrong("Give coordinates in SWEREF 99 TM: `ogr2ogr -t_srs EPSG:3006`.")
    return bytes(shapely.to_wkb(shape))


def _wrong(text: str) -> FieldError:
    return FieldError("geometry", "Ytan kan inte läsas.", text)
