"""What those who lead read of their cases in numbers."""

import csv
from io import StringIO

from .pages.statistics import PAGE, with_cases
from .registry import Scene
from .visitors import Visitor


async def test_a_head_sees_the_numbers_in_words_in_a_plot_and_in_a_table(scene: Scene, visitor: Visitor):
    await with_cases(scene)
    await visitor.sign_in("karl åberg")

    page = await visitor.get(PAGE)

    assert "Klagomål" in page.text
    assert "av 15 öppna" in page.text or "öppna ärenden kom in för mer än 90 dagar sedan" in page.text
    assert page.text.count("<svg viewBox") == 3
    assert page.text.count("<caption") == 3


async def test_the_file_has_all_that_the_page_shows(scene: Scene, visitor: Visitor):
    await with_cases(scene)
    await visitor.sign_in("karl åberg")

    answer = await visitor.get(f"{PAGE}.csv?veckor=4")

    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows[0] == ["Uppgift", "Gäller", "Antal"]
    assert sum(row[0] == "Inkomna" for row in rows) == 4
    assert any(row[0] == "Beslut" and row[2].isdigit() for row in rows)


async def test_a_period_that_nobody_can_choose_is_the_usual_one(visitor: Visitor):
    await visitor.sign_in("karl åberg")

    page = await visitor.get(f"{PAGE}?veckor=9999")

    assert page.status_code == 200
    assert '<option value="12" selected>' in page.text


async def test_another_units_numbers_are_refused(visitor: Visitor):
    await visitor.sign_in("karl åberg")

    assert (await visitor.get(f"{PAGE}?enhet=boende")).status_code == 403
