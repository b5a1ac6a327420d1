"""Whole errands on a phone without JavaScript: a restaurant that is rebuilt, a sewage system and its owner."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system import System

from . import drafts
from .applying import PDF
from .browser import phone
from .cases import CONDITIONED
from .casework import WANTED, Desk

pytestmark = pytest.mark.chromium
COMPANY = {
    "Organisationsnummer": "556000-4615",
    "Företagsnamn": "Restaurang Älgen AB",
    "Kontaktperson": "Karin Ek",
    "E-post": "karin@example.com",
    "Telefon": "070-174 06 05",
}
PERSON = {"Namn": "Olle Grävare", "E-post": "olle@example.com", "Telefon": "070-174 06 05"}
ADDRESS = {"Gatuadress": "Storgatan 12", "Postnummer": "831 30", "Postort": "Östersund"}
DRAWING = {"name": "situationsplan.pdf", "mimeType": "application/pdf", "buffer": PDF}


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def fill(page: Page, boxes: dict[str, str]) -> None:
    for label, text in boxes.items():
        await page.get_by_label(re.compile(f"^{re.escape(label)}")).first.fill(text)


async def choose(page: Page, **answers: str) -> None:
    """By the question's name: the option with that value."""
    for name, value in answers.items():
        await page.locator(f"input[name={name}][value={value}]").check()


async def heading(page: Page, text: str) -> None:
    await expect(page.locator("h1")).to_have_text(re.compile(f"^{re.escape(text)}"))


async def applies_for(page: Page) -> str:
    """As far as the owner knows at once; the link to the draft."""
    await page.goto("/e-tjanster?q=livsmedelsverksamhet")
    await page.get_by_role("link", name="Ändring eller upphörande av livsmedelsverksamhet").click()
    await page.get_by_role("link", name="Logga in och starta").click()
    await page.get_by_role("link", name="Karin Ek").click()
    await heading(page, "Företag")
    await fill(page, {**COMPANY, **ADDRESS})
    await press(page, "Fortsätt")
    await heading(page, "Fastighet")
    await press(page, "Spara och fortsätt senare")
    await heading(page, "Ditt utkast är sparat")
    return await page.get_by_label("Länken till ditt utkast").input_value()


async def goes_on(page: Page, link: str) -> None:
    await page.goto(link)
    await heading(page, "Fastighet")
    await fill(page, {"Fastighetsbeteckning": "Odensala"})
    await press(page, "Fortsätt")
    await expect(page.locator("#fel")).to_contain_text("Fastighetsbeteckning: ange fastighetsbeteckningen")
    await fill(page, {"Fastighetsbeteckning": "Odensala 1:23"})
    await press(page, "Fortsätt")
    await heading(page, "Ändringen")
    await fill(page, {"Vilken registrerad anläggning": "Restaurang Älgen", "Beskriv ändringen": "Köket byggs om."})
    await choose(page, change_type="lokal")
    await fill(page, {"År": "2027", "Månad": "3", "Dag": "27"})
    await press(page, "Fortsätt")
    await heading(page, "Planritning")
    await page.locator("input[type=file]").set_input_files(DRAWING)
    await press(page, "Ladda upp")
    await expect(page.get_by_role("listitem")).to_contain_text("situationsplan.pdf")
    await press(page, "Fortsätt")


async def sends_in(page: Page) -> tuple[str, str]:
    """The reference and the code, as the last page has them."""
    await heading(page, "Kontrollera dina svar")
    await expect(page.locator("main")).to_contain_text("27 mars 2027")
    await page.get_by_label("Jag intygar att uppgifterna är riktiga").check()
    await press(page, "Skicka in upplysningen")
    await heading(page, "Din upplysning är inskickad")
    await expect(page.locator("main")).to_contain_text(re.compile(r"MH-\d{4}-\d{6}"))
    [reference, code] = await page.locator("main dl").last.locator("dd").all_inner_texts()
    return reference, code


async def opens(page: Page, reference: str, code: str) -> None:
    """From the address that stands in every mail."""
    await page.goto(f"/arenden/{reference}")
    await expect(page.get_by_label("Referensnummer")).to_have_value(reference)
    await page.get_by_label("Kod", exact=True).fill(code)
    await press(page, "Öppna ärendet")


