"""Every page in every state, in Chromium: axe in each language, light and dark, wide and narrow; what axe misses."""

import pytest
from playwright.async_api import Browser

from .browser import (
    AXE,
    CHECKS,
    NARROW,
    SCHEMES,
    WIDE,
    axe_says,
    check,
    looked_at,
    open_page,
    set_mode,
)
from .registry import LANGUAGES, ROWS, Row, Scene

pytestmark = pytest.mark.chromium
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
MODES = [(scheme, width) for width in (WIDE, NARROW) for scheme in SCHEMES]
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


@every_row
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_accessible(chromium: Browser, scene: Scene, row: Row, language: str):
    complaints = []
    async with looked_at(chromium, scene, row) as (page, watched):
        status = await open_page(page, scene, row, language)
        await page.evaluate(AXE)
        await page.evaluate(CHECKS)

        for scheme, width in MODES:
            await set_mode(page, scheme, width)
            found = [*await axe_says(page), *await check(page, "svgContrast"), *await check(page, "sideways")]
            complaints += [f"{scheme}, {width}: {one}" for one in found]
        complaints += [*await check(page, "smallTargets"), *await check(page, "title", status)]
        complaints += await check(page, "summaryLinks")

    assert status == row.status
    assert [*complaints, *watched.complaints] == []


@every_row
async def test_a_page_has_room_for_texts_that_are_set_wider(chromium: Browser, scene: Scene, row: Row):
    async with looked_at(chromium, scene, row, bypass_csp=True) as (page, _):
        await open_page(page, scene, row, "sv")
        await page.add_style_tag(content=SPACED)
        await page.evaluate(CHECKS)
        await set_mode(page, "light", NARROW)

        assert await check(page, "sideways") == []
