"""Fees on pages: told before it is sent, approved with the case, and taken out to be invoiced."""

import re
from datetime import datetime
from pathlib import Path

from shared.clock import SWEDEN
from testkit.waiting import until
from tests.system import System

from . import drafts, registers
from .cases import Casework
from .test_staff_cases import CASES, sends
from .visitors import Visitor

FEES = "/handlaggare/avgifter"
AREA_TOLD = "Platsen ligger inom Källbo vattenskyddsområde. Ärendet handläggs därför som ansökan."


async def test_the_check_page_tells_the_fee_and_how_it_is_reckoned(visitor: Visitor, system: System):
    draft = await drafts.draft_of(system, "varmepump", await drafts.heat_pump(system))

    text = (await visitor.get(f"{draft}/kontrollera")).text.replace("\u00a0", " ")

    assert "Så mycket kostar det" in text
    assert "3 timmar × 1 215 kronor = 3 645 kronor" in text


async def test_the_check_page_names_the_area_that_makes_another_matter_of_it(
    visitor: Visitor, system: System, tmp_path: Path
):
    await registers.have(system, tmp_path)
    answers = await drafts.heat_pump(system)
    within = await drafts.draft_of(system, "varmepump", {**answers, "property_designation": registers.PROTECTED})
    outside = await drafts.draft_of(system, "varmepump", answers)

    async def is_told() -> bool:
        """A register that did not answer in time is left alone for some seconds."""
        return AREA_TOLD in (await visitor.get(f"{within}/kontrollera")).text

    assert await until(is_told)
    assert "Platsen ligger inom" not in (await visitor.get(f"{outside}/kontrollera")).text


async def test_what_costs_nothing_has_no_fee_on_the_check_page(visitor: Visitor, system: System):
    draft = await drafts.draft_of(system, "klagomal-olagenhet", drafts.COMPLAINT)

    assert "Så mycket kostar det" not in (await visitor.get(f"{draft}/kontrollera")).text


async def test_a_fee_is_approved_and_a_control_registered_on_the_cases_page(head: Visitor, system: System):
    reference = (await Casework(system).sent_in()).reference
    before = (await head.get(f"{CASES}/{reference}")).text

    await sends(head, reference, "avgift", {"avgift.control_id": ""})
    today = datetime.now(SWEDEN).date().isoformat()
    text = await sends(head, reference, "kontroll", {"kontroll.controlled_on": today, "kontroll.minutes": "150"})

    assert "Enligt taxan, inte fastställd ännu" in before
    assert "Föreslagen riskklass" in before
    assert "Kontroll" in text
    assert "fastställd" in text


async def test_a_changed_fee_without_a_reason_is_asked_for_it_and_what_was_typed_stays(head: Visitor, system: System):
    reference = (await Casework(system).sent_in()).reference

    text = await sends(head, reference, "avgift", {"avgift.control_id": "", "avgift.amount": "700"})

    assert 'value="700"' in text
    assert "inte är den som räknats ut" in text


async def test_an_invoice_basis_is_taken_out_once_and_fetched(head: Visitor, system: System):
    reference = (await Casework(system).sent_in()).reference
    await sends(head, reference, "avgift", {"avgift.control_id": ""})
    page = (await head.get(FEES)).text
    form = dict(re.findall(r'name="(nyckel|(?:since|until)-\w+)"(?: inputmode="numeric")? value="([^"]*)"', page))
    form["unit"] = "livsmedel"

    made = await head.follow(await head.post(FEES, form))
    number = re.search(r"Export (\d+) är klar", made.text)
    assert number, made.text
    file = await head.get(f"{FEES}/{number[1]}.csv")
    again = await head.post(FEES, {**form, "nyckel": "another-key"})

    assert "2.1" in file.text
    assert (again.status_code, "oexporterat" in again.text) == (422, True)
