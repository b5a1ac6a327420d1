"""The inbox while it is open: two people with a browser each, the keyboard alone, a server that is started again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from deploy.procfile import PORTAL

from .browser import looked_at
from .registry import Row, Scene
from .tasks import DAY, TODAY, case, clear, put

pytestmark = pytest.mark.chromium
UNIT = "/handlaggare/inkorg?enhet=halsoskydd"
LIVE = "Direktuppdatering på"
FIRST, SECOND = ("J2AA-2AAA", "Klagomål om buller"), ("J3BB-3BBB", "Anmälan om solarium")


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=30_000)


@pytest.fixture
async def tasks(scene: Scene) -> AsyncIterator[list[UUID]]:
    """Two tasks that nobody holds."""
    await clear(scene.system, "halsoskydd")
    days = (TODAY, TODAY + DAY)
    two = (case(*what, queue="halsoskydd", due_on=day) for what, day in zip((FIRST, SECOND), days, strict=True))
    yield await put(scene.system, *two)
    await clear(scene.system, "halsoskydd")


@asynccontextmanager
async def inbox_of(who: str, chromium: Browser, scene: Scene) -> AsyncIterator[Page]:
    """Somebody's browser with the inbox open, and live."""
    async with looked_at(chromium, scene, Row("inkorg", UNIT, who)) as page:
        await page.goto(scene.portal + UNIT)
        await expect(page.get_by_text(LIVE)).to_be_visible()
        yield page


def row(page: Page, task: UUID) -> Locator:
    return page.locator(f"#rad-{task}")


async def test_a_row_changes_at_a_colleagues_and_stays_where_it_is(chromium: Browser, scene: Scene, tasks):
    first, second = tasks
    async with inbox_of("maja berg", chromium, scene) as maja, inbox_of("karl åberg", chromium, scene) as karl:
        await row(karl, second).get_by_role("link").focus()
        await row(maja, first).get_by_role("button", name="Ta").click()

        await expect(row(maja, first)).to_contain_text("Du")
        await expect(maja.locator("#besked")).to_contain_text("Du har tagit J2AA-2AAA.")
        await expect(row(karl, first)).to_contain_text("Maja Berg")
        await expect(row(karl, first).get_by_role("button")).to_have_count(0)
        await expect(row(karl, second).get_by_role("link")).to_be_focused()
        assert await karl.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.id)") == [
            f"rad-{task}" for task in tasks
        ]
        await expect(karl.locator("#koer a[aria-current=page]")).to_have_text(re.compile("Ej tilldelade"))


async def test_of_two_who_take_the_same_one_gets_it_and_the_other_is_told_who(chromium: Browser, scene: Scene, tasks):
    first, _ = tasks
    async with inbox_of("maja berg", chromium, scene) as maja, inbox_of("karl åberg", chromium, scene) as karl:
        await karl.route("**/strom*", lambda route: route.abort())
        await karl.goto(scene.portal + UNIT)
        await row(maja, first).get_by_role("button", name="Ta").click()
        await expect(row(maja, first)).to_contain_text("Du")

        await row(karl, first).get_by_role("button", name="Ta").click()

        await expect(karl.locator("#besked")).to_contain_text("Maja Berg har redan tagit J2AA-2AAA.")
        await expect(row(karl, first)).to_contain_text("Maja Berg")


async def test_what_comes_by_itself_leaves_the_browsers_history_alone(chromium: Browser, scene: Scene, tasks):
    """Or else the way back from a link within the page fetches the page anew, without what was typed."""
    async with inbox_of("maja berg", chromium, scene) as maja:
        assert await maja.evaluate("history.state") is None


async def test_what_is_new_is_told_as_a_number_and_shown_when_one_asks(chromium: Browser, scene: Scene, tasks):
    async with inbox_of("maja berg", chromium, scene) as maja:
        await put(scene.system, case("J1CC-4CCC", "Brådskande anmälan", queue="halsoskydd", urgent=True))

        await expect(maja.locator("#nya")).to_contain_text("1 nytt sedan du öppnade sidan.")
        await expect(maja.locator("tbody tr")).to_have_count(2)
        await maja.get_by_role("link", name="Visa dem").click()
        await expect(maja.locator("tbody tr").first).to_contain_text("J1CC-4CCC")


