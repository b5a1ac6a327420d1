"""A decision that was sent again and did not come is not served."""

import pytest

from shared.events import DecisionControlled, DecisionNotServed, DecisionSentAgain

from ..cases import secret_of, shown, take
from ..decisions import CONTENT, MUCH_LATER, NEXT_MORNING, clock_strikes, decisions_of


@pytest.fixture
async def sent_to_neighbour(client, anna, served, neighbour):
    """The neighbour, who has opened the link, is sent it again."""
    await client.get(neighbour[0], headers=neighbour[1])
    sent = await take(client, anna, served, "simplified-service", {"party_id": neighbour[0].rpartition("/")[2]})
    assert sent.status_code == 200, sent.text
    return served


async def test_an_applicant_whose_mail_failed_is_not_served_and_staff_are_told(
    fail, client, anna, decided, database, published
):
    await take(client, anna, decided, "simplified-service", {})

    await fail(decided, DecisionSentAgain)
    await clock_strikes(database, NEXT_MORNING)
    await clock_strikes(database, MUCH_LATER)

    case, [decision] = await shown(client, anna, decided), await decisions_of(client, anna, decided)
    told = (await published.fetch())[-1]
    assert (decision["served_on"], decision["appeal_until"], decision["service"]) == (None, None, "receipt")
    assert (case["status"], case["timeline"][-1]["step"], type(told)) == ("decided", "miss_service", DecisionNotServed)
    assert "send_again" in case["can"]


async def test_somebody_else_whose_mail_failed_is_not_served_and_nothing_is_final(
    fail, client, anna, sent_to_neighbour, database, published
):
    await fail(sent_to_neighbour, DecisionSentAgain)
    await clock_strikes(database, MUCH_LATER)

    [party] = (await decisions_of(client, anna, sent_to_neighbour))[0]["parties"]
    told = (await published.fetch())[-1]
    assert (party["served_on"], party["appeal_until"]) == (None, None)
    assert (await shown(client, anna, sent_to_neighbour))["status"] == "decided"
    assert (type(told), str(told.party_id)) == (DecisionNotServed, party["id"])


async def test_a_mail_that_came_serves(hear, client, anna, sent_to_neighbour, database, published):
    await hear(sent_to_neighbour, (await published.fetch())[-1].event_id)
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
    fail, client, anna, complaint, published, before, step, form
):
    if before:
        await take(client, anna, complaint, before, {"decision": CONTENT})
    made = await take(client, anna, complaint, step, {**form, "service": "simplified"})
    assert made.status_code == 200, made.text

    await fail(complaint, type((await published.fetch())[-1]))

    assert made.json()["served_on"] == "2026-12-10"
    assert (await decisions_of(client, anna, complaint))[-1]["served_on"] is None


async def test_who_confirmed_meanwhile_stays_served(fail, client, anna, decided):
    await take(client, anna, decided, "simplified-service", {})
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))

    await fail(decided, DecisionSentAgain)

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
