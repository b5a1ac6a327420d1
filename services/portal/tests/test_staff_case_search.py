"""Staff look for cases, and the board is told what was decided by delegation."""

import pytest

from .casework import NO_ACTION, Desk
from .visitors import Visitor

CASES = "/handlaggare/arenden"


async def test_what_is_looked_for_is_in_the_address(clerk: Visitor, desk: Desk):
    reference = await desk.receives()

    answer = await clerk.post(CASES, {"q": reference, "status": "received", "sortera": "oldest"})

    assert answer.headers["location"] == f"{CASES}?q={reference}&status=received&sortera=oldest"
    assert reference in (await clerk.follow(answer)).text


@pytest.mark.parametrize("form", [{"personnummer": "19811218-9876"}, {"q": "811218-9876"}, {"orgnr": "8112189876"}])
async def test_a_personal_number_is_searched_for_and_in_no_address(clerk: Visitor, form: dict[str, str]):
    answer = await clerk.post(CASES, form)

    assert answer.status_code == 200
    assert "location" not in answer.headers


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