async def test_a_page_is_live_again_when_the_server_has_been_started_again(chromium: Browser, scene: Scene, tasks):
    first, _ = tasks
    async with inbox_of("maja berg", chromium, scene) as maja:
        scene.system.processes.kill(PORTAL)
        await expect(maja.get_by_text(LIVE)).to_have_count(0)
        scene.system.start(PORTAL)
        scene.system.wait_until_ready(PORTAL)
        async with inbox_of("karl åberg", chromium, scene) as karl:
            await row(karl, first).get_by_role("button", name="Ta").click()
            await expect(row(karl, first)).to_contain_text("Du")

        await expect(maja.get_by_text(LIVE)).to_be_visible()
        await expect(row(maja, first)).to_contain_text("Karl Åberg")


async def test_a_clerk_works_with_the_keyboard_alone(chromium: Browser, scene: Scene, tasks):
    first, second = tasks
    async with inbox_of("maja berg", chromium, scene) as maja:
        await maja.keyboard.press("j")
        await expect(row(maja, first).get_by_role("link")).to_be_focused()
        await maja.keyboard.press("t")
        await expect(row(maja, first)).to_contain_text("Du")
        await maja.keyboard.press("s")
        await expect(row(maja, first).get_by_role("button", name="Ta")).to_be_visible()
        await maja.keyboard.press("t")
        await expect(row(maja, first)).to_contain_text("Du")
        await maja.keyboard.press("e")
        await expect(row(maja, first)).to_contain_text("Klar")
        await maja.keyboard.press("j")
        await expect(row(maja, second).get_by_role("link")).to_be_focused()
        await maja.keyboard.press("k")
        await expect(row(maja, first).get_by_role("link")).to_be_focused()
        await maja.keyboard.press("?")
        await expect(maja.get_by_role("dialog")).to_be_visible()
        await maja.keyboard.press("Escape")
        await maja.keyboard.press("/")
        await expect(maja.get_by_role("searchbox")).to_be_focused()
        await maja.keyboard.type("jte")
        await expect(maja.get_by_role("searchbox")).to_have_value("jte")


async def test_a_button_that_goes_leaves_the_focus_in_the_list(chromium: Browser, scene: Scene, tasks):
    first, second = tasks
    async with inbox_of("maja berg", chromium, scene) as maja:
        await row(maja, first).get_by_role("button", name="Ta").focus()
        await maja.keyboard.press("Enter")
        await expect(row(maja, first).get_by_role("link")).to_be_focused()

        await row(maja, first).get_by_role("button", name="Klar").focus()
        await maja.keyboard.press("Enter")
        await expect(row(maja, second).get_by_role("link")).to_be_focused()


async def test_who_has_turned_shortcuts_off_has_none(chromium: Browser, scene: Scene, tasks):
    async with inbox_of("maja berg", chromium, scene) as maja:
        await maja.goto(f"{scene.portal}/handlaggare/installningar")
        await maja.get_by_label("Använd kortkommandon i listor").uncheck()
        await maja.goto(scene.portal + UNIT)
        await maja.keyboard.press("j")

        await expect(row(maja, tasks[0]).get_by_role("link")).not_to_be_focused()


async def test_without_scripts_everything_can_be_done(chromium: Browser, scene: Scene, tasks):
    first, _ = tasks
    async with looked_at(chromium, scene, Row("inkorg", UNIT, "maja berg"), java_script_enabled=False) as maja:
        await maja.goto(scene.portal + UNIT)
        await row(maja, first).get_by_role("button", name="Ta").click()
        await maja.get_by_role("link", name=re.compile("Mina")).click()
        await row(maja, first).get_by_role("button", name="Klar").click()

        await expect(maja.locator("#besked")).to_contain_text("J2AA-2AAA är klart.")
        await expect(maja.get_by_role("link", name="Uppdatera")).to_be_visible()
