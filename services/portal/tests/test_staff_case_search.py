"""Staff look for cases, and the board is told what was decided by delegation."""

import re

import pytest

from .cases import KARIN, Casework
from .casework import NO_ACTION, Desk
from .visitors import Visitor

CASES = "/handlaggare/arenden"


def found_in(page: str) -> list[str]:
    """The references that the page lists."""
    return re.findall(r'<tr id="rad-([^"]+)"', page)


async def test_what_is_looked_for_is_in_the_address(clerk: Visitor, desk: Desk):
    reference = await desk.receives()

    answer = await clerk.post(CASES, {"q": reference, "status": "received", "sortera": "oldest"})

    assert answer.headers["location"] == f"{CASES}?q={reference}&status=received&sortera=oldest"
    assert found_in((await clerk.follow(answer)).text) == [reference]


@pytest.mark.parametrize("name", ["personnummer", "q"])
async def test_a_personal_number_finds_a_persons_cases_and_is_in_no_address(
    clerk: Visitor, casework: Casework, desk: Desk, name: str
):
    hers, anothers = (await casework.sent_in()).reference, await desk.receives()

    answer = await clerk.post(CASES, {name: f"{KARIN[:8]}-{KARIN[8:]}"})

    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert hers in found_in(answer.text)
    assert anothers not in found_in(answer.text)


async def test_a_company_abroad_is_looked_for_by_its_country_and_number(clerk: Visitor):
    answer = await clerk.get(f"{CASES}?orgnr=FI+1234567-8")

    assert answer.status_code == 200
    assert "Organisationsnummer" in answer.text
    assert "ds-validation-message" not in answer.text


async def test_the_number_of_a_sole_trader_is_in_no_address_either(clerk: Visitor):
    answer = await clerk.post(CASES, {"orgnr": "8112189876"})

    assert (answer.status_code, "location" in answer.headers) == (200, False)


async def test_a_number_that_somebody_wrote_in_the_address_is_refused_with_what_to_do(clerk: Visitor):
    answer = await clerk.get(f"{CASES}?q=19811218-9876")

    assert answer.status_code == 422
    assert "Ett personnummer hör inte hemma i en adress" in answer.text


async def test_the_delegated_decisions_of_a_month_are_listed_and_fetched(head: Visitor, desk: Desk):
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    case = await desk.reads(reference)
    month = case["decisions"][0]["decided_at"][:7]

    page = await head.get(f"/handlaggare/delegationsbeslut?manad={month}&enhet={case['unit']}")
    files = [await head.get(f"/handlaggare/delegationsbeslut.{kind}?manad={month}") for kind in ("csv", "pdf")]

    assert f"{case['diary_number']}:1" in page.text
    assert case["diary_number"].encode() in files[0].content
    assert files[1].content.startswith(b"%PDF-")
