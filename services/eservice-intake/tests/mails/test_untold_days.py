"""A mail that tells the applicant of a last day, for a supplement or the decision, is known to staff when it fails."""

import pytest

from shared.events import CaseExtended, DeadlineNotTold, SupplementRequested

from ..cases import received, secret_of, shown, take
from ..decisions import CONTENT, kinds

WANTED = {"wanted": "En karta.", "due_on": "2030-03-15"}
LATER = {"due_on": "2030-03-29"}


@pytest.fixture
async def asked(client, anna):
    """A case that a supplement is waited for in."""
    receipt = await received(client)
    await take(client, anna, receipt, "supplement-requests", WANTED)
    return receipt


async def is_unreached(client, anna, receipt):
    return (await shown(client, anna, receipt))["unreached_at"] is not None


async def test_a_request_for_a_supplement_that_did_not_come_is_told(fail, client, anna, asked, published):
    before = await is_unreached(client, anna, asked)

    await fail(asked, SupplementRequested)

    case = await shown(client, anna, asked)
    assert (before, case["unreached_at"] is not None) == (False, True)
    assert (case["timeline"][-1]["step"], (await kinds(published))[-1]) == ("miss_deadline", DeadlineNotTold)
    assert (case["status"], case["supplement_due_on"]) == ("awaiting_supplement", WANTED["due_on"])


async def test_that_the_decision_is_put_off_and_the_mail_did_not_come_is_told(fail, client, anna, published):
    receipt = await received(client)
    await take(client, anna, receipt, "extension", LATER)

    await fail(receipt, CaseExtended)

    assert await is_unreached(client, anna, receipt)
    assert DeadlineNotTold in await kinds(published)


async def test_what_the_applicant_reads_says_nothing_of_it(fail, client, asked):
    await fail(asked, SupplementRequested)

    followed = await client.get(f"/applications/{asked['reference']}", headers=secret_of(asked))

    assert "miss_deadline" not in [line["what"] for line in followed.json()["progress"]["history"]]


async def test_who_is_told_another_day_is_not_said_to_be_unreached(fail, client, anna, asked):
    await fail(asked, SupplementRequested)

    await take(client, anna, asked, "extension", LATER)

    assert not await is_unreached(client, anna, asked)


async def test_a_mail_about_an_earlier_day_that_fails_changes_nothing(fail, client, anna, asked, published):
    await take(client, anna, asked, "extension", LATER)

    await fail(asked, SupplementRequested)

    assert not await is_unreached(client, anna, asked)
    assert DeadlineNotTold not in await kinds(published)


@pytest.mark.parametrize("is_first", [True, False])
async def test_who_has_answered_was_reached(fail, client, anna, asked, is_first):
    if is_first:
        await fail(asked, SupplementRequested)
    path, answer = f"/applications/{asked['reference']}/supplements", {"text": "Här är den."}
    await client.post(path, json=answer, headers=secret_of(asked))
    if not is_first:
        await fail(asked, SupplementRequested)

    assert not await is_unreached(client, anna, asked)


async def test_no_day_is_waited_for_when_the_case_is_decided(fail, client, anna, published):
    receipt = await received(client)
    await take(client, anna, receipt, "extension", LATER)
    await take(client, anna, receipt, "decisions", {"decision": CONTENT})

    await fail(receipt, CaseExtended)

    assert not await is_unreached(client, anna, receipt)
    assert DeadlineNotTold not in await kinds(published)


async def test_a_message_to_the_applicant_tells_no_day(fail, client, anna, asked):
    await fail(asked, SupplementRequested)

    await take(client, anna, asked, "messages", {"text": "Har du fått vår fråga?"})

    assert await is_unreached(client, anna, asked)
