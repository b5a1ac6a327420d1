"""A restaurant owner on a phone without JavaScript: is asked for a supplement, sends it, receives the decision."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.system import System

from .browser import Watched
from .cases import CONDITIONED, WANTED, Casework

PHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False, "has_touch": True, "is_mobile": True}

pytestmark = pytest.mark.chromium


async def text_of(page: Page) -> str:
    return await page.locator("main").inner_text()


async def opens_with_code(page: Page, portal: str, reference: str, code: str) -> None:
    """From the address that stands in every mail."""
    await page.goto(f"{portal}/arenden/{reference}")
    assert await page.get_by_label("Referensnummer").input_value() == reference
    await page.get_by_label("Kod", exact=True).fill(code)
    await page.get_by_role("button", name="Öppna ärendet").click()


async def supplements(page: Page, plan: Path) -> None:
    await page.get_by_role("link", name="Komplettera nu").click()
    assert WANTED.splitlines()[0] in await text_of(page)
    await page.get_by_label("Filer").set_input_files(plan)
    await page.get_by_role("button", name="Lägg till filen och fortsätt").click()
    await page.get_by_label("Ditt svar").fill("Köket är 20 kvadratmeter. Ritningen är bifogad.")
    await page.get_by_role("button", name="Skicka kompletteringen").click()


async def receives_decision(page: Page) -> None:
    await page.get_by_role("link", name="Läs beslutet").click()
    assert CONDITIONED["conditions"][0] in await text_of(page)
    await page.get_by_role("button", name="Jag har tagit del av beslutet").click()


async def test_a_restaurant_owner_supplements_and_receives_the_decision(
    chromium: Browser, system: System, portal: str, tmp_path: Path
):
    casework, watched = Casework(system), Watched()
    applicant = await casework.asked()
    plan = tmp_path / "planritning.pdf"
    plan.write_bytes(b"%PDF-1.7 " + applicant.reference.encode())
    context = await chromium.new_context(**PHONE)
    watched.of(context)
    page = await context.new_page()

    await opens_with_code(page, portal, applicant.reference, applicant.receipt["secret"])
    address = page.url
    await supplements(page, plan)
    after_supplement = await text_of(page)
    await casework.clerk.take(applicant.reference, "decisions", {"decision": CONDITIONED})
    await page.reload()
    await receives_decision(page)
    after_receipt = await text_of(page)
    await context.close()

    assert address == f"{portal}/arenden/{applicant.reference}"
    assert "Din komplettering är skickad." in after_supplement
    assert "planritning.pdf" in after_supplement
    assert "Vill du överklaga ska vi ha fått överklagandet senast" in after_receipt
    assert (await applicant.look("/decision"))["served_on"] is not None
    assert watched.complaints == []


async def test_a_page_of_a_case_leads_nowhere_with_its_code(chromium: Browser, system: System, portal: str):
    applicant = await Casework(system).sent_in()
    seen: list[str] = []
    context = await chromium.new_context()
    context.on("request", lambda request: seen.append(str(request.headers.get("referer", ""))))
    page = await context.new_page()

    await page.goto(f"{portal}/arenden/{applicant.reference}/kod/{applicant.receipt['secret']}")
    await page.get_by_role("link", name="Kontakt").click()

    assert applicant.receipt["secret"] not in "".join(seen) + page.url
    await context.close()
