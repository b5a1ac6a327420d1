"""What those who lead read of their cases in numbers."""

import csv
import re
from io import StringIO

from .pages.statistics import DAYS, DECIDED, PAGE, with_cases
from .registry import Scene
from .visitors import Visitor

MORE = {
    "Inkomna": len(DAYS),
    "Avslutade": len(DECIDED),
    "Beslut": len(DECIDED),
    "Öppna": len(DAYS) - len(DECIDED),
    "Öppna ärenden efter ålder": len(DAYS) - len(DECIDED),
}
"""What the numbers are more by when the cases are there."""


async def lines(visitor: Visitor, weeks: int = 12) -> list[list[str]]:
    answer = await visitor.get(f"{PAGE}.csv?veckor={weeks}")
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def total(lines: list[list[str]], what: str) -> int:
    return sum(int(line[2]) for line in lines if line[0] == what)


async def test_a_head_sees_the_numbers_in_words_in_a_plot_and_in_a_table(scene: Scene, visitor: Visitor):
    await with_cases(scene)
    await visitor.sign_in("karl åberg")

    page = await visitor.get(PAGE)

    number_of_open = total(await lines(visitor), "Öppna")
    assert "Klagomål" in page.text
    assert f"av {number_of_open} öppna<" in page.text
    assert re.search(rf"(\d+ av {number_of_open} öppna ärenden|Inget) är äldre än 90 dagar\.", page.text)
    assert page.text.count("<svg viewBox") == 3
    assert page.text.count("<caption") == 3


async def test_the_file_has_all_that_the_page_shows(scene: Scene, visitor: Visitor):
    await visitor.sign_in("karl åberg")
    before = await lines(visitor)

    await with_cases(scene)

    after = await lines(visitor)
    more = {what: total(after, what) - total(before, what) for what in MORE}
    assert more == MORE
    assert after[0] == ["Uppgift", "Gäller", "Antal"]
    assert sum(line[0] == "Inkomna" for line in await lines(visitor, weeks=4)) == 4


async def test_a_period_that_nobody_can_choose_is_the_usual_one(visitor: Visitor):
    await visitor.sign_in("karl åberg")

    page = await visitor.get(f"{PAGE}?veckor=9999")

    assert page.status_code == 200
    assert '<option value="12" selected>' in page.text


async def test_another_units_numbers_are_refused(visitor: Visitor):
    await visitor.sign_in("karl åberg")

    assert (await visitor.get(f"{PAGE}?enhet=boende")).status_code == 403
