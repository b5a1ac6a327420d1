"""A case says what its reader can do with it: nothing that it names is refused, and nothing else is offered."""

from datetime import datetime

import pytest

from eservice_intake.cases.steps import Step
from shared.clock import SWEDEN

from .cases import ANONYMOUS, COMPLAINT, shown, take
from .decisions import APPEAL, CONTENT

ALWAYS = {"link", "change_secrecy", "send_message"}
OPEN = {"extend", "request_opinion", "propose", "move", "merge"}
RECEIVED = {*ALWAYS, *OPEN, "request_supplement", "complete", "close", "decide"}
UNDO = {"propose_change", "change_decision", "propose_revocation", "revoke"}


async def can(client, headers, receipt):
    return set((await shown(client, headers, receipt))["can"])


async def test_what_has_come_in_can_be_handled_and_decided(client, anna, complaint):
    assert await can(client, anna, complaint) == RECEIVED


async def test_what_the_applicant_others_and_the_system_do_is_not_offered(client, anna, complaint):
    offered = await can(client, anna, complaint)

    others = {Step.WITHDRAW, Step.RECEIVE_OPINION, Step.REFUSE_ATTACHMENT, Step.REPLACE_ATTACHMENT, Step.MISS_DECISION}
    assert offered.isdisjoint(others)


async def test_who_proposed_does_not_decide_and_another_does(client, anna, chief, complaint):
    await take(client, anna, complaint, "proposals", CONTENT)

    assert "decide" not in await can(client, anna, complaint)
    assert "propose" in await can(client, anna, complaint)
    assert "decide" in await can(client, chief, complaint)


async def test_the_outcomes_say_which_ones_the_readers_delegation_reaches(client, staff, complaint):
    clerk = staff("caseworker", subject="anna", units=["halsoskydd"])

    outcomes = {one["outcome"]: one for one in (await shown(client, clerk, complaint))["outcomes"]}

    assert outcomes["no_action"] == {"outcome": "no_action", "text": "Ingen åtgärd", "within_delegation": True}
    assert not outcomes["approved"]["within_delegation"]
    assert "revoked" not in outcomes


async def test_without_any_delegation_one_proposes(client, staff, complaint):
    registrator = staff("registrator", subject="rut", units=["halsoskydd"])

    assert {"decide", "propose"} & await can(client, registrator, complaint) == {"propose"}


async def test_a_decision_is_served_appealed_changed_and_revoked(client, chief, decided):
    assert await can(client, chief, decided) == {*ALWAYS, *UNDO, "serve", "send_again", "notify_party", "appeal"}


async def test_who_proposed_a_revocation_does_not_revoke(client, anna, decided):
    before = await can(client, anna, decided)
    await take(client, anna, decided, "revocation/proposals", {"reasons": "Fel."})

    assert "revoke" in before
    assert "revoke" not in await can(client, anna, decided)


async def test_a_served_decision_is_not_served_again(client, anna, served):
    assert "serve" not in await can(client, anna, served)


async def test_while_a_neighbour_is_not_served_a_receipt_can_be_registered(client, anna, served):
    neighbour = {"name": "Nils Granne", "email": "nils@exempel.se"}
    party = (await take(client, anna, served, "decisions/1/parties", neighbour)).json()
    waiting = await can(client, anna, served)
    await take(client, anna, served, "decision-receipt", {"served_on": "2026-11-26", "party_id": party["id"]})

    assert "serve" in waiting
    assert "serve" not in await can(client, anna, served)


async def test_the_dismissal_of_anothers_appeal_is_not_served_on_the_applicant(
    client, anna, served, neighbour, opened, clock
):
    clock.at = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)
    await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])
    clock.at = datetime(2026, 12, 23, 9, 0, tzinfo=SWEDEN)
    await client.post(f"{neighbour[0]}/appeals", json=APPEAL, headers=neighbour[1])
    await take(client, anna, served, "appeals/dismissal", {})
    dismissed = await opened()
    await client.post(f"{dismissed[0]}/receipt", headers=dismissed[1])

    assert "serve" not in await can(client, anna, served)


async def test_an_appeal_in_time_is_forwarded_and_then_a_court_rules(client, chief, served):
    await take(client, chief, served, "appeals", {**APPEAL, "received_on": "2026-11-26"})
    waiting = await can(client, chief, served)
    await take(client, chief, served, "appeals/forwarding")

    assert waiting == {*ALWAYS, *UNDO, "notify_party", "forward_appeal"}
    assert await can(client, chief, served) == {*ALWAYS, "notify_party", "receive_ruling", "appeal"}


async def test_a_late_appeal_is_dismissed(client, chief, final):
    await take(client, chief, final, "appeals", {**APPEAL, "received_on": "2026-12-18"})

    assert {"dismiss_appeal", "propose_dismissal"} <= await can(client, chief, final)
    assert {"forward_appeal", "change_decision"}.isdisjoint(await can(client, chief, final))


async def test_a_revocation_is_not_revoked(client, chief, decided):
    await take(client, chief, decided, "revocation", {"reasons": "Fel."})

    assert {"revoke", "propose_revocation"}.isdisjoint(await can(client, chief, decided))


async def test_of_a_confidential_case_nobody_else_is_asked(client, chief, complaint):
    before = await can(client, chief, complaint)
    await take(client, chief, complaint, "secrecy", {"confidential": True})

    assert "request_opinion" in before
    assert "request_opinion" not in await can(client, chief, complaint)


@pytest.mark.parametrize(("answers", "services"), [(ANONYMOUS, ["receipt"]), (COMPLAINT, ["receipt", "simplified"])])
async def test_simplified_service_is_offered_with_those_who_were_told_of_it(client, anna, clock, answers, services):
    sent = {"eservice": "klagomal-olagenhet", "language": "sv", "answers": answers}

    receipt = (await client.post("/applications", json=sent)).json()

    assert (await shown(client, anna, receipt))["services"] == services
