"""How an extract becomes what is read."""

from pathlib import Path

import pytest
from sqlmodel import col, delete, select

from permit_guide.registers import editions
from permit_guide.registers.editions import Extract, load
from permit_guide.registers.models import AnotherImport, Company, Edition, RegisterKind
from shared.database import Database

from .extracts import COMPANIES, company, written


def companies(folder: Path, *names: str, **changes: str) -> Extract:
    numbers = ["5560004615", "5599990016", "5599990024"]
    lines = [
        company(f"{number}$ORGNR-IDORG", f"{name}$$", **changes) for number, name in zip(numbers, names, strict=False)
    ]
    return Extract(RegisterKind.COMPANIES, written(folder, COMPANIES, *lines), "Östersund")


async def known(database: Database) -> list[str]:
    """The names of all that are kept, of whichever edition."""
    async with database.reading() as session:
        return list((await session.exec(select(Company.name).order_by(col(Company.name)))).all())


async def test_a_new_extract_takes_the_place_of_the_one_before(database, tmp_path):
    await load(database, companies(tmp_path, "Fjällgården AB", "Sågen AB"), "anna")

    assert await load(database, companies(tmp_path, "Fjällgården i Lit AB"), "anna")

    assert await known(database) == ["Fjällgården i Lit AB"]


async def test_an_extract_with_a_fault_changes_nothing(database, tmp_path):
    await load(database, companies(tmp_path, "Fjällgården AB"), "anna")
    extract = companies(tmp_path, "Fjällgården i Lit AB", "")

    assert not await load(database, extract, "anna")

    assert extract.fault_count == 1
    assert await known(database) == ["Fjällgården AB"]


async def test_an_extract_with_a_fault_is_loaded_without_the_faulty_rows_when_that_is_said(database, tmp_path):
    extract = companies(tmp_path, "Fjällgården AB", "")

    assert await load(database, extract, "anna", without_faulty=True)

    assert await known(database) == ["Fjällgården AB"]


async def test_an_extract_without_a_row_changes_nothing(database, tmp_path):
    await load(database, companies(tmp_path, "Fjällgården AB"), "anna")

    assert not await load(database, companies(tmp_path), "anna", without_faulty=True)

    assert await known(database) == ["Fjällgården AB"]


async def test_readers_go_on_with_the_old_edition_until_the_new_one_is_whole(client, database, tmp_path, monkeypatch):
    await load(database, companies(tmp_path, "Fjällgården AB"), "anna")
    monkeypatch.setattr(editions, "AT_ONCE", 1)
    seen = []

    async def look() -> None:
        seen.append((await client.get("/lookups/company/5560004615")).json()["name"])

    switch = editions._switch
    monkeypatch.setattr(editions, "_switch", lambda *details: _after(look, switch, *details))
    await load(database, companies(tmp_path, "Fjällgården i Lit AB", "Sågen AB"), "anna")
    await look()

    assert seen == ["Fjällgården AB", "Fjällgården i Lit AB"]


async def _after(look, switch, *details):
    await look()
    await switch(*details)


async def test_what_an_import_that_ended_half_way_has_left_goes_with_the_next(database, tmp_path):
    async with database.transaction() as tx:
        tx.add(Edition(kind=RegisterKind.COMPANIES, file="half"))

    await load(database, companies(tmp_path, "Fjällgården AB"), "anna")

    async with database.reading() as session:
        assert [edition.file for edition in (await session.exec(select(Edition))).all()] == ["extract.csv"]


async def test_an_import_during_which_another_begins_is_told_and_changes_nothing(database, tmp_path, monkeypatch):
    await load(database, companies(tmp_path, "Fjällgården AB"), "anna")
    insert = editions.insert_all

    async def insert_when_another_has_begun(connection, rows) -> None:
        await connection.execute(delete(Edition).where(col(Edition.is_current).is_(False)))
        await insert(connection, rows)

    monkeypatch.setattr(editions, "insert_all", insert_when_another_has_begun)

    with pytest.raises(AnotherImport):
        await load(database, companies(tmp_path, "Fjällgården i Lit AB"), "bo")

    assert await known(database) == ["Fjällgården AB"]
