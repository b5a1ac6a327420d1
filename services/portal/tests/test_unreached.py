"""Staff see on the page of a case which mails with legal effect did not come, and whom they were for."""

import re
from datetime import timedelta
from html import unescape

from shared.clock import day_in_sweden, now
from tests.system import System

from .casework import NO_ACTION, WANTED, Desk
from .failed_mails import mails_fail
from .test_staff_cases import sends
from .visitors import Visitor

NOT_COME = "Mejlet kom inte fram"
NEIGHBOUR = {"name": "Nils Granne", "email": "nils@exempel.se"}
OPINION = {"name": "Räddningstjänsten", "email": "brand@exempel.se", "question": "Finns det hinder?"}


async def read(clerk: Visitor, reference: str) -> str:
    """The page's words, without its markup."""
    page = await clerk.get(f"/handlaggare/arenden/{reference}")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_a_request_for_a_supplement_that_did_not_come_is_told_until_the_time_is_extended(
    clerk: Visitor, desk: Desk, system: System
):
    reference = await desk.receives()
    await desk.takes(reference, "supplement-requests", WANTED)
    before = await read(clerk, reference)

    await mails_fail(system, reference)
    unreached = await read(clerk, reference)
    await desk.takes(reference, "extension", {"due_on": "2030-03-29"})

    told = "Mejlet till den sökande om sista dag kom inte fram"
    assert [told in text for text in (before, unreached, await read(clerk, reference))] == [False, True, False]


async def test_a_decision_that_did_not_come_is_told_of_each_it_was_for(clerk: Visitor, desk: Desk, system: System):
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    await desk.takes(reference, "decisions/1/parties", NEIGHBOUR)
    before = await read(clerk, reference)

    await mails_fail(system, reference)

    unreached = await read(clerk, reference)
    of_neighbour = unreached.partition(NEIGHBOUR["name"])[2]
    assert NOT_COME not in before
    assert (unreached.count(NOT_COME), of_neighbour.count(NOT_COME)) == (2, 1)


async def test_the_address_of_who_was_not_reached_is_corrected_and_the_decision_sent_there(
    head: Visitor, desk: Desk, system: System
):
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    party = await desk.takes(reference, "decisions/1/parties", NEIGHBOUR)
    await mails_fail(system, reference)
    unreached = (await read(head, reference)).partition(NEIGHBOUR["name"])[2]

    form = {"ratta-adress.party_id": party["id"], "ratta-adress.email": "nils.granne@exempel.se"}
    await sends(head, reference, "ratta-adress", form, gor="skicka")

    [neighbour] = (await desk.reads(reference))["decisions"][0]["parties"]
    assert (NOT_COME in unreached, neighbour["unreached_at"]) == (True, None)


async def test_who_was_asked_for_an_opinion_and_not_reached_is_told(clerk: Visitor, desk: Desk, system: System):
    reference = await desk.receives()
    due_on = (day_in_sweden(now()) + timedelta(days=14)).isoformat()
    await desk.takes(reference, "referrals", {**OPINION, "due_on": due_on})
    before = await read(clerk, reference)

    await mails_fail(system, reference)

    of_opinion = (await read(clerk, reference)).partition(OPINION["name"])[2]
    assert NOT_COME not in before
    assert NOT_COME in of_opinion.partition("Meddelanden")[0]
