"""Extracts of registers that an embedded system begins with. All in them is made up."""

from pathlib import Path

from operations.console import opened
from permit_guide.registers.editions import Extract, load, loaded
from permit_guide.registers.models import RegisterKind
from shared.settings import Settings

SERVICE = "permit-guide"
FOLDER = Path(__file__).parent / "extracts"
FILES = {
    RegisterKind.COMPANIES: "companies.txt",
    RegisterKind.ADDRESSES: "addresses.csv",
    RegisterKind.WATER_PROTECTION: "water-protection.geojson",
    RegisterKind.DETAILED_PLANS: "detailed-plans.geojson",
}


async def import_samples() -> int:
    """Import those of the registers that are not loaded. How many that is."""
    async with opened(SERVICE) as database:
        async with database.reading() as reading:
            there = {edition.kind for edition in await loaded(reading)}
        missing = {kind: file for kind, file in FILES.items() if kind not in there}
        municipality = Settings(service=SERVICE).municipality_name
        for kind, file in missing.items():
            await load(database, Extract(kind, FOLDER / file, municipality), "embedded")
    return len(missing)
