"""What a page may weigh, in bytes as they are sent and in requests. Never in time."""

from collections import defaultdict
from pathlib import Path

import pytest
from playwright.async_api import Browser, Response

from .browser import looked_at, open_page
from .registry import ROWS, Row, Scene

KIB = 1024
PUBLIC = {"document": 12 * KIB, "stylesheet": 20 * KIB, "script": 0, "font": 48 * KIB, "all": 80 * KIB, "requests": 5}
STAFF = {
    "document": 15 * KIB,
    "stylesheet": 20 * KIB,
    "script": 20 * KIB,
    "font": 48 * KIB,
    "all": 110 * KIB,
    "requests": 7,
}
PORTAL_CSS = Path(__file__).parents[1] / "src/portal/static/portal.css"


def test_our_own_style_sheet_is_small():
    assert PORTAL_CSS.stat().st_size <= 8 * KIB


@pytest.mark.chromium
@pytest.mark.parametrize("row", [row for row in ROWS if row.form is None], ids=lambda row: row.name)
async def test_a_page_is_light(chromium: Browser, scene: Scene, row: Row):
    answers: list[Response] = []

    def note(answer: Response) -> None:
        if "event-stream" not in answer.headers.get("content-type", ""):  # it does not end
            answers.append(answer)

    async with looked_at(chromium, scene, row) as page:
        page.on("response", note)
        await open_page(page, scene, row, "sv")
        is_staff = "/handlaggare" in page.url
        weights = defaultdict(int, dict.fromkeys(PUBLIC, 0))
        for answer in [one for one in answers if not 300 <= one.status < 400]:
            size = (await answer.request.sizes())["responseBodySize"]
            weights[answer.request.resource_type] += size
            weights["all"] += size
            weights["requests"] += 1

    limits = STAFF if is_staff else PUBLIC
    assert {kind: weights[kind] for kind, limit in limits.items() if weights[kind] > limit} == {}
