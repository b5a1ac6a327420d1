"""Staff register how somebody was served who has not confirmed it: a decision becomes final all the same."""

from datetime import datetime

import pytest

from shared.clock import SWEDEN
from shared.events import DecisionServed, PartyServed

from .cases import ANONYMOUS, received, shown, take
from .decisions import CONTENT, NEIGHBOUR, clock_strikes, decisions_of

LATER = datetime(2026, 12, 3, 9, 0, tzinfo=SWEDEN)
PUBLISHED = {"served_on": "2026-12-02", "service": "publication", "reason": "Adressen är okänd. Kungjort i POIT."}


def id_of(neighbour):
    return neighbour[0].rpartition("/")[2]


async def test_a_partys_receipt_on_paper_lets_the_decision_become_final(
    client, anna, served, neighbour, clock, database, published
):
    clock.at = LATER
    form = {"party_id": id_of(neighbour), "served_on": "2026-12-01"}

    registered = await take(client, anna, served, "decision-receipt", form)
    again = await take(client, anna, served, "decision-receipt", form)
    told = (await published.fetch())[-1]
    await clock_strikes(database, datetime(2026, 12, 23, 8, 0, tzinfo=SWEDEN))

    assert registered.status_code == 200, registered.text
    assert again.json()["code"] == "AlreadyServed"
    assert isinstance(told, PartyServed)
    assert (await shown(client, anna, served))["status"] == "final"


async def test_staff_see_whom_a_decision_is_served_on_and_how_far_that_has_come(client, anna, served, neighbour, clock):
    clock.at = LATER
    await take(client, anna, served, "decision-receipt", {**PUBLISHED, "party_id": id_of(neighbour)})

    [decision] = await decisions_of(client, anna, served)

    [party] = decision["parties"]
    assert (party["party_name"], party["served_on"], party["appeal_until"]) == (
        "Nils Granne",
        "2026-12-02",
        "2026-12-23",
    )
    assert (party["service"], party["service_reason"]) == ("publication", PUBLISHED["reason"])
    assert (decision["service"], decision["served_on"]) == ("receipt", "2026-11-26")


async def test_the_applicant_too_is_served_in_another_way_with_a_reason(client, anna, decided, clock, published):
    clock.at = LATER

    registered = await take(client, anna, decided, "decision-receipt", {**PUBLISHED, "service": "process_server"})

    told = (await published.fetch())[-1]
    [decision] = await decisions_of(client, anna, decided)
    assert (registered.json()["appeal_until"], decision["service"]) == ("2026-12-23", "process_server")
    assert isinstance(told, DecisionServed)
    assert PUBLISHED["reason"] not in told.model_dump_json()


@pytest.mark.parametrize("service", ["simplified", "process_server", "publication", "other"])
async def test_another_way_than_a_receipt_needs_a_reason(client, anna, decided, clock, service):
    clock.at = LATER

    refused = await take(client, anna, decided, "decision-receipt", {"served_on": "2026-12-02", "service": service})

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "reason")


async def test_a_receipt_of_somebody_who_is_served_nothing_here_is_refused(client, anna, served, neighbour):
    other = await received(client)
    await take(client, anna, other, "decisions", {"decision": CONTENT})
    form = {"served_on": "2026-11-26"}

    unknown = await take(client, anna, served, "decision-receipt", {**form, "party_id": served["id"]})
    of_another = await take(client, anna, other, "decision-receipt", {**form, "party_id": id_of(neighbour)})

    assert {answer.json()["code"] for answer in (unknown, of_another)} == {"UnknownParty"}


async def test_a_decision_that_does_not_hold_is_served_on_nobody(client, anna, served, neighbour):
    await take(client, anna, served, "decision-changes", {"decision": CONTENT})

    form = {"served_on": "2026-11-26", "party_id": id_of(neighbour)}
    refused = await take(client, anna, served, "decision-receipt", form)

    assert (refused.status_code, refused.json()["code"]) == (409, "NotInForce")


async def test_simplified_service_by_letter_is_registered_for_an_applicant_who_was_told_of_it(
    client, anna, decided, opened, clock
):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    clock.at = LATER
    form = {**PUBLISHED, "service": "simplified"}

    of_party = await take(client, anna, decided, "decision-receipt", {**form, "party_id": id_of(await opened())})
    of_applicant = await take(client, anna, decided, "decision-receipt", form)

    assert of_party.json()["violations"][0]["code"] == "not_told"
    assert of_applicant.json()["served_on"] == "2026-12-02"


async def test_somebody_else_who_was_not_told_is_not_called_anonymous_as_the_applicant_is(client, anna, opened, clock):
    form = {"eservice": "klagomal-olagenhet", "answers": ANONYMOUS}
    anonymous = (await client.post("/applications", json=form)).json()
    await take(client, anna, anonymous, "decisions", {"decision": CONTENT})
    await take(client, anna, anonymous, "decisions/1/parties", NEIGHBOUR)
    clock.at = LATER
    simplified = {**PUBLISHED, "service": "simplified", "party_id": id_of(await opened())}

    refused = await take(client, anna, anonymous, "decision-receipt", simplified)

    assert refused.json()["violations"][0]["code"] == "not_told"
