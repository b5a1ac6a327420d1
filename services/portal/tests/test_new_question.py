"""A question that is added to an e-service's data is everywhere, and no code has changed."""

from io import BytesIO

from pypdf import PdfReader

from tests.system import System

from . import drafts
from .applying import Applicant
from .new_question import ESERVICE, SIGNED
from .visitors import Visitor

MEAL = {
    "eaten_at": "Restaurang Älgen",
    "eaten_when": "2026-01-10T12:00:00+01:00",
    "suspected_food": "Räksmörgåsen",
    "people_ate": 2,
    "people_ill": 1,
    "ill_when": "2026-01-10T20:00:00+01:00",
    "symptoms": ["illamaende"],
    "sought_care": False,
    "anonymous": True,
}


async def test_it_is_asked_held_to_its_bounds_and_read_by_the_applicant_and_by_staff(
    visitor: Visitor, clerk: Visitor, system: System
):
    draft = await drafts.draft_of(system, ESERVICE, MEAL)

    page = await Applicant.at(visitor, f"{draft}/cats")
    in_english = await Applicant.at(visitor, f"/en{page.path}")
    unanswered = await page.press("Fortsätt")
    too_many = await unanswered.press("Fortsätt", {"cats": "51"})
    last = await too_many.press("Fortsätt", {"cats": "13"})
    sent = await last.press("Skicka in klagomålet")
    copy = await visitor.get(f"{sent.path}/kopia")
    [_, _, _, _, reference, _] = sent.path.split("/")
    own_case = await (await Applicant.at(visitor, sent.path)).go("Följ ärendet")
    case = await Applicant.at(clerk, f"/handlaggare/arenden/{reference}")

    assert (page.heading, in_english.heading) == ("Sällskapsdjur", "Pets")
    assert "Number of cats" in in_english.text
    assert unanswered.mistakes == ["Fyll i ”Antal katter”."]
    assert too_many.mistakes == ["Antal katter: ange högst 50."]
    assert "Antal katter13" in last.text
    assert "Antal katter" in "".join(one.extract_text() for one in PdfReader(BytesIO(copy.content)).pages)
    assert "Antal katter13" in own_case.text
    assert "Antal katter13" in case.text


async def test_the_owner_reads_it_who_signs_what_somebody_else_has_filled_in(visitor: Visitor, system: System):
    answers = {**await drafts.heat_pump(system), "declaration": True, "cats": 13}
    receipt = await drafts.application_of(system, SIGNED, answers)

    page = await Applicant.at(visitor, await drafts.link_to_sign(system, receipt))

    assert "Antal katter13" in page.text
