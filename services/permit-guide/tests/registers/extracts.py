"""Extracts as registers hand them out, written to files."""

import json
from pathlib import Path
from typing import Any

COMPANIES = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;organisationsform;"
    "avregistreringsdatum;avregistreringsorsak;pagandeAvvecklingsEllerOmstruktureringsforfarande;"
    "registreringsdatum;verksamhetsbeskrivning;postadress"
)
ADDRESSES = "adress;postnummer;postort;fastighetsbeteckning;northing;easting"
LOCKNE = (487_000, 6_990_000)


def company(
    number: str = "5560004615$ORGNR-IDORG",
    name: str = "Fjällgården AB$FORETAGSNAMN-ORGNAM$2019-03-01$",
    form: str = "AB-ORGFO",
    ended: str = "",
    address: str = "Fjällgatan 1$c/o Karin Ek$FRÖSÖN$83243$SE-LAND",
) -> str:
    cells = (number, "", "SE-LAND", name, form, ended, "", "", "2019-03-01", "Tar emot gäster; lagar mat.", address)
    return ";".join(f'"{cell}"' for cell in cells)


def address(text: str = "Byvägen 12", property_designation: str = "Östersund Lockne-Byn 2:15") -> str:
    return f"{text};834 21;Tandsbyn;{property_designation};6990400;487250,5"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "extract.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def square(west: float, south: float, side: float = 1_000) -> dict[str, Any]:
    east, north = west + side, south + side
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def feature(geometry: dict[str, Any] | None = None, **properties: str) -> dict[str, Any]:
    known = {"NVRID": "2001234", "NAMN": "Lockne vattenskyddsområde", **properties}
    return {"type": "Feature", "properties": known, "geometry": geometry or square(*LOCKNE)}


def map_of(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "extract.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
