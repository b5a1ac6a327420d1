"""Whoever has no e-mail address is served a decision in another way, and nothing is mailed to them."""

from datetime import datetime

import pytest

from shared.clock import SWEDEN
from shared.events import AppealDismissed, DecisionMade, PartyNotified

from .cases import shown, take
from .decisions import APPEAL, CONTENT, clock_strikes, decisions_of

LATE = datetime(2026, 12, 28, 9, 0, tzinfo=SWEDEN)
ON_PAPER = {"served_on": "2026-11-26"}


@pytest.fixture
async def nils(client, anna, published, served):
    """The id of a neighbour who has no address."""
    answer = await take(client, anna, served, "decisions/1/parties", {"name": "Nils Granne"})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def latest(published, event_class):
    *_, event = [one for one in await published.fetch() if isinstance(one, event_class)]
    return event


async def test_a_decision_is_not_final_before_whoever_has_no_address_is_served_on_paper(
    client, anna, served, nils, database, published
):
    await clock_strikes(database, LATE)
    before = (await shown(client, anna, served))["status"]
    registered = await take(client, anna, served, "decision-receipt", {**ON_PAPER, "party_id": nils})
    await clock_strikes(database, LATE)

    assert (await latest(published, PartyNotified)).party_contact_id is None
    assert registered.status_code == 200, registered.text
    assert (before, (await shown(client, anna, served))["status"]) == ("decided", "final")


async def test_what_changes_a_decision_is_served_on_whoever_has_no_address_too(client, anna, served, nils, published):
    changed = await take(client, anna, served, "decision-changes", {"decision": CONTENT})

    [told] = (await latest(published, DecisionMade)).parties
    [party] = (await decisions_of(client, anna, served))[-1]["parties"]
    assert changed.status_code == 200, changed.text
    assert (told.party_contact_id, str(told.party_id)) == (None, party["id"])
    assert party["party_name"] == "Nils Granne"


async def test_the_dismissal_of_a_letter_is_served_on_whoever_wrote_it(client, anna, served, nils, clock, published):
    await take(client, anna, served, "decision-receipt", {**ON_PAPER, "party_id": nils})
    clock.at = LATE
    letter = {**APPEAL, "received_on": "2026-12-28", "party_id": nils}
    await take(client, anna, served, "appeals", letter)

    dismissed = await take(client, anna, served, "appeals/dismissal", {})

    [told] = (await latest(published, AppealDismissed)).parties
    assert dismissed.status_code == 200, dismissed.text
    assert told.party_contact_id is None


async def test_a_confidential_decision_is_served_on_whoever_gets_no_mail(client, staff, served):
    head = staff("unit-head", subject="bo", units=["halsoskydd"])
    await take(client, head, served, "secrecy", {"confidential": True})

    named = await take(client, head, served, "decisions/1/parties", {"name": "Nils Granne"})

    assert named.status_code == 200, named.text
    assert "notify_party" in (await shown(client, head, served))["can"]
