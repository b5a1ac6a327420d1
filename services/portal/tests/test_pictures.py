"""A picture of every page in every state, at both widths, light and dark: `make pictures`."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from .browser import NARROW, SCHEMES, WIDE, looked_at, open_page, set_mode
from .registry import ROWS, Row, Scene

FOLDER = os.environ.get("PICTURES")
LANGUAGES = ("sv", "ar")


@pytest.mark.chromium
@pytest.mark.parametrize("row", ROWS if FOLDER else ROWS[:1], ids=lambda row: row.name)
async def test_a_page_is_photographed(chromium: Browser, scene: Scene, row: Row, tmp_path: Path):
    folder, pictures = Path(FOLDER or tmp_path), []
    async with looked_at(chromium, scene, row) as page:
        for language in LANGUAGES:
            await open_page(page, scene, row, language)
            for scheme, width in [(scheme, width) for scheme in SCHEMES for width in (WIDE, NARROW)]:
                await set_mode(page, scheme, width)
                await page.evaluate("scrollTo(0, 0)")
                pictures.append(
                    await page.screenshot(path=folder / f"{row.name}.{language}.{scheme}.{width}.png", full_page=True)
                )

    assert all(pictures)
