"""Every page in every state, in Chromium: axe in each language, light and dark, wide and narrow; what axe misses.

A page, and what answers a form, is opened and weighed once in each language. PAGES=all looks in every language and
mode, as CI does; else in Swedish, every other page light and wide, the others dark and narrow.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from testkit.needs import ALL_PAGES

from .browser import (
    AXE,
    BETWEEN,
    CHECKS,
    COLOUR_RULES,
    NARROW,
    SPACE,
    TAGS,
    WIDE,
    Watch,
    axe_says,
    check,
    let_look,
    open_page,
    set_mode,
    shape_of,
    watched,
)
from .budgets import Answers
from .registry import LANGUAGES, ROWS, Row, Scene

EVERY_MODE = {WIDE: ("light", "dark"), NARROW: ("dark", "light")}
SAMPLES = ({WIDE: ("light",)}, {NARROW: ("dark",)})


@dataclass
class Window:
    """A page that every row is opened in, one after the other; what has been seen and sent there since."""

    page: Page
    watch: Watch
    answers: Answers

    def mishaps(self) -> list[str]:
        """What must not have happened since they were asked for before."""
        seen, self.watch.seen = self.watch.seen, []
        return seen


@pytest.fixture(scope="module")
async def window(chromium: Browser) -> AsyncIterator[Window]:
    """A new browser for each row would cost more than to look. This one keeps nothing that it was sent."""
    watch = Watch()
    async with watched(chromium, watch) as page:
        network = await page.context.new_cdp_session(page)
        await network.send("Network.enable")
        await network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        yield Window(page, watch, Answers(page))


@pytest.mark.chromium
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_a_page_is_accessible_and_light(window: Window, scene: Scene, row: Row):
    page, complaints, statuses = window.page, [], set()
    await let_look(page, scene, row)
    await set_mode(page, "light", WIDE)
    for language in LANGUAGES if ALL_PAGES else ("sv",):
        window.answers.clear()
        status = await open_page(page, scene, row, language, window.answers)
        complaints += await window.answers.too_heavy(is_staff="/handlaggare" in page.url)
        found = await complaints_about(page, EVERY_MODE if ALL_PAGES else SAMPLES[ROWS.index(row) % 2], status)
        complaints += [f"{language}: {one}" for one in found]
        statuses.add(status)

    assert [*complaints, *window.mishaps()] == []
    assert statuses == {row.status}


async def complaints_about(page: Page, modes: dict[int, tuple[str, ...]], status: int) -> list[str]:
    await page.evaluate(AXE)
    await page.evaluate(CHECKS)
    complaints = [*await check(page, "title", status), *await check(page, "unread")]
    await set_mode(page, "light", BETWEEN)
    complaints += [f"{BETWEEN}: {one}" for one in await check(page, "sideways")]
    for width, schemes in modes.items():
        complaints += await of_a_width(page, width, schemes)
    await page.set_viewport_size({"width": NARROW, "height": 900})
    for name in ("smallTargets", "skipped", "summaryLinks"):
        complaints += await check(page, name)
    return [*complaints, *await of_focus(page), *await of_wider_text(page)]


async def of_focus(page: Page) -> list[str]:
    """As the keyboard moves it, also where the system chooses the colours."""
    await page.keyboard.press("Tab")
    complaints = await check(page, "focus")
    await page.emulate_media(forced_colors="active")
    for name in ("forced", "svgContrast"):
        complaints += [f"forced colours: {one}" for one in await check(page, name)]
    await page.emulate_media(forced_colors="none")
    return complaints


async def of_wider_text(page: Page) -> list[str]:
    before = await check(page, "clipped")
    await page.evaluate(SPACE)
    after = [*await check(page, "sideways"), *await check(page, "clipped")]
    return [f"set wider: {one}" for one in after if one not in before]


async def of_a_width(page: Page, width: int, schemes: tuple[str, ...]) -> list[str]:
    """With the second colours axe is asked about colours alone, where nothing has moved, come or gone."""
    complaints, shape = [], ""
    for scheme in schemes:
        await set_mode(page, scheme, width)
        before, shape = shape, await shape_of(page)
        rules = COLOUR_RULES if shape == before else TAGS
        found = [*await axe_says(page, rules), *await check(page, "svgContrast"), *await check(page, "sideways")]
        complaints += [f"{scheme}, {width}: {one}" for one in found]
    return complaints
