"""Others than the applicant are served a decision, and it is final when the last one's time to appeal is over."""

from datetime import datetime

from shared.clock import SWEDEN
from shared.events import AppealReceived, DecisionFinal, PartyServed

from .cases import secret_of, shown, take
from .decisions import APPEAL, CONTENT, NEIGHBOUR, clock_strikes, decisions_of, kinds

LATE = datetime(2026, 12, 28, 8, 0, tzinfo=SWEDEN)


async def test_who_else_is_served_reads_the_decision_by_their_link(client, neighbour, published):
    address, link = neighbour

    read = await client.get(address, headers=link)
    without = await client.get(address)

    assert (read.json()["reasons"], read.json()["served_on"]) == (CONTENT["reasons"], None)
    assert without.status_code == 404
    assert "nils" not in "".join(event.model_dump_json().casefold() for event in await published.fetch())


async def test_each_has_a_receipt_and_a_last_day_of_their_own(client, anna, served, neighbour, clock, published):
    clock.at = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)

    confirmed = await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])
    again = await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])

    assert (confirmed.json()["served_on"], confirmed.json()["appeal_until"]) == ("2026-12-01", "2026-12-22")
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyServed")
    assert (await decisions_of(client, anna, served))[0]["appeal_until"] == "2026-12-17"
    assert PartyServed in await kinds(published)


async def test_a_decision_is_not_final_before_everybody_is_served(client, anna, served, neighbour, database):
    await clock_strikes(database, LATE)

    assert (await shown(client, anna, served))["status"] == "decided"


async def test_a_decision_is_final_when_the_last_ones_time_is_over(
    client, anna, served, neighbour, database, clock, published
):
    clock.at = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)
    await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])

    await clock_strikes(database, datetime(2026, 12, 22, 8, 0, tzinfo=SWEDEN))
    before = (await shown(client, anna, served))["status"]
    await clock_strikes(database, datetime(2026, 12, 23, 8, 0, tzinfo=SWEDEN))

    assert (before, (await shown(client, anna, served))["status"]) == ("decided", "final")
    assert (await kinds(published)).count(DecisionFinal) == 1


async def test_who_else_is_served_appeals_by_their_link_in_their_own_time(client, anna, served, neighbour, clock):
    clock.at = datetime(2026, 12, 18, 9, 0, tzinfo=SWEDEN)

    answer = await client.post(f"{neighbour[0]}/appeals", json=APPEAL, headers=neighbour[1])

    [appeal] = (await shown(client, anna, served))["appeals"]
    assert answer.status_code == 200, answer.text
    assert (appeal["in_time"], appeal["by_applicant"], appeal["party_id"]) == (True, False, answer.json()["id"])


async def test_the_late_appeal_of_one_leaves_the_time_of_another(client, anna, served, neighbour, clock, published):
    clock.at = datetime(2026, 12, 18, 9, 0, tzinfo=SWEDEN)

    path = f"/applications/{served['reference']}/appeals"
    late = await client.post(path, json=APPEAL, headers=secret_of(served))
    dismissed = await take(client, anna, served, "appeals/dismissal", {})

    assert (late.json()["in_time"], dismissed.json()["case_status"]) == (False, "decided")
    assert DecisionFinal not in await kinds(published)


async def test_an_appeal_by_letter_is_registered_for_whom_it_is_from(client, anna, served, neighbour, clock):
    clock.at = datetime(2026, 12, 18, 9, 0, tzinfo=SWEDEN)
    id_, letter = neighbour[0].rpartition("/")[2], {**APPEAL, "received_on": "2026-12-18"}

    unknown = await take(client, anna, served, "appeals", {**letter, "party_id": served["id"]})
    registered = await take(client, anna, served, "appeals", {**letter, "party_id": id_})

    assert (unknown.status_code, registered.json()["in_time"]) == (404, True)


async def test_nobody_is_told_of_a_decision_that_is_final_or_does_not_hold(client, anna, final):
    refused = await take(client, anna, final, "decisions/1/parties", NEIGHBOUR)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotInForce")


async def test_a_confidential_case_is_shown_by_no_link(client, staff, served, neighbour):
    head = staff("unit-head", subject="bo", units=["halsoskydd"])
    await take(client, head, served, "secrecy", {"confidential": True})

    refused = await take(client, head, served, "decisions/1/parties", NEIGHBOUR)
    shut = await client.get(neighbour[0], headers=neighbour[1])

    assert (refused.json()["code"], shut.status_code) == ("ConfidentialNotServed", 410)


async def test_an_appeal_of_another_is_told_without_who_it_is(client, neighbour, published):
    await client.post(f"{neighbour[0]}/appeals", json=APPEAL, headers=neighbour[1])

    assert isinstance((await published.fetch())[-1], AppealReceived)
