"""What is asked of the business office is answered, and not decided."""

import pytest

from shared.events import HelpWanted

from .applications import application, events_about
from .enquiries import FOUNDER, NEWCOMER


@pytest.mark.parametrize(
    ("eservice", "answers", "unit"),
    [("foretagslots", FOUNDER, "foretagslots"), ("inflyttarlots", NEWCOMER, "inflyttning")],
)
async def test_anybody_may_ask_without_signing_in_and_without_swedish_numbers(client, eservice, answers, unit):
    answer = await client.post("/applications", json=application(answers, eservice))

    receipt = answer.json()
    assert (answer.status_code, receipt["kind"], receipt["unit"]) == (201, "forfragan", unit)


async def test_who_asks_is_told_nothing_of_how_a_decision_is_served(client):
    answer = await client.post("/applications", json=application(NEWCOMER, "inflyttarlots"))

    assert answer.json()["service_notice"] is None


async def test_an_enquiry_is_handled_by_the_units_own_staff(client, staff):
    receipt = (await client.post("/applications", json=application(FOUNDER, "foretagslots"))).json()
    nora, maja = (staff("caseworker", subject="x", units=[unit]) for unit in ("foretagslots", "mark"))

    opened, refused = [(await client.get(f"/cases/{receipt['reference']}", headers=who)) for who in (nora, maja)]

    assert (opened.status_code, refused.status_code) == (200, 403)
    assert opened.json()["diary_number"].startswith("NL-")


async def test_somebody_with_a_protected_identity_is_asked_to_phone(client):
    form = application({**NEWCOMER, "protected_identity": True}, "inflyttarlots")

    answer = await client.post("/applications", json=form)

    assert answer.status_code == 422
    assert "063-14 30 00" in answer.json()["violations"][0]["message"]


async def test_those_who_can_help_a_newcomer_are_told_with_what_and_nothing_that_was_written(client, published):
    written = {"message": "Vi är Ada och Bo", "area": "Brunflo kyrkby", "languages": "engelska"}
    answers = {**NEWCOMER, **written, "wants": ["housing", "work", "language"]}

    response = await client.post("/applications", json=application(answers, "inflyttarlots", language="en"))

    told = [event for event in await events_about(published, response) if isinstance(event, HelpWanted)]
    assert [(one.wants, one.housing_kinds, one.work_sectors, one.moves) for one in told] == [
        (["housing", "work", "language"], ["rent"], ["vard"], "within_12_months")
    ]
    for word in ("Karin", "karin@", "Ada", "Brunflo", "engelska"):
        assert word not in told[0].model_dump_json()


async def test_other_enquiries_tell_nobody_of_a_newcomer(client, published):
    response = await client.post("/applications", json=application(FOUNDER, "foretagslots"))

    assert not any(isinstance(event, HelpWanted) for event in await events_about(published, response))
