"""Every page in every state, as it is sent: well-formed, one h1, a label for every input, whole in English."""

import pytest

from .applying import Applicant
from .html import complaints
from .registry import LANGUAGES, ROWS, Row, Scene, prefixed

NOT_TYPED = ("x", "version", "nyckel")
REFUSED = [row for row in ROWS if row.form and row.status in (401, 422)]
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])


def test_every_row_has_a_name_of_its_own():
    names = [row.name for row in ROWS]

    assert sorted(names) == sorted(set(names))


@every_row
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_well_formed(scene: Scene, row: Row, language: str):
    visitor = await scene.visitor(row)
    path = prefixed(await scene.path(row), language)

    answer = await (visitor.get(path) if row.form is None else visitor.post(path, row.form))

    assert answer.status_code == row.status
    assert complaints(answer.text) == []


@every_row
async def test_a_page_is_whole_in_english(scene: Scene, row: Row):
    visitor = await scene.visitor(row)
    path = prefixed(await scene.path(row), "en")

    answer = await (visitor.get(path) if row.form is None else visitor.post(path, row.form))

    assert '<html lang="en"' in answer.text
    assert '<span lang="sv"' not in answer.text


@pytest.mark.parametrize("row", REFUSED, ids=[row.name for row in REFUSED])
async def test_what_was_typed_is_in_the_page_that_refuses_it(scene: Scene, row: Row):
    visitor = await scene.visitor(row)

    page = Applicant(visitor, await visitor.post(await scene.path(row), row.form))

    typed = {name: [text] for name, text in (row.form or {}).items() if name not in NOT_TYPED}
    assert {name: page.all_boxes.get(name) for name in typed} == typed
