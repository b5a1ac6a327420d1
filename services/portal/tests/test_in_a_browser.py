"""Every page in every state, in Chromium: axe in each language, light and dark, wide and narrow; what axe misses.

A page is opened once in each language. PAGES=all looks in every language and mode, as CI does; else in a sample.
"""

import pytest
from playwright.async_api import Browser, Page

from testkit.needs import ALL_PAGES

from .browser import (
    AXE,
    CHECKS,
    COLOUR_RULES,
    NARROW,
    SPACE,
    TAGS,
    WIDE,
    axe_says,
    check,
    looked_at,
    open_page,
    set_mode,
    shape_of,
)
from .registry import LANGUAGES, ROWS, Row, Scene

EVERY_MODE = {WIDE: ("light", "dark"), NARROW: ("dark", "light")}
SAMPLE = {WIDE: ("light",), NARROW: ("dark",)}


@pytest.mark.chromium
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_a_page_is_accessible(chromium: Browser, scene: Scene, row: Row):
    complaints, statuses = [], set()
    async with looked_at(chromium, scene, row) as page:
        for language in LANGUAGES if ALL_PAGES else ("sv",):
            status = await open_page(page, scene, row, language)
            found = await complaints_about(page, EVERY_MODE if ALL_PAGES else SAMPLE, status)
            complaints += [f"{language}: {one}" for one in found]
            statuses.add(status)

    assert statuses == {row.status}
    assert complaints == []


async def complaints_about(page: Page, modes: dict[int, tuple[str, ...]], status: int) -> list[str]:
    await page.evaluate(AXE)
    await page.evaluate(CHECKS)
    complaints = [*await check(page, "title", status), *await check(page, "unread")]
    for width, schemes in modes.items():
        complaints += await of_a_width(page, width, schemes)
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
