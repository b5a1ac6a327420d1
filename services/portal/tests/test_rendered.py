"""Every page in every state, as it is sent: well-formed, one h1, a label for every input, whole in English."""

from pathlib import Path

import pytest

from testkit.needs import ALL_PAGES

from .applying import Applicant
from .budgets import KIB
from .html import complaints
from .registry import LANGUAGES, ROWS, Row, Scene, prefixed

PORTAL_CSS = Path(__file__).parents[1] / "src/portal/static/portal.css"
NOT_TYPED = ("x", "version", "nyckel", "gor")
REFUSED = [row for row in ROWS if row.form and row.status in (401, 422, 429, 503)]


def test_our_own_style_sheet_is_small():
    assert PORTAL_CSS.stat().st_size <= 8 * KIB


def test_every_row_has_a_name_of_its_own():
    names = [row.name for row in ROWS]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
async def test_a_page_is_well_formed_in_each_language_and_whole_in_english(scene: Scene, row: Row):
    visitor = await scene.visitor(row)
    for language in LANGUAGES if ALL_PAGES else ("sv", "en"):
        path = prefixed(await scene.path(row), language)

        answer = await (visitor.get(path) if row.form is None else visitor.post(path, row.form))

        assert (language, answer.status_code, complaints(answer.text)) == (language, row.status, [])
        if language == "en":
            assert '<html lang="en"' in answer.text
            assert '<span lang="sv"' not in answer.text


@pytest.mark.parametrize("row", REFUSED, ids=[row.name for row in REFUSED])
async def test_what_was_typed_is_in_the_page_that_refuses_it(scene: Scene, row: Row):
    visitor = await scene.visitor(row)

    page = Applicant(visitor, await visitor.post(await scene.path(row), row.form))

    typed = {name: [text] for name, text in (row.form or {}).items() if name not in NOT_TYPED}
    assert {name: page.all_boxes.get(name) for name in typed} == typed
