"""Where several of a kind are asked about, and where files are."""

import pytest

from tests.system import System

from . import drafts
from .applying import PDF, Applicant, text_of
from .visitors import Visitor

ROW = {"name": "Norra", "length_m": "120,5", "angle_to_vertical": "0", "compass_direction": "0"}
PLACED = {"e": "487000", "n": "7000000", "measured": "ja"}


@pytest.fixture
async def holes(visitor: Visitor, system: System) -> Applicant:
    draft = await drafts.draft_of(system, "varmepump", {"heat_source": "berg"})
    return await Applicant.at(visitor, f"{draft}/boreholes")


@pytest.fixture
async def diary(visitor: Visitor, system: System) -> Applicant:
    draft = await drafts.draft_of(system, "klagomal-olagenhet", drafts.COMPLAINT)
    return await Applicant.at(visitor, f"{draft}/bilagor/diary")


def rows_of(page: Applicant) -> list[str]:
    return [text_of(one.find("span")) for one in page.page.findall(".//main//ol/li")]


def files_of(page: Applicant) -> list[str]:
    return [text_of(one.find(".//bdi")) for one in page.page.findall(".//ul[@class='files']/li")]


async def test_rows_are_added_changed_and_removed_each_on_its_page(holes: Applicant):
    page = await (await holes.go("Lägg till")).press("Spara raden", {**ROW, **PLACED})
    page = await (await page.go("Lägg till en till")).press("Spara raden", {**ROW, **PLACED, "name": "Södra"})
    assert rows_of(page) == ["Norra, Längd (meter): 120,5", "Södra, Längd (meter): 120,5"]

    page = await (await page.go("Ändra Södra")).press("Spara raden", {"length_m": "90"})
    assert rows_of(page) == ["Norra, Längd (meter): 120,5", "Södra, Längd (meter): 90"]

    page = await page.press("Ta bort Norra")
    assert rows_of(page) == ["Södra, Längd (meter): 90"]
    assert (await page.press("Fortsätt")).heading == "Placeringen"


async def test_a_row_with_a_mistake_is_one_row_when_it_is_mended(holes: Applicant):
    again = await (await holes.go("Lägg till")).press("Spara raden", {**ROW, **PLACED, "length_m": "900"})
    assert again.mistakes == ["Längd (meter): ange högst 500."]

    page = await again.press("Spara raden", {"length_m": "120"})

    assert rows_of(page) == ["Norra, Längd (meter): 120"]


async def test_where_a_row_must_be_one_goes_on_with_one(holes: Applicant):
    again = await holes.press("Fortsätt")

    assert again.mistakes == ["Lägg till minst en rad under ”Borrhål”."]
    assert again.page.find(".//*[@id='svar-boreholes']") is not None


async def test_a_row_that_is_not_there_has_no_page(holes: Applicant):
    assert (await holes.visitor.get(f"{holes.path}/7")).status_code == 404


async def test_a_file_is_stored_at_once_and_can_be_removed(diary: Applicant):
    page = await diary.press("Ladda upp", files={"diary-fil": [("dag.pdf", PDF), ("bild.pdf", PDF + b"%")]})
    assert files_of(page) == ["dag.pdf", "bild.pdf"]

    page = await page.press("Ta bort dag.pdf")

    assert files_of(page) == ["bild.pdf"]
    assert files_of(await Applicant.at(page.visitor, page.path)) == ["bild.pdf"]


async def test_a_file_stays_when_another_is_refused(diary: Applicant):
    files = {"diary-fil": [("dag.pdf", PDF), ("spel.exe", b"MZ")]}

    again = await diary.press("Fortsätt", files=files)

    assert again.answer.status_code == 422
    assert again.mistakes[0].startswith("Störningsdagbok eller bilder: skicka en PDF, PNG, JPEG")
    assert files_of(again) == ["dag.pdf"]
    assert (await again.press("Fortsätt")).heading == "Kontrollera dina svar innan du skickar in"


async def test_a_file_that_must_be_there_is_asked_for(visitor: Visitor, system: System):
    draft = await drafts.draft_of(system, "varmepump", drafts.HEAT_PUMP)
    page = await Applicant.at(visitor, f"{draft}/bilagor/site_plan")

    again = await page.press("Fortsätt")
    there = await again.press("Fortsätt", files={"site_plan-fil": [("plan.pdf", PDF)]})

    assert again.mistakes == ["Välj en fil för ”Situationsplan”."]
    assert there.heading == "Kontrollera dina svar innan du skickar in"
