"""What pages of Swedish authorities have had wrong, by name. None of ours has it, and our checks see it where it is."""

import pytest
from playwright.async_api import Browser, expect

from .applying import Applicant, text_of
from .browser import CHECKS, check, looked_at, open_page, watched
from .forms.published import definition
from .html import complaints
from .registry import ROWS, Scene
from .visitors import Visitor

COMPLAINT = "/e-tjanster/klagomal-olagenhet/utkast/nytt/nuisance"
HOUSES, MISTAKES = "tomma-hus", "steg-fel"
WHOLE = """<!doctype html><html lang="sv"><head><title>Sida</title></head><body><a href="#main">Hoppa till innehåll</a>
<main id="main" tabindex="-1"><h1>Sida</h1><label for="ort">Ort</label><select id="ort" name="ort"></select></main>
</body></html>"""
MEANS = """const $ = (one) => document.querySelectorAll(one);
const rule = (text) => {
  const added = new CSSStyleSheet();
  added.replaceSync(text);
  document.adoptedStyleSheets = [added];
}"""
NOTE_STOPS = """() => {
  window.seen = [];
  document.addEventListener("focusin", ({ target }) => {
    if (target.type !== "radio") window.seen.push(target.outerHTML.slice(0, 90));
  });
  document.querySelector("a").focus();
}"""
MOST_RADIO_GROUPS = 4
NO_FOCUS = "* {outline: 0 !important; box-shadow: none !important}"
DEFECTS = [
    (MISTAKES, "unread", "for (const one of $('*')) one.removeAttribute('aria-describedby')", "is not read with it"),
    (MISTAKES, "unread", "document.activeElement.blur()", "the summary does not have the focus"),
    (MISTAKES, "title", "document.title = 'Störningen'", "the title is Störningen"),
    (MISTAKES, "summaryLinks", "$('#fel a')[0].href = '#finns-inte'", "#finns-inte does not get the focus"),
    (MISTAKES, "skipped", "$('#svar-place')[0].tabIndex = -1", "has tabindex -1"),
    (MISTAKES, "skipped", "$('#svar-place')[0].tabIndex = 7", "has tabindex 7"),
    (MISTAKES, "focus", f"rule('{NO_FOCUS}')", "looks the same with the focus"),
    (
        MISTAKES,
        "focus",
        "rule('.top {position: fixed; inset: 0; background: red}')",
        "behind something",
    ),
    (MISTAKES, "forced", f"rule('{NO_FOCUS}')", "has no outline"),
    (MISTAKES, "clipped", "rule('h1 {block-size: 1rem; overflow: hidden}')", "is cut off"),
    (MISTAKES, "sideways", "rule('h1 {inline-size: 2000px}')", "wide as"),
    (HOUSES, "smallTargets", "for (const one of $('circle.hit')) one.setAttribute('r', 5)", "<a href"),
    (HOUSES, "svgContrast", "rule('.map a text {fill: #345 !important}')", "<text"),
]


@pytest.mark.parametrize(
    ("without", "complaint"),
    [
        ("<h1>Sida</h1>", "0 h1"),
        ('<a href="#main">Hoppa till innehåll</a>', "the first link does not lead past the menu"),
        ('<label for="ort">Ort</label>', "<select name=ort> has no label"),
    ],
)
def test_a_page_without_it_is_complained_of(without: str, complaint: str):
    assert complaints(WHOLE) == []
    assert complaints(WHOLE.replace(without, "")) == [complaint]


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("name", "look", "spoil", "complaint"), DEFECTS, ids=[f"{one[1]}: {one[3]}" for one in DEFECTS]
)
async def test_a_page_that_is_spoilt_is_complained_of(
    chromium: Browser, scene: Scene, name: str, look: str, spoil: str, complaint: str
):
    [row] = [row for row in ROWS if row.name == name]
    async with looked_at(chromium, scene, row) as page:
        await open_page(page, scene, row, "sv")
        await page.evaluate(CHECKS)
        given = [row.status] if look == "title" else []
        before = await check(page, look, *given)
        await page.evaluate(f"(() => {{ {MEANS}; {spoil} }})()")

        assert before == []
        assert complaint in "".join(await check(page, look, *given))


@pytest.mark.chromium
async def test_the_link_past_the_menu_comes_first_and_leads_there(chromium: Browser, portal: str):
    async with watched(chromium, base_url=portal) as page:
        await page.goto("/e-tjanster")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Hoppa till innehåll")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")

        await expect(page.get_by_role("searchbox")).to_be_focused()


@pytest.mark.chromium
@pytest.mark.parametrize("name", [MISTAKES, HOUSES, "handlaggare-inkommet"])
async def test_the_keyboard_stops_at_everything_in_the_order_that_it_is_read(
    chromium: Browser, scene: Scene, name: str
):
    [row] = [row for row in ROWS if row.name == name]
    async with looked_at(chromium, scene, row) as page:
        await open_page(page, scene, row, "sv")
        await page.evaluate(CHECKS)

        expected = await page.evaluate("window.checks.stops()")
        await page.evaluate(NOTE_STOPS)
        for _ in range(len(expected) + MOST_RADIO_GROUPS):
            await page.keyboard.press("Tab")
        seen = await page.evaluate("window.seen")

    assert len(expected) > 10
    assert seen[: len(expected)] == expected


async def test_what_need_not_be_answered_says_so_and_nothing_else_does(visitor: Visitor):
    page = await Applicant.at(visitor, COMPLAINT)
    labels = [text_of(one) for one in page.page.iter() if one.tag in ("label", "legend")]
    [step, *_] = definition("klagomal-olagenhet").steps

    assert {one.required for one in step.fields} == {True, False}
    for one in step.fields:
        assert (one.label if one.required else f"{one.label} (frivilligt)") in labels
