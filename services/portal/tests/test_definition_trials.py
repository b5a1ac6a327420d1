"""How an administrator tries a version before it is published: the form is shown, made-up answers are judged."""

import pytest

from tests.system import System

from .applying import Applicant
from .casework import COMPLAINT
from .definitions import ALMA, OLLE, VERSIONS, Editor
from .visitors import Visitor

LABEL = "Vad är det som stör dig?"


@pytest.fixture
async def alma(visitor: Visitor) -> Visitor:
    await visitor.sign_in(ALMA)
    return visitor


async def trial_of(system: System, alma: Visitor, name: str) -> Applicant:
    version = await Editor(system, OLLE, name).writes(LABEL)
    return await (await Applicant.at(alma, f"{VERSIONS}/{version}")).go("Prova formuläret")


async def test_the_form_of_a_version_is_shown_before_it_is_published(alma: Visitor, system: System):
    page = await trial_of(system, alma, "klagomal-olagenhet")

    assert LABEL in page.text
    assert "nuisance" in page.answer.text


async def test_made_up_answers_are_judged_and_what_is_wrong_is_told_at_its_box(alma: Visitor, system: System):
    page = await trial_of(system, alma, "klagomal-olagenhet")

    wrong = await page.press("Pröva svaren", {"nuisance": "buller", "description": "Kort"})

    assert any("Var är störningen?" in mistake for mistake in wrong.mistakes)
    assert wrong.boxes["description"] == ["Kort"]


async def test_answers_that_are_right_would_be_taken(alma: Visitor, system: System):
    page = await trial_of(system, alma, "klagomal-olagenhet")
    answers = {name: {True: "ja", False: "nej"}.get(value, value) for name, value in COMPLAINT.items()}

    right = await page.press("Pröva svaren", answers)

    assert right.mistakes == []
    assert "så ifyllt skulle formuläret tas emot" in right.text


async def test_more_is_asked_when_the_answers_say_so_and_of_rows_one(alma: Visitor, system: System):
    page = await trial_of(system, alma, "varmepump")

    more = await page.press("Pröva svaren", {"heat_source": "berg"})

    assert "boreholes.length_m" not in page.answer.text
    assert "boreholes.length_m" in more.answer.text


async def test_what_is_not_a_number_is_told_at_its_box_in_a_row_too(alma: Visitor, system: System):
    page = await (await trial_of(system, alma, "varmepump")).press("Pröva svaren", {"heat_source": "berg"})

    wrong = await page.press("Pröva svaren", {"boreholes.length_m": "lång"})

    assert any("Längd (meter): skriv ett tal" in mistake for mistake in wrong.mistakes)
    assert wrong.boxes["boreholes.length_m"] == ["lång"]
