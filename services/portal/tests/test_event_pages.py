"""Somebody looks for an event, and registers for one."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.async_api import Browser

from portal.clients.recruitment import Event
from portal.public.calendar_file import calendar_file

from .begun import announced, begun, closed_page, event_page, fair_page, full_page, told_by
from .browser import phone
from .registry import Scene
from .visitors import Visitor

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
ADA = {"name": "Ada Byron", "email": "ada.events@example.com", "party_size": "2"}
PARTY = Event(
    id=UUID(int=7),
    title="Lunch; sång, dans",
    description="Rad ett\nRad två " + "å" * 80,
    starts_at=datetime(2026, 12, 2, 17, tzinfo=UTC),
    ends_at=datetime(2026, 12, 2, 20, tzinfo=UTC),
    place="Rådhuset, Östersund",
    kind="trip",
    language="sv",
    registration_closes_at=None,
    seats_left=10,
)


async def test_events_stand_under_their_days(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = (await visitor.get("/evenemang")).text

    days = re.findall(r'<h2 class="ds-heading" data-size="xs">(\w+dag \d+ \w+ \d{4})</h2>', page)
    assert len(days) >= 5
    assert len(set(days)) == len(days)


async def test_a_kind_narrows_the_list_down(scene: Scene, visitor: Visitor):
    await begun(scene)

    page = (await visitor.get("/evenemang?typ=course")).text

    assert "Starta företag på landsbygden" in page
    assert "Inflyttarkväll" not in page


async def test_a_full_event_offers_the_waiting_list(scene: Scene, visitor: Visitor):
    path = await full_page(scene)

    page = (await visitor.get(path)).text
    sent = await visitor.post(f"{path}/anmalan", {**ADA, "party_size": "1", "steg": "skicka"})
    told = await visitor.follow(sent)

    assert "Ställ dig på väntelistan" in page
    assert "Du står på väntelistan" in told.text


async def test_an_event_that_is_closed_takes_no_registration(scene: Scene, visitor: Visitor):
    path = await closed_page(scene)

    page = await visitor.get(path)
    form = await visitor.get(f"{path}/anmalan")
    sent = await visitor.post(f"{path}/anmalan", {**ADA, "steg": "skicka"})

    assert "Anmälan har stängt" in page.text
    assert form.headers["location"] == path
    assert sent.status_code == 422
    assert "Anmälan till evenemanget är stängd" in sent.text
    assert 'value="Ada Byron"' in sent.text


async def test_nobody_is_registered_before_they_have_seen_what_they_wrote(scene: Scene, visitor: Visitor):
    path = await event_page(scene)
    before = await told_by(scene, "recruitment")

    check = await visitor.post(f"{path}/anmalan", ADA)
    change = await visitor.post(f"{path}/anmalan", {**ADA, "steg": "andra"})

    assert "<bdi>ada.events@example.com</bdi>" in check.text
    assert 'value="ada.events@example.com"' in change.text
    assert await told_by(scene, "recruitment") == before


async def test_a_registration_that_is_sent_twice_is_one(scene: Scene, visitor: Visitor):
    path = await announced(scene, title="Älgsafari")
    [key] = re.findall(r'name="nyckel" value="([^"]+)"', (await visitor.get(f"{path}/anmalan")).text)
    before = await told_by(scene, "recruitment")

    answers = [await visitor.post(f"{path}/anmalan", {**ADA, "nyckel": key, "steg": "skicka"}) for _ in range(2)]

    assert "Ni har 2 platser" in (await visitor.follow(answers[1])).text
    assert await told_by(scene, "recruitment") == before + 1


async def test_an_address_that_is_none_is_pointed_out_where_it_was_typed(scene: Scene, visitor: Visitor):
    path = await event_page(scene)

    answer = await visitor.post(f"{path}/anmalan", {**ADA, "email": "ada", "steg": "skicka"})

    assert answer.status_code == 422
    assert 'href="#svar-email"' in answer.text
    assert 'value="Ada Byron"' in answer.text


async def test_at_a_fair_one_says_in_which_role_one_comes(scene: Scene, visitor: Visitor):
    path = await fair_page(scene)

    without = await visitor.post(f"{path}/anmalan", ADA)
    check = await visitor.post(f"{path}/anmalan", {**ADA, "role": "employer"})

    assert 'href="#svar-role"' in without.text
    assert "Arbetsgivare" in check.text


async def test_an_event_can_be_put_into_a_calendar(scene: Scene, visitor: Visitor):
    path = await event_page(scene)

    answer = await visitor.get(f"{path}/kalender.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
    assert f"URL:{scene.system.environment['PORTAL_URL']}{path}" in answer.text.replace("\r\n ", "")


def test_a_calendar_file_has_utc_times_escaped_texts_and_short_lines():
    lines = calendar_file(PARTY, "https://kommunen.example/evenemang/7", AT).split("\r\n")

    assert "DTSTART:20261202T170000Z" in lines
    assert "SUMMARY:Lunch\\; sång\\, dans" in lines
    assert "LOCATION:Rådhuset\\, Östersund" in lines
    assert lines[-1] == ""
    assert max(len(line.encode()) for line in lines) <= 75


def test_the_folded_lines_of_a_calendar_file_read_as_they_were():
    text = calendar_file(PARTY, "https://kommunen.example/evenemang/7", AT).replace("\r\n ", "")

    assert "DESCRIPTION:Rad ett\\nRad två " + "å" * 80 + "\r\n" in text


@pytest.mark.chromium
async def test_a_guest_registers_for_an_event(chromium: Browser, scene: Scene):
    """On a phone, and without JavaScript."""
    await begun(scene)
    async with phone(chromium, scene.portal) as page:
        await page.goto("/evenemang")

        await page.get_by_role("link", name="Husvisning med buss").click()
        await page.get_by_role("link", name="Anmäl dig").click()
        await page.get_by_label("Namn").fill("Ada Byron")
        await page.get_by_label("E-post").fill("ada.phone@example.com")
        await page.get_by_label("Hur många kommer ni?").fill("3")
        await page.get_by_role("button", name="Fortsätt").click()
        assert "Antal personer\n3" in await page.locator("main").inner_text()
        await page.get_by_role("button", name="Skicka anmälan").click()

        assert await page.get_by_role("heading", level=1).inner_text() == "Du är anmäld"
        assert "Ni har 3 platser" in await page.locator("main").inner_text()
        assert await page.get_by_role("link", name="Lägg in i din kalender").is_visible()
