"""Filling in an e-service without a script: a page at a time, saved, resumed, checked and sent in."""

import asyncio
import re

import pytest

from tests.system import System

from . import drafts
from .applying import PDF, Applicant
from .visitors import Visitor

START = "/e-tjanster/klagomal-olagenhet"
COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 12",
    "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
    "frequency": "standigt",
    "contacted_responsible": "ja",
}
ANYTHING = {"nuisance": "lukt", "place": "Å & <b>", "source": " Grannen ", "description": "Kort\n\n”rad”"}


async def begun(visitor: Visitor) -> Applicant:
    start = await Applicant.at(visitor, START)
    return await start.go("Starta")


async def at_last_page(visitor: Visitor) -> Applicant:
    page = await (await begun(visitor)).press("Fortsätt", COMPLAINT)
    page = await page.press("Fortsätt", {"anonymous": "ja"})
    return await page.press("Fortsätt")


async def test_a_complaint_is_sent_in_a_page_at_a_time(visitor: Visitor):
    page = await begun(visitor)
    assert (page.heading, page.path) == ("Störningen", f"{START}/utkast/nytt/nuisance")
    page = await page.press("Fortsätt", COMPLAINT)
    assert page.heading == "Dina kontaktuppgifter"
    page = await page.press("Fortsätt", {"anonymous": "ja"})
    assert page.heading == "Störningsdagbok eller bilder (frivilligt)"
    page = await page.press("Fortsätt", files={"diary-fil": [("dagbok.pdf", PDF)]})
    assert page.heading == "Kontrollera dina svar innan du skickar in"
    page = await page.press("Skicka in klagomålet")

    assert page.heading == "Ditt klagomål är inskickat"
    assert re.search("Ärendenummer ?MH-[0-9]{4}-[0-9]{6}", page.text)


async def test_nothing_that_is_typed_is_lost_when_something_is_wrong(visitor: Visitor):
    page = await begun(visitor)

    again = await page.press("Fortsätt", {**ANYTHING, "since-ar": "20", "since-manad": "mars"})

    assert again.answer.status_code == 422
    assert again.mistakes == [
        "Beskriv störningen: skriv minst 20 tecken.",
        "När började det? Skriv år, månad och dag med siffror, till exempel 2027 3 27.",
        "Välj ett svar på frågan ”Hur ofta händer det?”.",
        "Välj ett svar på frågan ”Har du kontaktat den som är ansvarig?”.",
    ]
    typed = {**ANYTHING, "since-ar": "20", "since-manad": "mars", "since-dag": ""}
    assert again.boxes == {name: [value] for name, value in typed.items()}
    assert (await again.press("Fortsätt", {**COMPLAINT, "since-ar": "", "since-manad": ""})).path.endswith("/anonymous")


async def test_what_cannot_be_a_number_is_shown_again_and_the_rest_is_saved(visitor: Visitor, system: System):
    page = await Applicant.at(visitor, f"{await drafts.draft_of(system, 'varmepump', drafts.HEAT_PUMP)}/heat_source")

    again = await page.press("Fortsätt", {"power_output_kw": "åtta", "model": "F1255"})

    assert again.mistakes == ["Avgiven effekt (kW): skriv ett tal, till exempel 12,5."]
    assert again.boxes["power_output_kw"] == ["åtta"]
    assert (await Applicant.at(visitor, page.path)).boxes["model"] == ["F1255"]


async def test_a_draft_is_resumed_by_its_link_where_something_is_left_to_answer(visitor: Visitor, portal: str):
    page = await (await begun(visitor)).press("Fortsätt", COMPLAINT)

    saved = await page.press("Spara och fortsätt senare")
    [link] = saved.page.findall(".//*[@id='lank']")
    address = link.get("value", "")
    resumed = await Applicant.at(Visitor(portal), address)

    assert (saved.heading, resumed.heading) == ("Ditt utkast är sparat", "Dina kontaktuppgifter")
    assert (await resumed.go("Tillbaka")).boxes["place"] == ["Storgatan 12"]


async def test_what_is_half_done_is_saved_for_later(visitor: Visitor):
    saved = await (await begun(visitor)).press("Spara och fortsätt senare", {"place": "Storgatan 12", "since-ar": "20"})

    resumed = await saved.go("Fortsätt fylla i")

    assert (resumed.boxes["place"], resumed.boxes["since-ar"]) == (["Storgatan 12"], ["20"])


async def test_a_pasted_link_leads_to_the_draft(visitor: Visitor, portal: str, system: System):
    draft = await drafts.draft_of(system, "klagomal-olagenhet", drafts.COMPLAINT)
    start = await Applicant.at(visitor, START)

    resumed = await start.press("Fortsätt på utkastet", {"utkast": f"{portal}/utkast/{draft.rpartition('/')[2]}"})

    assert resumed.path == f"{draft}/kontrollera"


async def test_a_draft_is_deleted_when_its_owner_wants_that(visitor: Visitor, system: System):
    saved = await Applicant.at(visitor, f"{await drafts.draft_of(system, 'varmepump', drafts.HEAT_PUMP)}/sparat")

    gone = await saved.press("Ta bort utkastet")

    assert gone.heading == "Utkastet är borttaget"
    assert (await visitor.get(saved.path)).status_code == 404


@pytest.mark.parametrize("path", ["nuisance", "bilagor/diary", "kontrollera", "sparat"])
async def test_pages_of_a_draft_are_kept_by_nobody(visitor: Visitor, system: System, path: str):
    draft = await drafts.draft_of(system, "klagomal-olagenhet", drafts.COMPLAINT)

    answer = await visitor.get(f"{draft}/{path}")

    assert answer.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.text


