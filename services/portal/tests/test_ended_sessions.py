"""A session that ends, and a page at another port: nothing is lost, and nothing is done in one's name."""

import re
from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Browser, Page, Route, expect

from .browser import looked_at
from .casework import CLERK, Desk
from .registry import Row, Scene

pytestmark = pytest.mark.chromium
SETTINGS = "/handlaggare/installningar"
ANOTHER_PORT = "http://127.0.0.1:8999"
WRITTEN = "Det här tog lång tid att skriva."


def clerks_browser(chromium: Browser, scene: Scene) -> AbstractAsyncContextManager[Page]:
    return looked_at(chromium, scene, Row("arbetsdag", "/", CLERK), base_url=scene.portal)


async def signs_out_in_another_tab(page: Page) -> None:
    other = await page.context.new_page()
    await other.goto(SETTINGS)
    await other.get_by_role("banner").get_by_role("button").click()
    await expect(other.get_by_role("banner").get_by_role("button")).to_have_count(0)


async def is_maja(page: Page) -> None:
    await page.get_by_role("link", name="Maja Berg").click()


async def test_who_signs_in_again_is_back_on_the_same_page(chromium: Browser, scene: Scene, desk: Desk):
    reference = await desk.receives()
    async with clerks_browser(chromium, scene) as page:
        await signs_out_in_another_tab(page)
        await page.goto(f"/handlaggare/arenden/{reference}?klart=komplett")
        await is_maja(page)

        await expect(page).to_have_url(f"{scene.portal}/handlaggare/arenden/{reference}?klart=komplett")


async def test_what_was_written_is_sent_when_one_has_signed_in_again(chromium: Browser, scene: Scene, desk: Desk):
    reference = await desk.receives()
    async with clerks_browser(chromium, scene) as page:
        await page.goto(f"/handlaggare/arenden/{reference}")
        await page.get_by_label("Meddelande").fill(WRITTEN)
        await page.locator("#meddelande-knapp").click()
        await signs_out_in_another_tab(page)
        await page.get_by_role("button", name="Skicka meddelandet").click()
        async with page.context.expect_page() as opening:
            await page.get_by_role("link", name="Logga in i en ny flik").click()
        signing_in = await opening.value
        await is_maja(signing_in)
        await expect(signing_in.get_by_text("Maja Berg")).to_be_visible()
        await page.get_by_role("button", name="Skicka igen").click()
        await expect(page).to_have_url(re.compile("klart=meddelande$"))

    assert [one["text"] for one in (await desk.reads(reference))["messages"]] == [WRITTEN]


async def test_who_goes_back_after_signing_out_is_asked_to_sign_in(chromium: Browser, scene: Scene, desk: Desk):
    reference = await desk.receives()
    async with clerks_browser(chromium, scene) as page:
        await page.goto(f"/handlaggare/arenden/{reference}")
        await page.get_by_role("button", name="Logga ut").click()
        await expect(page.get_by_role("button", name="Logga ut")).to_have_count(0)
        await page.go_back()

        await expect(page.get_by_role("link", name="Maja Berg")).to_be_visible()
        assert reference not in await page.inner_text("body")


@pytest.mark.parametrize("path", ["/handlaggare/logga-ut", f"{SETTINGS}/farger"])
async def test_a_page_at_another_port_does_nothing_in_ones_name(chromium: Browser, scene: Scene, path: str):
    form = f"<form method=post action={scene.portal}{path}><button name=farger value=dark>Vinn ett hus</button></form>"

    async def lure(route: Route) -> None:
        await route.fulfill(content_type="text/html; charset=utf-8", body=f"<!doctype html>{form}")

    async with clerks_browser(chromium, scene) as page:
        await page.route(f"{ANOTHER_PORT}/**", lure)
        await page.goto(f"{ANOTHER_PORT}/tavling")
        async with page.expect_navigation() as sent:
            await page.get_by_role("button").click()
        answer = await sent.value
        await page.goto(SETTINGS)

        assert answer.status == 403
        await expect(page.get_by_role("radio", name="Mörkt")).not_to_be_checked()
        await expect(page).to_have_url(f"{scene.portal}{SETTINGS}")
