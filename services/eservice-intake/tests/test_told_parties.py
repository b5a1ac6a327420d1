"""Others who are served a decision are told what becomes of their appeals, and are served what changes it."""

from datetime import datetime

import pytest

from shared.clock import SWEDEN
from shared.events import (
    AppealDismissed,
    AppealForwarded,
    AppealReceived,
    DecisionMade,
    DecisionRevoked,
    PartyNotified,
    RulingReceived,
)

from .cases import secret_of, shown, take
from .decisions import APPEAL, CONTENT, NEIGHBOUR, UPHELD, clock_strikes, decisions_of
from .mailed_links import told_by

SERVED = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)
LATE = datetime(2026, 12, 23, 9, 0, tzinfo=SWEDEN)


async def told_of(published, event_class):
    """Which contacts of others than the applicant the latest event of the class is told to."""
    *_, event = [one for one in await published.fetch() if isinstance(one, event_class)]
    return [party.party_contact_id for party in told_by(event)]


async def confirm(client, link):
    return await client.post(f"{link[0]}/receipt", headers=link[1])


async def appeal(client, link):
    return await client.post(f"{link[0]}/appeals", json=APPEAL, headers=link[1])


async def test_who_appeals_is_told_that_it_came_was_forwarded_and_was_ruled_upon(
    client, anna, served, neighbour, published
):
    await appeal(client, neighbour)
    await take(client, anna, served, "appeals/forwarding")
    await take(client, anna, served, "ruling", UPHELD)

    nils = await told_of(published, PartyNotified)
    told = [await told_of(published, one) for one in (AppealReceived, AppealForwarded, RulingReceived)]
    assert told == [nils, nils, nils]


async def test_who_is_served_and_has_not_appealed_is_told_of_nobody_elses_appeal(
    client, anna, served, neighbour, published
):
    await client.post(f"/applications/{served['reference']}/appeals", json=APPEAL, headers=secret_of(served))
    await take(client, anna, served, "appeals/forwarding")
    await take(client, anna, served, "ruling", UPHELD)

    told = [await told_of(published, one) for one in (AppealReceived, AppealForwarded, RulingReceived)]
    assert told == [[], [], []]


async def test_a_late_appeal_is_dismissed_by_a_decision_that_is_served_on_whoever_wrote_it_alone(
    client, anna, decided, opened, clock, published
):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    link = await opened()
    clock.at = SERVED
    await confirm(client, link)
    clock.at = LATE
    await appeal(client, link)

    dismissed = await take(client, anna, decided, "appeals/dismissal", {})
    read = await client.get((await opened())[0], headers=(await opened())[1])
    of_applicant = await client.get(f"/applications/{decided['reference']}/decision", headers=secret_of(decided))
    confirmed = await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))

    assert dismissed.status_code == 200, dismissed.text
    assert await told_of(published, AppealDismissed) == await told_of(published, PartyNotified)
    assert (of_applicant.json()["number"], confirmed.json()["number"]) == (1, 1)
    assert read.json()["number"] == 2


async def test_the_dismissal_of_anothers_appeal_is_final_when_their_time_is_over(
    client, anna, served, neighbour, opened, clock, database
):
    clock.at = SERVED
    await confirm(client, neighbour)
    clock.at = LATE
    await appeal(client, neighbour)
    await take(client, anna, served, "appeals/dismissal", {})
    await confirm(client, await opened())

    await clock_strikes(database, datetime(2027, 1, 14, 8, 0, tzinfo=SWEDEN))

    assert [one["final_at"] is not None for one in await decisions_of(client, anna, served)] == [True, True]


@pytest.mark.parametrize(
    ("step", "form", "event_class"),
    [
        ("decision-changes", {"decision": CONTENT}, DecisionMade),
        ("revocation", {"reasons": "Fel ritning."}, DecisionRevoked),
    ],
)
async def test_what_changes_a_decision_is_served_on_whoever_was_served_that(
    client, anna, served, neighbour, opened, published, step, form, event_class
):
    taken = await take(client, anna, served, step, form)
    link = await opened()
    confirmed = await confirm(client, link)

    assert taken.status_code == 200, taken.text
    assert await told_of(published, event_class) == await told_of(published, PartyNotified)
    assert link[0] != neighbour[0]
    assert confirmed.json()["number"] == 2


async def test_a_changed_decision_is_not_final_before_the_others_are_served_it(
    client, anna, served, neighbour, database
):
    await confirm(client, neighbour)
    await take(client, anna, served, "decision-changes", {"decision": CONTENT, "service": "simplified"})

    await clock_strikes(database, datetime(2027, 3, 1, 8, 0, tzinfo=SWEDEN))

    assert (await shown(client, anna, served))["status"] == "decided"