async def test_an_answer_is_changed_from_the_last_page_and_one_is_back_there(visitor: Visitor):
    page = await (await at_last_page(visitor)).go("Ändra Var är störningen")
    assert page.path.endswith("/nuisance?andra=1")

    changed = await page.press("Fortsätt", {"place": "Lillgatan 3"})

    assert changed.heading == "Kontrollera dina svar innan du skickar in"
    assert (
        "Var är störningen?Lillgatan 3" in changed.text
        and "Vem eller vad orsakar störningen?Inte besvarad" in changed.text
    )


async def test_what_is_no_longer_asked_is_kept_in_the_draft_and_not_sent_in(visitor: Visitor, system: System):
    answers = {**drafts.COMPLAINT, "anonymous": False, "complainant_email": "karin@example.com"}
    draft = await drafts.draft_of(system, "klagomal-olagenhet", answers)

    page = await (await Applicant.at(visitor, f"{draft}/anonymous")).press("Fortsätt", {"anonymous": "ja"})
    last = await page.press("Fortsätt")

    assert "karin@example.com" not in last.text
    assert (await Applicant.at(visitor, f"{draft}/anonymous")).boxes["complainant_email"] == ["karin@example.com"]
    assert (await last.press("Skicka in klagomålet")).heading == "Ditt klagomål är inskickat"


async def test_what_is_missing_is_told_on_the_last_page_with_a_link_to_where_it_is_asked(
    visitor: Visitor, system: System
):
    last = await Applicant.at(
        visitor, f"{await drafts.draft_of(system, 'klagomal-olagenhet', {'nuisance': 'buller'})}/kontrollera"
    )

    again = await last.press("Skicka in klagomålet")
    [link] = again.page.findall(".//*[@id='fel']//li[1]/a")

    assert (again.answer.status_code, again.mistakes[0]) == (422, "Fyll i ”Var är störningen?”.")
    assert link.get("href", "").endswith("/nuisance?andra=1#svar-place")


async def test_somebody_with_a_protected_identity_is_told_whom_to_phone_and_nothing_is_saved(visitor: Visitor):
    await visitor.sign_in("karin ek")
    page = await Applicant.at(visitor, "/e-tjanster/varmepump/utkast/nytt/applicant_person")

    again = await page.press("Fortsätt", {"protected_identity": "ja", "applicant_name": "Karin Ek"})

    assert again.mistakes[0].startswith(
        "Skicka inte in ärendet här om du har skyddade personuppgifter. Ring 063-14 30 00"
    )
    assert again.page.find(".//main//form").get("action") == page.path
    assert again.boxes["applicant_name"] == ["Karin Ek"]


async def test_pressing_twice_gives_one_case(visitor: Visitor):
    last = await at_last_page(visitor)

    first, second = await asyncio.gather(last.press("Skicka in klagomålet"), last.press("Skicka in klagomålet"))
    later = await last.press("Skicka in klagomålet")

    assert first.path == second.path == later.path
    assert (await visitor.get(last.path)).status_code == 404


async def test_what_was_sent_in_can_be_downloaded(visitor: Visitor):
    sent = await (await at_last_page(visitor)).press("Skicka in klagomålet")

    copy = await visitor.get(f"{sent.path}/kopia")

    assert copy.headers["content-type"] == "application/pdf"
    assert copy.content.startswith(b"%PDF")


async def test_where_somebody_must_be_known_one_signs_in_and_is_back(visitor: Visitor):
    start = await Applicant.at(visitor, "/e-tjanster/varmepump")

    sent_off = await visitor.get(await _address_of(start, "Logga in och starta"))
    page = await visitor.sign_in("karin ek", to="/e-tjanster/varmepump/utkast/nytt/applicant_person")

    assert sent_off.headers["location"].startswith("/logga-in?till=/e-tjanster/varmepump/utkast/nytt/applicant_person")
    assert Applicant(visitor, page).boxes["applicant_name"] == ["Karin Ek"]


async def test_where_one_may_be_known_one_chooses(visitor: Visitor):
    start = await Applicant.at(visitor, "/e-tjanster/fororening-upplysning")
    first = "/e-tjanster/fororening-upplysning/utkast/nytt/informant"

    assert await _address_of(start, "Starta") == first
    assert await _address_of(start, "Logga in och starta") == f"/logga-in?till={first}"


async def test_the_last_page_leads_to_sign_in_by_a_link(visitor: Visitor, system: System):
    draft = await drafts.draft_of(system, "varmepump", await drafts.heat_pump(system))
    page = await Applicant.at(visitor, f"{draft}/bilagor/site_plan")

    last = await page.press("Fortsätt")

    assert last.path == f"{draft}/kontrollera"
    assert await _address_of(last, "Logga in") == f"/logga-in?till={draft}/kontrollera"


async def test_a_draft_that_must_be_signed_in_for_is_not_sent_in_by_anybody_else(visitor: Visitor, system: System):
    draft = await drafts.draft_of(system, "varmepump", await drafts.heat_pump(system))

    answer = await visitor.post(f"{draft}/kontrollera", {"declaration": "ja"})

    assert answer.status_code == 401
    assert 'name="declaration"' in answer.text


async def _address_of(page: Applicant, words: str) -> str:
    [address] = [one.get("href", "") for one in page.page.findall(".//a") if "".join(one.itertext()) == words]
    return address
