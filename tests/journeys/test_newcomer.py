"""Somebody who moves here asks for help, and whoever guides newcomers answers, with real processes."""

import re

from deploy.casework import send_in
from tests.leaks import compact

from .applicants import somebody, subjects
from .test_cases import handled_by, task, without_task

ANSWER = "Välkommen! Det finns två hus att hyra i Häggenås."


async def times_told(system, reference: str) -> int:
    """How many records say that whoever has the reference wants a home and work."""
    told = rf'"type":"{compact("eservice-intake.help-wanted.v1")}"[^}}]*"reference":"{compact(reference)}"'
    told += r'[^}]*"wants":\["housing","work"\]'
    return sum(len(re.findall(told, one.text)) for one in await system.kept() if one.where.startswith("topic"))


async def test_a_newcomer_is_answered_and_who_can_help_is_told_with_what(system, http, anna):
    recipient = somebody("nyinflyttad")
    answers = {
        "applicant_name": "Kerstin Krog",
        "applicant_email": recipient,
        "wants": ["housing", "work"],
        "housing_kind": ["rent"],
        "work_sector": ["vard"],
        "household_size": 2,
        "when": "within_12_months",
    }

    applicant = await send_in(http, system.apis, "inflyttarlots", answers)
    reference, case_id = applicant.reference, applicant.receipt["id"]
    await anna.claim(await task(anna, "inflyttning", case_id))
    handler = await handled_by(anna, reference)
    await anna.take(reference, "messages", {"text": ANSWER})
    messages = (await applicant.look())["progress"]["messages"]
    await anna.take(reference, "closure")

    assert handler
    assert [one["text"] for one in messages] == [ANSWER]
    assert len(await subjects(system, recipient, count=3)) == 3
    await without_task(anna, "inflyttning", case_id)
    assert await times_told(system, reference) == 1
