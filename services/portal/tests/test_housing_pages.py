"""Somebody looks for a house, and somebody offers one."""

import re
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Browser

from .begun import begun, house_page, told_by
from .browser import WIDE, phone, watched
from .registry import Scene
from .visitors import Visitor

SEEKER = {
    "name": "Sam Seeker",
    "email": "sam@example.com",
    "phone": "070-123 45 67",
    "message": "Vi är fyra och vill gärna se huset.\nFinns det bredband?",
}
OWNER = {
    "area": "Lockne",
    "house_type": "croft",
    "condition": "renovate",
    "offer": "sale",
    "price_idea": "350 000",
    "distance_to_bus_km": "1,5",
    "electricity": "ja",
    "property_designation": "Lockne-Byn 2:15",
    "position.northing": "6990500",
    "position.easting": "487500",
    "owner-name": "Karin Ek",
    "owner-email": "karin@example.com",
    "listing_consent": "ja",
}


async def test_the_list_has_as_many_numbers_as_the_map(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = (await visitor.get("/tomma-hus")).text

    listed = re.findall(r'>(\d+)\. <a class="ds-link" href="(/tomma-hus/[^"]+)"', page)
    pins = re.findall(r'<a href="(/tomma-hus/[^"]+)" aria-label="(\d+)\.', page)
    assert [(path, number) for number, path in listed] == pins
    assert f"<strong>{len(listed)} hus</strong>" in page


async def test_what_is_chosen_stands_in_the_address_and_in_the_boxes(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = (await visitor.get(f"/tomma-hus?erbjudande=rent&ort={quote('fåker')}")).text

    assert "<strong>1 hus</strong>" in page
    assert '<option value="rent" selected>' in page
    assert 'value="fåker"' in page
    assert "/en/tomma-hus?erbjudande=rent" in page


async def test_an_address_with_a_choice_that_there_is_not_shows_all(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = await visitor.get("/tomma-hus?erbjudande=gratis")

    assert page.status_code == 200
    assert "Torp i <bdi>Lockne</bdi>" in page.text


async def test_a_house_that_there_is_not_is_a_page_that_says_so(visitor: Visitor):
    unknown = await visitor.get("/tomma-hus/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b")
    nonsense = await visitor.get("/tomma-hus/torpet")

    assert (unknown.status_code, nonsense.status_code) == (404, 404)


async def test_what_is_wrong_with_a_message_is_said_and_nothing_of_it_is_lost(scene: Scene, visitor: Visitor):
    path = await house_page(scene)

    answer = await visitor.post(path, {**SEEKER, "message": "Ring 070-123 45 67\nså snart du kan"})

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert 'href="#svar-message"' in answer.text
    assert "ta bort e-postadresser" in answer.text
    assert "Ring 070-123 45 67\nså snart du kan</textarea>" in answer.text
    assert 'value="sam@example.com"' in answer.text


async def test_a_message_that_is_sent_twice_is_passed_on_once(scene: Scene, visitor: Visitor):
    path = await house_page(scene)
    [key] = re.findall(r'name="nyckel" value="([^"]+)"', (await visitor.get(path)).text)
    before = await told_by(scene, "housing")

    answers = [await visitor.post(path, {**SEEKER, "nyckel": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Meddelandet är skickat" in (await visitor.follow(answers[0])).text
    assert await told_by(scene, "housing") == before + 1


async def test_an_owner_who_changes_something_and_sends_again_has_sent_two(scene: Scene, visitor: Visitor):
    [key] = re.findall(r'name="nyckel" value="([^"]+)"', (await visitor.get("/tomma-hus/erbjud")).text)
    before = await told_by(scene, "housing")

    for area in ("Lockne", "Lockne", "Lit"):
        sent = await visitor.post("/tomma-hus/erbjud", {**OWNER, "nyckel": key, "area": area})
        assert sent.status_code == 303, sent.text

    assert "Vi har tagit emot ditt hus" in (await visitor.follow(sent)).text
    assert await told_by(scene, "housing") == before + 2


async def test_what_an_owner_wrote_reaches_those_who_publish_it(scene: Scene, visitor: Visitor):
    sent = await visitor.post("/en/tomma-hus/erbjud", {**OWNER, "area": "Ope"})
    assert sent.headers["location"] == "/en/tomma-hus/erbjud/mottaget"

    [house] = [one for one in await staff_see(scene) if one["area"] == "Ope"]

    assert house["price_idea"] == 350_000
    assert house["distance_to_bus_km"] == 1.5
    assert house["electricity"] is True
    assert house["fibre"] is None
    assert house["position"] == {"easting": 487500.0, "northing": 6990500.0}


@pytest.mark.parametrize("lacks", ["area", "position.easting", "owner-email", "listing_consent"])
async def test_what_an_owner_has_to_answer_is_pointed_out(visitor: Visitor, lacks: str):
    answer = await visitor.post("/tomma-hus/erbjud", {**OWNER, lacks: ""})

    assert answer.status_code == 422
    assert f'href="#svar-{lacks.replace(".", "-")}"' in answer.text


@pytest.mark.chromium
async def test_a_house_seeker_finds_a_house_and_writes_to_its_owner(chromium: Browser, scene: Scene):
    """On a phone, and without JavaScript."""
    await begun(scene)
    async with phone(chromium, scene.portal) as page:
        await page.goto("/tomma-hus")

        await page.get_by_label("Erbjudande").select_option("Att arrendera")
        await page.get_by_role("button", name="Sök").click()
        await page.get_by_role("heading", name="Marieby").get_by_role("link").click()
        await page.get_by_label("Namn").fill("Sam Seeker")
        await page.get_by_label("E-post").fill("sam.seeker@example.com")
        await page.get_by_label("Ditt meddelande").fill("Får man ha höns?")
        await page.get_by_role("button", name="Skicka till ägaren").click()

        assert await page.get_by_role("heading", level=1).inner_text() == "Meddelandet är skickat"


@pytest.mark.chromium
async def test_the_map_stays_beside_the_list(chromium: Browser, scene: Scene):
    await begun(scene)
    async with watched(chromium, viewport={"width": WIDE, "height": 900}) as page:
        await page.goto(f"{scene.portal}/tomma-hus")

        await page.mouse.wheel(0, 1200)
        await page.wait_for_function("scrollY >= 1000")

        box = await page.locator(".map").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 40


async def staff_see(scene: Scene) -> list[dict[str, object]]:
    async with httpx.AsyncClient(headers=scene.system.token("housing-officer")) as http:
        answer = await http.get(f"{scene.system.apis.housing}/staff/houses", params={"limit": 100})
    items: list[dict[str, object]] = answer.raise_for_status().json()["items"]
    return items
