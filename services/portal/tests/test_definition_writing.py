"""How an administrator writes another version of a definition, and two of them bring it to hold."""

import re

import pytest

from testkit.waiting import until
from tests.system import System

from . import drafts
from .applying import Applicant
from .definitions import ALMA, KIND, OLLE, VERSIONS, Editor
from .visitors import Visitor


@pytest.fixture
async def alma(visitor: Visitor) -> Visitor:
    await visitor.sign_in(ALMA)
    return visitor


async def source_of(system: System, name: str) -> str:
    return str((await Editor(system, ALMA, name).holding())["source"])


async def test_what_is_uploaded_is_a_version_that_shows_its_difference(alma: Visitor, system: System):
    page = await Applicant.at(alma, f"{VERSIONS}/{(await Editor(system, ALMA, 'cistern').holding())['id']}")
    begun = await page.go("Ändra mer och ladda upp")
    changed = begun.boxes["source"][0].replace("minutes: ", "minutes: 1", 1)

    made = await begun.press("Spara som ny version", {"source": changed, "note": "Den tar längre tid."})

    assert "Den är sparad som en ny version" in made.text
    assert "Den tar längre tid." in made.text
    assert "minutes" in made.text
    assert "Någon annan läser det och godkänner" in made.text


async def test_a_file_counts_in_place_of_the_box(alma: Visitor, system: System):
    source = (await source_of(system, "solarium")).replace("minutes: ", "minutes: 1", 1)
    page = await Applicant.at(alma, KIND)

    made = await page.press(
        "Spara som ny version", {"note": "Ur en fil."}, {"fil": [("solarium.yaml", source.encode())]}
    )

    assert "Version av solarium" in made.heading


async def test_every_problem_is_told_by_place_and_line_and_what_was_written_stays(alma: Visitor, system: System):
    source = (await source_of(system, "solarium")).replace("minutes: ", "minutes: x", 1).replace("type: ", "type: y", 1)
    page = await Applicant.at(alma, KIND)

    refused = await page.press("Spara som ny version", {"note": "Två fel."}, {"fil": [("a.yaml", source.encode())]})

    assert refused.answer.status_code == 422
    assert len(refused.mistakes) >= 2
    assert all(re.match(r"[a-z_.0-9]+.*: Rad \d+: ", mistake) for mistake in refused.mistakes)
    assert refused.boxes["source"] == [source]
    assert refused.boxes["note"] == ["Två fel."]


async def test_what_is_not_text_is_refused_and_so_is_a_change_without_a_reason(alma: Visitor):
    page = await Applicant.at(alma, KIND)

    refused = await page.press("Spara som ny version", {}, {"fil": [("bild.png", b"\x89PNG\xff")]})

    assert refused.answer.status_code == 422
    assert refused.mistakes == [
        "Filen går inte att läsa som text. Spara den som YAML i UTF-8.",
        "Skriv varför, så att den som godkänner förstår ändringen.",
    ]


async def test_what_says_nothing_new_is_refused_in_words(alma: Visitor, system: System):
    page = await Applicant.at(alma, KIND)

    same = {"source": await source_of(system, "solarium"), "note": "Igen."}
    refused = await page.press("Spara som ny version", same)

    assert refused.answer.status_code == 422
    assert "Den säger detsamma som redan är publicerat." in refused.text


async def test_uploading_twice_is_one_version(alma: Visitor, system: System):
    form = (await Applicant.at(alma, KIND)).boxes
    source = (await source_of(system, "bassangbad")).replace("minutes: ", "minutes: 1", 1)
    sent = {**form, "source": source, "note": "En gång."}

    answers = [await alma.post(KIND, sent) for _ in range(2)]
    listed = await Applicant.at(alma, f"{KIND}/bassangbad")

    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert listed.text.count("En gång.") == 1


async def test_the_title_is_a_text_like_others(alma: Visitor, system: System):
    page = await Applicant.at(alma, f"{VERSIONS}/{(await Editor(system, ALMA, 'kompostering').holding())['id']}/texter")

    titled = await (await page.go("Ändra Titeln")).press(
        "Spara som ny version", {"sv": "Kompostera matavfall", "en": "Compost food", "note": "Kortare."}
    )

    assert "<ins><bdi>Kompostera matavfall</bdi></ins>" in titled.answer.text
    assert "<ins><bdi>Compost food</bdi></ins>" in titled.answer.text


async def test_two_people_change_a_definition_while_a_draft_goes_on_with_the_old(
    alma: Visitor, portal: str, system: System
):
    """Alma changes a text, Olle approves and publishes it; who had begun sees what they began."""
    olle, resident = Visitor(portal), Visitor(portal)
    await olle.sign_in(OLLE)
    draft = f"{await drafts.draft_of(system, 'inflyttarlots', {'wants': ['work']})}/wants"

    one = await (await Applicant.at(alma, f"{KIND}/inflyttarlots")).go("Version 1")
    text = await (await one.go("Ändra texter, en och en")).go("Ändra fields.0")
    made = await text.press("Spara som ny version", {"sv": "Vad behöver du hjälp med?", "note": "Tydligare."})
    approved = await (await Applicant.at(olle, made.path)).press("Godkänn")
    published = await approved.press("Publicera")

    async def holds() -> bool:
        return (
            "Vad behöver du hjälp med?"
            in (await Applicant.at(resident, "/e-tjanster/inflyttarlots/utkast/nytt/wants")).text
        )

    await until(holds)
    old = await Applicant.at(resident, draft)

    assert "Publicerad." in published.text
    assert "Vad behöver du hjälp med?" not in old.text
    assert old.answer.status_code == 200
