"""Addresses, the properties they belong to and their points, as the municipality's map system exports them."""

from collections.abc import Iterator
from pathlib import Path

from permit_guide.registers.extracts import Fault, Kept, Line, Read, lines_of, within_sweden
from shared.errors import FieldError
from shared.identifiers import postal_code, property_designation
from shared.text import bounded, line

ADDRESS, CODE, CITY, PROPERTY, NORTHING, EASTING = COLUMNS = (
    "adress",
    "postnummer",
    "postort",
    "fastighetsbeteckning",
    "northing",
    "easting",
)


def addresses_of(path: Path, municipality: str) -> Iterator[Read]:
    """What is read of each line. Raises NotAnExtract."""
    for one in lines_of(path, COLUMNS):
        yield one if isinstance(one, Fault) else address_of(one, municipality)


def key_of(text: str) -> str:
    """What a search compares: small letters, without commas."""
    return " ".join(text.casefold().replace(",", " ").split())


def property_key_of(designation: str, municipality: str) -> str:
    """The same with and without the municipality's name before it."""
    return key_of(designation).removeprefix(f"{key_of(municipality)} ")


def address_of(one: Line, municipality: str) -> Read:
    column = ADDRESS
    try:
        address = _filled(one.values[ADDRESS], 150)
        column = CODE
        code = postal_code(one.values[CODE], "SE")
        column = CITY
        city = _filled(one.values[CITY], 100)
        column = PROPERTY
        designation = property_designation(one.values[PROPERTY])
        column = f"{NORTHING}, {EASTING}"
        point = _point(one.values[EASTING], one.values[NORTHING])
    except FieldError as error:
        return one.fault(column, error)
    row = {
        "id": one.number,
        "address": address,
        "postal_code": code,
        "city": city,
        "property_designation": designation,
        **point,
        "key": key_of(f"{address} {city}"),
        "property_key": property_key_of(designation, municipality),
    }
    return Kept(one.number, row)


def _filled(text: str, longest: int) -> str:
    if not text:
        raise FieldError("missing", "Fyll i det.", "It is empty. Fill it in, or take the line out.")
    return bounded(line(text), longest)


def _point(easting: str, northing: str) -> dict[str, float]:
    try:
        point = {"easting": float(easting.replace(",", ".")), "northing": float(northing.replace(",", "."))}
    except ValueError:
        point = {}
    if not point or not within_sweden(**point):
        raise FieldError(
            "point",
            "Ange en punkt i Sverige i SWEREF 99 TM.",
            "Give a point in Sweden in SWEREF 99 TM (EPSG:3006), in metres, northing and easting in their own columns.",
        )
    return point
