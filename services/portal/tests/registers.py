"""Registers as permit-guide has them once extracts were imported."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from permit_guide.registers.editions import Extract, load, loaded
from permit_guide.registers.models import Edition, RegisterKind
from shared.database import Database, Session
from tests.system import System

FOOD = "/e-tjanster/livsmedel-registrering"
COMPANY, PROPERTY = f"{FOOD}/utkast/nytt/applicant_company", f"{FOOD}/utkast/nytt/property"
NUMBER, UNKNOWN, SOLE_TRADER = "556000-4615", "559999-0016", "811218-9876"
_COMPANIES = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;organisationsform;"
    "avregistreringsdatum;avregistreringsorsak;pagandeAvvecklingsEllerOmstruktureringsforfarande;"
    "registreringsdatum;verksamhetsbeskrivning;postadress\n"
    '"5560004615$ORGNR-IDORG";"";"SE-LAND";"Fjäll & Gården AB$FORETAGSNAMN-ORGNAM$2019-03-01$";"AB-ORGFO";"";"";"";'
    '"2019-03-01";"";"Fjällgatan 1$$FRÖSÖN$83243$SE-LAND"\n'
    '"5560160680$ORGNR-IDORG";"";"SE-LAND";"Älgen AB$FORETAGSNAMN-ORGNAM$2019-03-01$";"AB-ORGFO";"2025-06-30";"";"";'
    '"2019-03-01";"";"Torget 2$$ÖSTERSUND$83130$SE-LAND"\n'
)
_ADDRESSES = (
    "adress;postnummer;postort;fastighetsbeteckning;northing;easting\n"
    "Byvägen 12;834 21;Tandsbyn;Östersund Lockne-Byn 2:15;6990400;487250,5\n"
    "Byvägen 14;834 21;Tandsbyn;Östersund Lockne-Byn 2:16;6990450;487290\n"
    "Källvägen 3;834 21;Tandsbyn;Östersund Källbo 1:4;6985500;480500\n"
)
PROTECTED = "Källbo 1:4"
"""A property in the water protection area."""
_CORNERS = [
    [480_000, 6_985_000],
    [481_000, 6_985_000],
    [481_000, 6_986_000],
    [480_000, 6_986_000],
    [480_000, 6_985_000],
]
_AREA = {
    "type": "Feature",
    "properties": {"NVRID": "2001234", "NAMN": "Källbo vattenskyddsområde"},
    "geometry": {"type": "Polygon", "coordinates": [_CORNERS]},
}
EXTRACTS = {
    RegisterKind.COMPANIES: _COMPANIES,
    RegisterKind.ADDRESSES: _ADDRESSES,
    RegisterKind.WATER_PROTECTION: json.dumps({"type": "FeatureCollection", "features": [_AREA]}),
}


async def have(system: System, folder: Path) -> None:
    """permit-guide has the extracts."""
    database = Database(system.settings("permit-guide"))
    for kind, text in EXTRACTS.items():
        path = folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert await load(database, Extract(kind, path, "Östersund"), "anna")
    await database.close()


@asynccontextmanager
async def not_there(system: System) -> AsyncIterator[None]:
    """permit-guide has none of them meanwhile."""
    database = Database(system.settings("permit-guide"))
    async with database.transaction() as tx:
        there = [edition.id for edition in await loaded(tx)]
        await _switched(tx, there, False)
    yield
    async with database.transaction() as tx:
        await _switched(tx, there, True)
    await database.close()


async def _switched(tx: Session, editions: Sequence[UUID], is_current: bool) -> None:
    switched = sa.update(Edition).where(col(Edition.id).in_(editions)).values(is_current=is_current)
    await (await tx.connection()).execute(switched)
