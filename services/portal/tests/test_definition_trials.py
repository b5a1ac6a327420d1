"""How an administrator tries a version before it is published: with made-up answers, and on a case that came in."""

from uuid import uuid4

import pytest

from tests.system import System

from . import booked
from .applying import Applicant
from .casework import COMPLAINT, Desk
from .definitions import ALMA, GUIDE, OLLE, SHORTAGES, VERSIONS, Editor
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


SERVICES = {"guide": "permit-guide", "shortage-list": "recruitment"}


async def answers_to(system: System, alma: Visitor, kind: str, name: str) -> Applicant:
    """The page of a version that is like the one that holds, except for a text of its title."""
    version = await Editor(system, OLLE, name, kind).writes(f"Provas {uuid4().hex[:6]}", place="")
    page = await Applicant.at(alma, f"/handlaggare/versioner/{SERVICES[kind]}/{version}")
    return await page.go("Prova påhittade svar")


async def test_made_up_answers_to_a_guide_show_what_one_must_do_and_what_each_rule_makes_of_them(
    alma: Visitor, system: System
):
    page = await answers_to(system, alma, "guide", GUIDE)

    tried = await page.press("Pröva svaren", {"sector": "mat_dryck", "handles_food": "true", "sells": ["folkol"]})

    assert "Registrera livsmedelsverksamheten" in tried.text.partition("Reglerna")[0]
    assert "Gäller inte" in tried.text
    assert "Går inte att säga än" in tried.text
    assert tried.boxes["sector"] == ["mat_dryck"]


async def test_a_guide_asks_what_follows_from_the_answers_and_nothing_else(alma: Visitor, system: System):
    page = await answers_to(system, alma, "guide", GUIDE)

    more = await page.press("Pröva svaren", {"sector": "mat_dryck"})
    less = await more.press("Pröva svaren", {"sector": "bad_gym"})

    assert ['name="handles_food"' in one.answer.text for one in (page, more, less)] == [False, True, False]
    assert ['name="pool"' in one.answer.text for one in (page, more, less)] == [False, False, True]
    assert 'name="sells"' in more.answer.text


async def test_what_is_not_an_answer_of_the_guide_is_told_at_its_box(alma: Visitor, system: System):
    page = await answers_to(system, alma, "guide", GUIDE)

    wrong = await page.press("Pröva svaren", {"refrigerant_co2e": "stor"})

    assert any("skriv ett tal" in mistake.lower() for mistake in wrong.mistakes)
    assert wrong.boxes["refrigerant_co2e"] == ["stor"]


async def test_an_occupation_is_short_or_not_by_the_version(alma: Visitor, system: System):
    page = await answers_to(system, alma, "shortage-list", SHORTAGES)

    short = await page.press("Pröva svaren", {"ssyk": "5120"})
    other = await short.press("Pröva svaren", {"ssyk": "1111"})
    wrong = await other.press("Pröva svaren", {"ssyk": "51"})

    assert "Yrket är ett bristyrke inom" in short.text
    assert "yrket är inte ett bristyrke" not in short.text
    assert "yrket är inte ett bristyrke" in other.text
    assert "Yrket är ett bristyrke inom" not in other.text
    assert any("fyra siffror" in mistake for mistake in wrong.mistakes)


async def version_for_cases(system: System, alma: Visitor) -> Applicant:
    """Where a version by which complaints are notifications is tried on cases."""
    editor = Editor(system, OLLE, "klagomal-olagenhet")
    source = (await editor.holding())["source"]
    version = await editor.uploads(source.replace("kind: klagomal\n", "kind: anmalan\n", 1))
    page = await Applicant.at(alma, f"{VERSIONS}/{version}")
    return await page.go("Pröva på ett ärende som finns")


async def test_a_past_case_is_shown_as_the_version_would_have_it_beside_what_became_of_it(
    alma: Visitor, system: System, desk: Desk
):
    reference = await desk.receives()
    page = await version_for_cases(system, alma)

    tried = await page.press("Pröva på ärendet", {"reference": reference})

    assert "Något blir annorlunda." in tried.text
    assert "<del>Klagomål</del>" in tried.answer.text
    assert "<ins>Anmälan</ins>" in tried.answer.text


async def test_a_case_that_is_not_there_or_of_another_e_service_is_told_in_words(alma: Visitor, system: System):
    other = await booked.asked(system)
    page = await version_for_cases(system, alma)

    unknown = await page.press("Pröva på ärendet", {"reference": "ZZZZ-ZZZZ"})
    of_another = await unknown.press("Pröva på ärendet", {"reference": other["reference"]})

    assert "Det gick inte att skicka" in unknown.text
    assert unknown.boxes["reference"] == ["ZZZZ-ZZZZ"]
    assert "Ärendet har inget med den definitionen att göra" in of_another.text
