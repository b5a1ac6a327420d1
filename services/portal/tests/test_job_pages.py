"""Somebody looks for a job, and a company posts one."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, Page

from shared.clock import day_in_sweden, now

from .begun import begun, job_page, told_by
from .browser import phone
from .registry import Scene
from .visitors import Visitor

DEADLINE = day_in_sweden(now()) + timedelta(days=30)
AD = {
    "headline": "Svetsare",
    "description-text": "Du svetsar bryggor.\n\nVi har fika.",
    "sector": "ingenjor_industri",
    "occupation-label": "Svetsare och gasskärare",
    "occupation-ssyk": "7212",
    "number_of_vacancies": "2",
    "employment_type": "permanent",
    "working_hours_type": "full_time",
    "workplace_address-municipality": "Östersund",
    "language": "sv",
    "must_have-skills": "Svetslicens\n\n  Truckkort \n",
    "application_deadline-ar": str(DEADLINE.year),
    "application_deadline-manad": str(DEADLINE.month),
    "application_deadline-dag": str(DEADLINE.day),
    "application_details-email": "jobb@example.com",
    "employer-name": "Bryggan AB",
    "employer-organization_number": "556000-4615",
    "contact_email": "bryggan@example.com",
}

FINNISH = {"foreign_company.country": "FI", "foreign_company.number": "1234567-8"}


async def test_words_and_sector_narrow_the_list_down(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = (await visitor.get("/lediga-jobb?q=BRUNFLO&bransch=vard")).text

    assert "<strong>1 annons</strong>" in page
    assert "Sjuksköterska till hemsjukvården" in page
    assert '<option value="vard" selected>' in page


async def test_an_ad_tells_by_when_and_where_one_applies(scene: Scene, visitor: Visitor):
    page = (await visitor.get(await job_page(scene))).text

    assert "Sök senast" in page
    assert 'href="mailto:hemvarden.storbacken.ab@example.com"' in page
    assert "Svensk sjuksköterskelegitimation" in page


async def test_ads_for_shortage_occupations_are_marked_and_can_be_shown_alone(scene: Scene, visitor: Visitor):
    await begun(scene)

    every = (await visitor.get("/lediga-jobb")).text
    short = (await visitor.get("/lediga-jobb?brist=1")).text
    one = (await visitor.get(await job_page(scene))).text

    assert ("Skidlärare för vintern" in every, "Skidlärare för vintern" in short) == (True, False)
    assert 0 < every.count(">Bristyrke<") < every.count("<article")
    assert short.count(">Bristyrke<") == short.count("<article") > 0
    assert 'value="1" checked' in short
    assert "Det råder brist på arbetskraft i det här yrket" in one


async def test_an_ad_that_there_is_not_is_a_page_that_says_so(visitor: Visitor):
    answer = await visitor.get("/lediga-jobb/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b")

    assert answer.status_code == 404
    assert "Det finns ingen publicerad annons" in answer.text


async def test_an_ad_says_what_it_needs_when_the_service_does_not_take_it(visitor: Visitor):
    nowhere = await visitor.post("/lediga-jobb/annonsera", {**AD, "application_details-email": ""})
    wrong = await visitor.post("/lediga-jobb/annonsera", {**AD, "employer-organization_number": "556000-4616"})
    late = await visitor.post("/lediga-jobb/annonsera", {**AD, "application_deadline-ar": "2020"})

    assert [answer.status_code for answer in (nowhere, wrong, late)] == [422, 422, 422]
    assert 'href="#svar-application_details-email"' in nowhere.text
    assert 'href="#svar-employer-organization_number"' in wrong.text
    assert 'value="2020"' in late.text
    assert 'href="#svar-application_deadline"' in late.text


async def test_a_company_abroad_posts_an_ad_with_the_number_of_its_own_country(scene: Scene, visitor: Visitor):
    mine = {**AD, "headline": "Timmerman", "employer-name": "Hirvi Oy", "employer-organization_number": ""}

    none = await visitor.post("/lediga-jobb/annonsera", mine)
    wrong = await visitor.post("/lediga-jobb/annonsera", {**mine, **FINNISH, "foreign_company.number": "--"})
    sent = await visitor.post("/lediga-jobb/annonsera", {**mine, **FINNISH})

    assert [answer.status_code for answer in (none, wrong, sent)] == [422, 422, 303]
    assert 'href="#svar-employer-organization_number"' in none.text
    assert 'href="#svar-foreign_company-number"' in wrong.text
    assert "minst en siffra eller en bokstav" in wrong.text
    [ad] = [one for one in await _staff_see(scene) if one["headline"] == "Timmerman"]
    assert ad["foreign_company"] == {"country": "FI", "number": "1234567-8"}


async def test_an_ad_that_is_sent_twice_is_one(scene: Scene, visitor: Visitor):
    [key] = re.findall(r'name="nyckel" value="([^"]+)"', (await visitor.get("/lediga-jobb/annonsera")).text)
    before = await told_by(scene, "recruitment")

    answers = [await visitor.post("/lediga-jobb/annonsera", {**AD, "nyckel": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert await told_by(scene, "recruitment") == before + 1


@pytest.mark.chromium
async def test_a_company_posts_an_ad(chromium: Browser, scene: Scene):
    """On a phone, and without JavaScript."""
    async with phone(chromium, scene.portal) as page:
        await page.goto("/lediga-jobb")
        await page.get_by_role("link", name="Annonsera ett jobb").click()

        await _fill_in(page, {**AD, "headline": "Svetsare till bryggvarvet"})
        await page.get_by_role("button", name="Skicka in annonsen").click()

        assert await page.get_by_role("heading", level=1).inner_text() == "Vi har tagit emot er annons"
        [ad] = [one for one in await _staff_see(scene) if one["headline"] == "Svetsare till bryggvarvet"]
        assert ad["must_have"] == {"skills": ["Svetslicens", "Truckkort"], "languages": []}
        assert ad["application_deadline"] == DEADLINE.isoformat()


async def _fill_in(page: Page, boxes: dict[str, str]) -> None:
    for name, value in boxes.items():
        if await page.locator(f'input[type=radio][name="{name}"]').count():
            await page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            await page.locator(f'[name="{name}"]').fill(value)


async def _staff_see(scene: Scene) -> list[dict[str, object]]:
    async with httpx.AsyncClient(headers=scene.system.token("recruitment-officer")) as http:
        answer = await http.get(f"{scene.system.apis.recruitment}/staff/ads", params={"limit": 100})
    items: list[dict[str, object]] = answer.raise_for_status().json()["items"]
    return items
