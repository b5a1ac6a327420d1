"""A decision that was sent again and did not come is not served."""

from datetime import datetime
from uuid import UUID

import pytest

from eservice_intake.subscribers import follow
from shared.clock import SWEDEN
from shared.events import DecisionControlled, DecisionNotServed, DecisionSentAgain, MailDelivered, MailFailed

from .cases import secret_of, shown, take
from .decisions import CONTENT, clock_strikes, decisions_of

NEXT_MORNING = datetime(2026, 11, 27, 8, 0, tzinfo=SWEDEN)
MUCH_LATER = datetime(2027, 1, 7, 8, 0, tzinfo=SWEDEN)


@pytest.fixture
def hear(database, published):
    """What notifications says of the mail with the decision."""

    async def said(receipt, outcome=MailFailed, of=DecisionSentAgain):
        *_, sent = [one for one in await published.fetch() if isinstance(one, of)]
        async with database.transaction() as tx:
            await follow([outcome(about_id=UUID(receipt["id"]), told_event_id=sent.event_id)], tx)

    return said


@pytest.fixture
async def sent_to_neighbour(client, anna, served, neighbour):
    """The neighbour, who has opened the link, is sent it again."""
    await client.get(neighbour[0], headers=neighbour[1])
    sent = await take(client, anna, served, "simplified-service", {"party_id": neighbour[0].rpartition("/")[2]})
    assert sent.status_code == 200, sent.text
    return served


async def test_an_applicant_whose_mail_failed_is_not_served_and_staff_are_told(
    client, anna, decided, hear, database, published
):
    await take(client, anna, decided, "simplified-service", {})

    await hear(decided)
    await clock_strikes(database, NEXT_MORNING)
    await clock_strikes(database, MUCH_LATER)

    case, [decision] = await shown(client, anna, decided), await decisions_of(client, anna, decided)
    told = (await published.fetch())[-1]
    assert (decision["served_on"], decision["appeal_until"], decision["service"]) == (None, None, "receipt")
    assert (case["status"], case["timeline"][-1]["step"], type(told)) == ("decided", "miss_service", DecisionNotServed)
    assert "send_again" in case["can"]


async def test_somebody_else_whose_mail_failed_is_not_served_and_nothing_is_final(
    client, anna, sent_to_neighbour, hear, database, published
):
    await hear(sent_to_neighbour)
    await clock_strikes(database, MUCH_LATER)

    [party] = (await decisions_of(client, anna, sent_to_neighbour))[0]["parties"]
    told = (await published.fetch())[-1]
    assert (party["served_on"], party["appeal_until"]) == (None, None)
    assert (await shown(client, anna, sent_to_neighbour))["status"] == "decided"
    assert (type(told), str(told.party_id)) == (DecisionNotServed, party["id"])


async def test_a_mail_that_came_serves(client, anna, sent_to_neighbour, hear, database):
    await hear(sent_to_neighbour, MailDelivered)
    await clock_strikes(database, NEXT_MORNING)
    await clock_strikes(database, MUCH_LATER)

    assert (await shown(client, anna, sent_to_neighbour))["status"] == "final"


@pytest.mark.parametrize(
    ("before", "step", "form"),
    [
        (None, "decisions", {"decision": CONTENT}),
        ("decisions", "decision-changes", {"decision": CONTENT}),
        ("decisions", "revocation", {"reasons": "Felaktigt.", "legal_basis": ["37 § förvaltningslagen"]}),
    ],
)
async def test_who_was_to_be_served_by_the_first_mail_is_not_when_it_failed(
    client, anna, complaint, hear, published, before, step, form
):
    if before:
        await take(client, anna, complaint, before, {"decision": CONTENT})
    made = await take(client, anna, complaint, step, {**form, "service": "simplified"})
    assert made.status_code == 200, made.text

    await hear(complaint, of=type((await published.fetch())[-1]))

    assert made.json()["served_on"] == "2026-12-10"
    assert (await decisions_of(client, anna, complaint))[-1]["served_on"] is None


async def test_who_confirmed_meanwhile_stays_served(client, anna, decided, hear):
    await take(client, anna, decided, "simplified-service", {})
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))

    await hear(decided)

    assert (await decisions_of(client, anna, decided))[0]["served_on"] == "2026-11-26"


async def test_somebody_else_is_not_served_in_a_case_that_is_confidential_before_the_control_message(
    client, staff, sent_to_neighbour, database, published
):
    head = staff("unit-head", subject="bo", units=["halsoskydd"])
    await take(client, head, sent_to_neighbour, "secrecy", {"confidential": True})

    await clock_strikes(database, NEXT_MORNING)
    await clock_strikes(database, MUCH_LATER)

    told = {type(one) for one in await published.fetch()}
    [party] = (await decisions_of(client, head, sent_to_neighbour))[0]["parties"]
    assert (party["served_on"], (await shown(client, head, sent_to_neighbour))["status"]) == (None, "decided")
    assert told & {DecisionControlled, DecisionNotServed} == {DecisionNotServed}