async def supplements(page: Page) -> None:
    await page.get_by_role("link", name="Komplettera nu").click()
    await expect(page.locator("main")).to_contain_text(WANTED["wanted"])
    await page.get_by_label("Filer").set_input_files({**DRAWING, "name": "planritning.pdf", "buffer": PDF + b"2"})
    await press(page, "Lägg till filen och fortsätt")
    await fill(page, {"Ditt svar": "Köket är 20 kvadratmeter. Ritningen är bifogad."})
    await press(page, "Skicka kompletteringen")
    await expect(page.locator("main")).to_contain_text("Din komplettering är skickad.")
    await expect(page.locator("main")).to_contain_text("planritning.pdf")


async def receives(page: Page) -> None:
    await page.get_by_role("link", name="Läs beslutet").click()
    await expect(page.locator("main")).to_contain_text(CONDITIONED["conditions"][0])
    await press(page, "Jag har tagit del av beslutet")
    await expect(page.locator("main")).to_contain_text("Vill du överklaga ska vi ha fått överklagandet senast")


async def test_a_restaurant_owner_applies_goes_on_with_a_draft_supplements_and_receives_the_decision(
    chromium: Browser, portal: str, desk: Desk
):
    async with phone(chromium, portal) as page:
        link = await applies_for(page)
    async with phone(chromium, portal) as page:
        await goes_on(page, link)
        reference, code = await sends_in(page)
    await desk.takes(reference, "supplement-requests", WANTED)
    async with phone(chromium, portal) as page:
        await opens(page, reference, code)
        await supplements(page)
        await desk.takes(reference, "decisions", {"decision": CONDITIONED})
        await page.reload()
        await receives(page)

    [decision] = (await desk.reads(reference))["decisions"]
    assert decision["served_on"] is not None


async def test_a_sewage_contractor_fills_in_and_the_owner_signs(chromium: Browser, portal: str, system: System):
    async with phone(chromium, portal) as page:
        await page.goto("/e-tjanster/enskilt-avlopp")
        await page.get_by_role("link", name="Logga in och starta").click()
        await page.get_by_role("link", name="Omar Haddad").click()
        await fill(page, {**PERSON, **ADDRESS})
        await press(page, "Fortsätt")
        await fill(page, {"Fastighetsbeteckning": "Odensala 1:23"})
        await press(page, "Fortsätt")
        await choose(page, invoice_same_as_applicant="ja")
        await press(page, "Fortsätt")
        await choose(page, filled_by="contractor")
        await fill(page, {"Sökandens namn": "Aino Lindqvist", "Sökandens e-post": "fel@example.com"})
        await press(page, "Fortsätt")
        await heading(page, "Avloppet")
        for name in ("matter", "dwelling_type"):
            await page.locator(f"input[name={name}]").first.check()
        await fill(page, {"Hur många hushåll": "1", "Hur många personekvivalenter": "5"})
        await press(page, "Fortsätt")
        await heading(page, "Vattnet och reningen")
        for name in ("incoming_water", "protection_level"):
            await page.locator(f"input[name={name}]").first.check()
        await press(page, "Fortsätt")
        await heading(page, "Reningssteg")
        await page.get_by_role("link", name="Lägg till", exact=True).click()
        await choose(page, type="slamavskiljare", ce_marked="ja")
        await fill(page, {"Delens nummer i ordningen": "1"})
        await press(page, "Spara raden")
        await press(page, "Fortsätt")
        await heading(page, "Tank och avstånd")
        await fill(page, {"Slamavskiljare": "2,2", "Avstånd till närmaste vattentäkt": "60"})
        await choose(page, on_others_land="nej")
        await press(page, "Fortsätt")
        await heading(page, "Situationsplan")
        await page.locator("input[type=file]").set_input_files(DRAWING)
        await press(page, "Fortsätt")
        await heading(page, "Längd- och tvärsektion")
        await press(page, "Fortsätt")
        await page.get_by_label("Jag intygar att uppgifterna är riktiga").check()
        await page.get_by_role("button", name=re.compile("^Skicka in")).click()
        await heading(page, "Väntar på underskrift")
        await page.get_by_text("Rätta adressen eller byt vem som ska skriva under").click()
        await fill(page, {"Sökandens namn": "Aino Lindqvist", "Sökandens e-post": "aino@example.com"})
        await press(page, "Skicka en ny länk")
        [_, _, _, _, reference, secret] = page.url.removeprefix("http://").split("/")
        receipt = {"reference": reference, "secret": secret}

    async with phone(chromium, portal) as page:
        await page.goto(await drafts.link_to_sign(system, receipt))
        await heading(page, "Läs och skriv under")
        await expect(page.locator("main")).to_contain_text("Olle Grävare")
        await press(page, "Skriv under och skicka in")
        await heading(page, "Din an")
        await expect(page.locator("main")).to_contain_text(reference)
