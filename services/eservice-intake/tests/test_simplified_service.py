"""A decision is mailed again to whoever has not confirmed it, and counts as served two weeks later."""

from datetime import date, datetime

import pytest

from shared.clock import SWEDEN
from shared.events import DecisionControlled, DecisionSentAgain

from .cases import received, shown, take
from .decisions import CONTENT, NEIGHBOUR, clock_strikes, decisions_of

WEEKS_LATER = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)
SERVED_ON, LAST_DAY = "2026-12-15", "2027-01-05"


@pytest.fixture
def told(published):
    async def of(event_class):
        return [one for one in await published.fetch() if isinstance(one, event_class)]

    return of


async def send_again(client, anna, receipt, **whom):
    return await take(client, anna, receipt, "simplified-service", whom)


async def opened_by(client, link):
    """Whoever has the link opens it: they have been told of simplified service."""
    return (await client.get(link[0], headers=link[1])).json()


async def test_an_applicant_who_does_not_confirm_is_sent_the_decision_again_and_served(
    client, anna, decided, clock, database, told
):
    clock.at = WEEKS_LATER

    sent = await send_again(client, anna, decided)
    await clock_strikes(database, datetime(2026, 12, 2, 8, 0, tzinfo=SWEDEN))
    await clock_strikes(database, datetime(2027, 1, 7, 8, 0, tzinfo=SWEDEN))

    [again], [control] = await told(DecisionSentAgain), await told(DecisionControlled)
    assert (sent.json()["served_on"], sent.json()["appeal_until"]) == (SERVED_ON, LAST_DAY)
    assert (again.party, again.served_on, control.sent_on) == (None, date(2026, 12, 15), date(2026, 12, 1))
    assert (await shown(client, anna, decided))["status"] == "final"


async def test_somebody_else_who_has_opened_the_link_is_sent_the_decision_again_and_served(
    client, anna, served, neighbour, clock, database, told
):
    await opened_by(client, neighbour)
    party_id = neighbour[0].rpartition("/")[2]
    clock.at = WEEKS_LATER

    sent = await send_again(client, anna, served, party_id=party_id)
    await clock_strikes(database, datetime(2026, 12, 2, 8, 0, tzinfo=SWEDEN))
    before = (await shown(client, anna, served))["status"]
    await clock_strikes(database, datetime(2027, 1, 7, 8, 0, tzinfo=SWEDEN))

    [again], [control] = await told(DecisionSentAgain), await told(DecisionControlled)
    [party] = (await decisions_of(client, anna, served))[0]["parties"]
    assert sent.status_code == 200, sent.text
    assert str(again.party.party_id) == str(control.party.party_id) == party_id
    assert (party["service"], party["served_on"], party["appeal_until"]) == ("simplified", SERVED_ON, LAST_DAY)
    assert (before, (await shown(client, anna, served))["status"]) == ("decided", "final")


async def test_who_has_not_been_told_of_simplified_service_is_served_in_another_way(client, anna, served, neighbour):
    refused = await send_again(client, anna, served, party_id=neighbour[0].rpartition("/")[2])

    assert (refused.status_code, refused.json()["code"]) == (409, "NotToldOfService")
    assert "send_again" not in (await shown(client, anna, served))["can"]


async def test_who_was_told_is_served_so_what_changes_the_decision_too(client, anna, served, neighbour, opened):
    await opened_by(client, neighbour)
    await take(client, anna, served, "decision-changes", {"decision": CONTENT})
    new = (await opened())[0].rpartition("/")[2]

    sent = await send_again(client, anna, served, party_id=new)

    assert sent.status_code == 200, sent.text


async def test_whoever_has_been_served_is_sent_nothing_again(client, anna, served):
    refused = await send_again(client, anna, served)

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyServed")


async def test_a_confidential_decision_is_mailed_again_to_the_applicant_alone(client, staff, served, neighbour):
    head = staff("unit-head", subject="bo", units=["halsoskydd"])
    await opened_by(client, neighbour)
    await take(client, head, served, "secrecy", {"confidential": True})

    refused = await send_again(client, head, served, party_id=neighbour[0].rpartition("/")[2])

    assert refused.json()["code"] == "ConfidentialNotServed"
    assert "send_again" not in (await shown(client, head, served))["can"]


async def test_a_decision_that_was_changed_meanwhile_is_not_controlled(
    client, anna, decided, neighbour_of, clock, database, told
):
    await opened_by(client, neighbour_of)
    await send_again(client, anna, decided, party_id=neighbour_of[0].rpartition("/")[2])
    await take(client, anna, decided, "decision-changes", {"decision": CONTENT})

    await clock_strikes(database, datetime(2026, 12, 2, 8, 0, tzinfo=SWEDEN))

    assert await told(DecisionControlled) == []


@pytest.fixture
async def neighbour_of(client, anna, decided, opened):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    return await opened()


async def test_a_decision_of_another_case_is_not_sent(client, anna, served, neighbour):
    other = await received(client)
    await take(client, anna, other, "decisions", {"decision": CONTENT})

    refused = await send_again(client, anna, other, party_id=neighbour[0].rpartition("/")[2])

    assert refused.json()["code"] == "UnknownParty"
