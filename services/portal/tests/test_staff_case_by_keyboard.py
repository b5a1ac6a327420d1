"""A case is handled in a browser with the keyboard alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from .casework import CLERK, Desk
from .registry import Scene
from .visitors import Visitor

pytestmark = pytest.mark.chromium
MOST_STOPS = 150
NAME = """() => {
  const at = document.activeElement, name = at.labels?.[0]?.innerText || at.innerText || at.ariaLabel || "";
  return name.replace(/\\s+/g, " ").trim();
}"""


@dataclass
class Keyboard:
    """Somebody without a mouse."""

    page: Page

    async def opens(self, address: str) -> None:
        await self.page.goto(address)

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

    async def presses(self, name: str) -> None:
        """A button that leads to another page."""
        await self.reaches(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")


@asynccontextmanager
async def somebody(browser: Browser, portal: str, person: str) -> AsyncIterator[Keyboard]:
    visitor = Visitor(portal)
    await visitor.sign_in(person)
    context = await browser.new_context(locale="en-US")
    cookies = [{"name": name, "value": value, "url": portal} for name, value in visitor.http.cookies.items()]
    await context.add_cookies([{**one, "value": one["value"].strip('"')} for one in cookies])
    try:
        yield Keyboard(await context.new_page())
    finally:
        await context.close()


async def test_of_two_clerks_at_once_the_second_finds_what_they_wrote_and_sends_it_again(
    chromium: Browser, scene: Scene
):
    desk = Desk(scene.system)
    reference = await desk.receives()

    async with somebody(chromium, scene.portal, CLERK) as clerk:
        await clerk.opens(f"{scene.portal}/handlaggare/arenden/{reference}")
        await clerk.writes("Meddelande", "Det här tog lång tid att skriva.")
        await desk.takes(reference, "completion", {})
        await clerk.presses("Skicka meddelandet")
        told = await clerk.page.inner_text("#andrat")
        typed = await clerk.page.input_value("#svar-meddelande-text")
        await clerk.presses("Skicka meddelandet")

    assert "Ärendet förklarades komplett: Siv Falk" in told
    assert typed == "Det här tog lång tid att skriva."
    assert [one["text"] for one in (await desk.reads(reference))["messages"]] == [typed]
