"""A clerk's day with the keyboard alone: from the inbox to a decision, and on to the next."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from .browser import looked_at
from .casework import CLERK, HEAD, Desk
from .registry import Row, Scene
from .tasks import DAY, TODAY, case, clear, put

pytestmark = pytest.mark.chromium
UNIT = "halsoskydd"
INBOX = f"/handlaggare/inkorg?enhet={UNIT}"
MOST_STOPS = 60
REASONS, ANSWER = "Bullret ligger under riktvärdena.", "Varje natt klockan två."
NAME = """() => {
  const at = document.activeElement;
  if (at === window.was) return "";
  window.was = at;
  const name = at.labels?.[0]?.innerText || at.innerText || at.ariaLabel || "";
  return name.replace(/\\s+/g, " ").trim();
}"""
UNFOLDED = "() => document.activeElement.parentElement.lastElementChild.checkVisibility()"


@dataclass
class Keyboard:
    """Somebody without a mouse."""

    page: Page

    async def opens(self, path: str) -> None:
        await self.page.goto(path)

    async def reaches(self, name: str) -> None:
        """Tab to what is called so."""
        for _ in range(MOST_STOPS):
            await self.page.keyboard.press("Tab")
            if str(await self.page.evaluate(NAME)).startswith(name):
                return
        raise AssertionError(f"no way to {name!r} with the keyboard on {await self.page.title()}")

    async def writes(self, name: str, text: str) -> None:
        await self.reaches(name)
        await self.page.keyboard.type(text)

    async def chooses(self, name: str, option: str) -> None:
        """Of radio buttons: Tab to them, and down to the one."""
        await self.reaches(name)
        await self.page.keyboard.press("Space")
        while not str(await self.page.evaluate("document.activeElement.labels[0].innerText")).startswith(option):
            await self.page.keyboard.press("ArrowDown")

    async def presses(self, name: str) -> None:
        """A button or a link that leads to another page."""
        await self.reaches(name)
        await self.enters()

    async def enters(self) -> None:
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def unfolds(self, name: str) -> None:
        """What is unfolded is shown a frame later than the key, and one looks before one goes on."""
        await self.reaches(name)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_function(UNFOLDED)

    async def dates(self, name: str, day: str) -> None:
        """As Chromium asks in American English: month, day, year."""
        await self.reaches(name)
        year, month, of_month = day.split("-")
        await self.page.keyboard.type(month + of_month + year)


@asynccontextmanager
async def keyboard_of(who: str, chromium: Browser, scene: Scene) -> AsyncIterator[Keyboard]:
    day = Row("arbetsdag", "/", who)
    async with looked_at(chromium, scene, day, locale="en-US", base_url=scene.portal) as page:
        yield Keyboard(page)


@pytest.fixture
async def come_in(scene: Scene, desk: Desk) -> AsyncIterator[list[str]]:
    """The references of two cases, which the inbox has."""
    await clear(scene.system, UNIT)
    references = [await desk.receives() for _ in range(2)]
    days = zip(references, (TODAY, TODAY + DAY), strict=True)
    await put(scene.system, *(case(one, "Klagomål", queue=UNIT, due_on=day) for one, day in days))
    yield references
    await clear(scene.system, UNIT)


async def takes_the_first(clerk: Keyboard, reference: str) -> None:
    await clerk.opens(INBOX)
    await expect(clerk.page.get_by_text("Direktuppdatering på")).to_be_visible()
    await clerk.page.keyboard.press("j")
    await clerk.page.keyboard.press("t")
    await expect(clerk.page.locator("#besked")).to_contain_text(f"Du har tagit {reference}.")
    await clerk.enters()


async def asks(clerk: Keyboard) -> None:
    await clerk.unfolds("Begär komplettering")
    await clerk.writes("Vad behöver den sökande skicka in?", "Skriv vilka tider det låter.")
    await clerk.dates("Sista dag att svara", "2030-03-15")
    await clerk.presses("Förhandsgranska")
    await clerk.presses("Skicka begäran")


async def proposes(clerk: Keyboard) -> None:
    await clerk.unfolds("Föreslå beslut")
    await clerk.chooses("Bifall", "Ingen åtgärd")
    await clerk.writes("Skäl", REASONS)
    await clerk.writes("Lagstöd", "26 kap. 9 § miljöbalken")
    await clerk.presses("Förhandsgranska")
    await clerk.presses("Föreslå beslutet")


async def is_done_with_it_and_opens_the_next(clerk: Keyboard, reference: str) -> None:
    await clerk.opens(f"{INBOX}&ko=alla")
    await expect(clerk.page.get_by_text("Direktuppdatering på")).to_be_visible()
    await clerk.page.keyboard.press("j")
    await clerk.page.keyboard.press("e")
    await expect(clerk.page.locator("#besked")).to_contain_text(f"{reference} är klart.")
    await clerk.page.keyboard.press("j")
    await clerk.enters()


async def test_a_clerk_takes_asks_completes_and_proposes_another_decides_and_the_next_is_opened(
    chromium: Browser, scene: Scene, desk: Desk, come_in: list[str]
):
    first, second = come_in
    async with keyboard_of(CLERK, chromium, scene) as clerk, keyboard_of(HEAD, chromium, scene) as head:
        await takes_the_first(clerk, first)
        await asks(clerk)
        await desk.hears(first, ANSWER)
        await clerk.opens(f"/handlaggare/arenden/{first}")
        await clerk.unfolds("Förklara komplett")
        await clerk.presses("Förhandsgranska")
        await clerk.presses("Förklara komplett")
        await proposes(clerk)
        await head.opens(f"/handlaggare/arenden/{first}")
        await head.unfolds("Fatta beslut")
        await head.presses("Förhandsgranska")
        await head.presses("Fatta beslutet")
        await is_done_with_it_and_opens_the_next(clerk, first)
        next_one = clerk.page.url

    found = await desk.reads(first)
    [asked], [decision] = found["supplements"], found["decisions"]
    assert next_one.partition("?")[0] == f"{scene.portal}/handlaggare/arenden/{second}"
    assert (found["status"], asked["due_on"], asked["answer"]) == ("decided", "2030-03-15", ANSWER)
    assert (decision["outcome"], decision["reasons"]) == ("no_action", REASONS)
    assert (decision["proposed_by_name"], decision["decided_by_name"]) == ("Maja Berg", "Karl Åberg")


async def test_what_one_writes_survives_that_the_case_changes_and_is_handed_over(
    chromium: Browser, scene: Scene, desk: Desk, come_in: list[str]
):
    written, page = "Det här tog lång tid att skriva.", f"/handlaggare/arenden/{come_in[0]}"
    async with keyboard_of(CLERK, chromium, scene) as clerk, keyboard_of(HEAD, chromium, scene) as head:
        await clerk.opens(page)
        await clerk.presses("Ta ärendet")
        await clerk.writes("Meddelande", written)
        await desk.takes(come_in[0], "completion", {})
        in_another_tab = Keyboard(await clerk.page.context.new_page())
        await in_another_tab.opens(page)
        await in_another_tab.presses("Släpp ärendet")
        await head.opens(page)
        await head.presses("Ta ärendet")
        await clerk.presses("Förhandsgranska")
        told, holder = await clerk.page.inner_text("[role=group].ds-alert"), await clerk.page.inner_text(".head")
        typed = await clerk.page.input_value("#svar-meddelande-text")
        await clerk.presses("Förhandsgranska")
        await clerk.presses("Skicka meddelandet")

    assert "Ärendet förklarades komplett: Siv Falk" in told
    assert "Karl Åberg" in holder
    assert typed == written
    assert [one["text"] for one in (await desk.reads(come_in[0]))["messages"]] == [written]
