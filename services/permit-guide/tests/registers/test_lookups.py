"""What everybody may look up, and what is said when a register is not there."""

from pathlib import Path

import pytest

from permit_guide.registers.editions import Extract, load
from permit_guide.registers.models import RegisterKind
from shared.database import Database

from .extracts import ADDRESSES, COMPANIES, LOCKNE, address, company, feature, map_of, square, written


async def have(database: Database, kind: RegisterKind, path: Path) -> None:
    assert await load(database, Extract(kind, path, "Östersund"), "anna")


async def test_an_organisation_number_gives_name_form_and_address(client, database, tmp_path):
    await have(database, RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company()))

    found = await client.get("/lookups/company/556000-4615")

    assert found.status_code == 200
    assert found.json() == {
        "number": "5560004615",
        "name": "Fjällgården AB",
        "form": "AB",
        "street": "Fjällgatan 1",
        "postal_code": "832 43",
        "city": "FRÖSÖN",
        "country": None,
        "deregistered_on": None,
    }


async def test_a_number_that_the_register_has_not_is_told_apart_from_a_register_that_is_not_there(
    client, database, tmp_path
):
    before = await client.get("/lookups/company/559999-0016")
    await have(database, RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company()))

    after = await client.get("/lookups/company/559999-0016")

    assert (before.status_code, before.json()["code"]) == (503, "RegisterNotLoaded")
    assert (after.status_code, after.json()["code"]) == (404, "CompanyNotFound")


async def test_a_sole_trader_is_not_looked_up(client):
    found = await client.get("/lookups/company/800101-1231")

    assert (found.status_code, found.json()["code"]) == (404, "SoleTraderNotKept")


@pytest.mark.parametrize("typed", ["byv", "Byvägen 1", "BYVÄGEN  12", "byvägen 12, tandsbyn"])
async def test_an_address_is_found_as_it_is_typed(client, database, tmp_path, typed: str):
    extract = written(tmp_path, ADDRESSES, address("Byvägen 12"), address("Torget 1", "Torget 1"))
    await have(database, RegisterKind.ADDRESSES, extract)

    found = await client.get("/lookups/addresses", params={"q": typed})

    assert [one["address"] for one in found.json()["items"]] == ["Byvägen 12"]
    assert found.json()["items"][0]["property_designation"] == "Östersund Lockne-Byn 2:15"


async def test_addresses_come_in_pages_in_alphabetical_order_each_once(client, database, tmp_path):
    lines = [address(f"Byvägen {number}") for number in range(1, 8)]
    await have(database, RegisterKind.ADDRESSES, written(tmp_path, ADDRESSES, *reversed(lines)))

    found, after = [], None
    while after or not found:
        wanted = {"q": "byvägen", "limit": 3, **({"after": after} if after else {})}
        page = (await client.get("/lookups/addresses", params=wanted)).json()
        found += [one["address"] for one in page["items"]]
        after = page["next"]

    assert found == [f"Byvägen {number}" for number in range(1, 8)]


@pytest.mark.parametrize("typed", ["Lockne-Byn 2:15", "Östersund Lockne-Byn 2:15", "östersund lockne-byn 2:15"])
async def test_a_property_is_found_with_and_without_the_municipality(client, database, tmp_path, typed: str):
    extract = written(tmp_path, ADDRESSES, address(), address("Byvägen 14"), address("Torget 1", "Torget 1"))
    await have(database, RegisterKind.ADDRESSES, extract)

    found = await client.get(f"/lookups/property/{typed}")

    assert found.json()["designation"] == "Östersund Lockne-Byn 2:15"
    assert (found.json()["easting"], found.json()["northing"]) == (487_250.5, 6_990_400)
    assert [one["address"] for one in found.json()["addresses"]] == ["Byvägen 12", "Byvägen 14"]


async def test_a_property_without_an_address_is_not_found(client, database, tmp_path):
    await have(database, RegisterKind.ADDRESSES, written(tmp_path, ADDRESSES, address()))

    found = await client.get("/lookups/property/Söre 4:31")

    assert (found.status_code, found.json()["code"]) == (404, "PropertyNotFound")


@pytest.mark.parametrize("path", ["addresses?q=by", "property/Söre 4:31", "areas?easting=487250&northing=6990400"])
async def test_a_register_that_is_not_loaded_says_so(client, path: str):
    found = await client.get(f"/lookups/{path}")

    assert (found.status_code, found.json()["code"]) == (503, "RegisterNotLoaded")


async def test_a_point_is_in_the_areas_around_it(client, database, tmp_path):
    west, south = LOCKNE
    own, wider = feature(), feature(square(west - 500, south - 500, 4_000), NVRID="2", NAMN="Locknesjön")
    away = feature(square(west + 5_000, south), NVRID="3", NAMN="Kläppe")
    await have(database, RegisterKind.WATER_PROTECTION, map_of(tmp_path, own, wider, away))

    found = await client.get("/lookups/areas", params={"easting": west + 10, "northing": south + 10})

    assert found.json() == {
        "areas": [
            {"kind": "water-protection", "id": "2", "name": "Locknesjön"},
            {"kind": "water-protection", "id": "2001234", "name": "Lockne vattenskyddsområde"},
        ],
        "not_loaded": ["detailed-plans"],
    }


async def test_areas_are_those_of_the_newest_extract(client, database, tmp_path):
    place = {"easting": LOCKNE[0] + 10, "northing": LOCKNE[1] + 10}
    await have(database, RegisterKind.WATER_PROTECTION, map_of(tmp_path, feature()))
    await client.get("/lookups/areas", params=place)
    await have(database, RegisterKind.WATER_PROTECTION, map_of(tmp_path, feature(NAMN="Lockne, ny gräns")))

    found = await client.get("/lookups/areas", params=place)

    assert [one["name"] for one in found.json()["areas"]] == ["Lockne, ny gräns"]


async def test_it_is_told_what_is_loaded_since_when(client, database, tmp_path):
    await have(database, RegisterKind.COMPANIES, written(tmp_path, COMPANIES, company()))

    told = {one["kind"]: one for one in (await client.get("/lookups")).json()}

    assert set(told) == set(RegisterKind)
    assert told["companies"]["row_count"] == 1
    assert told["companies"]["loaded_at"]
    assert told["addresses"] == {"kind": "addresses", "loaded_at": None, "row_count": 0}
