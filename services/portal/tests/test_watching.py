"""What a browser must not do is seen, whatever test is going on in it."""

import pytest
from playwright.async_api import Browser, Page, Route

from .browser import watched

pytestmark = pytest.mark.chromium
AT_ANOTHER = "() => fetch('https://kommunen.example/x').catch(() => 0)"
BY_HAND = "() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">')"
NOT_THERE = """() => new Promise((tried) => {
  const picture = document.createElement("img");
  picture.onerror = tried;
  picture.src = "/static/finns-inte.svg";
  document.body.append(picture);
})"""


async def seen(chromium: Browser, does: str, address: str) -> str:
    with pytest.raises(AssertionError) as told:
        async with watched(chromium) as page:
            await _answered_here(page)
            await page.goto(address)
            await page.evaluate(does)
    return str(told.value)


async def _answered_here(page: Page) -> None:
    """Nothing leaves this machine, whatever a test tries."""

    async def answer(route: Route) -> None:
        await route.fulfill(body="", headers={"Access-Control-Allow-Origin": "*"})

    await page.route("https://**", answer)


async def test_a_question_to_another_site_is_seen(chromium: Browser):
    assert "asks https://kommunen.example/x" in await seen(chromium, AT_ANOTHER, "about:blank")


async def test_what_the_policy_stops_is_seen(chromium: Browser, portal: str):
    assert "Content Security Policy" in await seen(chromium, BY_HAND, f"{portal}/kontakt")


async def test_a_line_on_the_console_is_seen(chromium: Browser):
    assert "console: fel" in await seen(chromium, "() => console.log('fel')", "about:blank")


async def test_a_mistake_of_a_script_is_seen(chromium: Browser):
    does = "() => new Promise((done) => { setTimeout(() => { setTimeout(done); throw Error('trasig'); }); })"

    assert "trasig" in await seen(chromium, does, "about:blank")


async def test_a_part_of_a_page_that_does_not_come_is_seen(chromium: Browser, portal: str):
    assert "404 " in await seen(chromium, NOT_THERE, f"{portal}/kontakt")
