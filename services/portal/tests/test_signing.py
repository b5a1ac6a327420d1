"""A contractor fills in, and the owner signs or declines."""

from tests.system import System

from . import drafts
from .applying import Applicant
from .visitors import Visitor


async def test_the_owner_reads_all_of_it_and_signs(visitor: Visitor, system: System):
    receipt = await drafts.awaited(system)
    page = await Applicant.at(visitor, await drafts.link_to_sign(system, receipt))
    assert "070-174 06 05" in page.text
    assert "FabrikatNibe" in page.text and "Borrhål 2: BeteckningSödra" in page.text

    signed = await page.press("Skriv under och skicka in")
    again = await page.press("Skriv under och skicka in")

    assert (signed.heading, again.path) == ("Din anmälan är inskickad", signed.path)
    assert receipt["reference"] in signed.text
    assert (await Applicant.at(visitor, page.path)).heading == "Det är underskrivet"


async def test_the_owner_downloads_the_files(visitor: Visitor, system: System):
    page = await Applicant.at(visitor, await drafts.link_to_sign(system, await drafts.awaited(system)))
    [link] = [one for one in page.page.findall(".//a") if "/filer/" in one.get("href", "")]

    file = await visitor.get(link.get("href", ""))

    assert file.headers["content-disposition"].startswith("attachment")
    assert file.content.startswith(b"%PDF")


async def test_the_owner_declines_and_the_contractor_reads_why(visitor: Visitor, system: System):
    receipt = await drafts.awaited(system)
    page = await Applicant.at(visitor, await drafts.link_to_sign(system, receipt))

    without_reason = await page.press("Skriv inte under")
    declined = await without_reason.press("Skriv inte under", {"reason": "Brunnen ligger på fel sida."})
    told = await Applicant.at(visitor, drafts.sent_path(receipt))

    assert without_reason.mistakes == ["Fyll i ”Varför skriver du inte under?”."]
    assert declined.heading == "Du har avböjt att skriva under"
    assert "Brunnen ligger på fel sida." in told.text


async def test_a_wrong_address_is_corrected_and_the_old_link_opens_nothing(visitor: Visitor, system: System):
    receipt = await drafts.awaited(system)
    old = await drafts.link_to_sign(system, receipt)
    page = await Applicant.at(visitor, drafts.sent_path(receipt))

    again = await page.press("Skicka en ny länk", {"name": "Aino Lindqvist", "email": "aino@"})
    asked = await again.press("Skicka en ny länk", {"email": "aino.lindqvist@example.com"})

    assert again.mistakes == ["Sökandens e-post: ange en e-postadress som namn@exempel.se."]
    assert asked.heading == "Väntar på underskrift"
    assert (await visitor.get(old)).status_code == 404


async def test_a_link_that_is_not_whole_opens_nothing(visitor: Visitor, system: System):
    link = await drafts.link_to_sign(system, await drafts.awaited(system))

    assert (await visitor.get(link[:-1])).status_code == 404
