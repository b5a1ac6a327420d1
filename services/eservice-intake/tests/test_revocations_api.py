"""A decision is revoked by another, which is served and appealed itself, and opens the case when it is final."""

from datetime import datetime

import pytest

from shared.clock import SWEDEN
from shared.events import DecisionFinal, DecisionRevoked

from .cases import secret_of, shown, take
from .decisions import CONTENT, PERMIT, appeal, clock_strikes, decisions_of

WHY = {"reasons": "Mätaren var fel."}
LATER = datetime(2027, 2, 1, 8, 0, tzinfo=SWEDEN)


@pytest.fixture
async def revoked(client, anna, served):
    answer = await take(client, anna, served, "revocation", WHY)
    assert answer.status_code == 200, answer.text
    return served


async def confirm(client, receipt):
    return await client.post(f"/applications/{receipt['reference']}/decision/receipt", headers=secret_of(receipt))


async def test_a_revocation_is_a_decision_beside_the_one_it_revokes(client, anna, served, published):
    answer = await take(client, anna, served, "revocation", {**WHY, "legal_basis": ["37 § förvaltningslagen"]})

    earlier, revocation = await decisions_of(client, anna, served)
    assert (answer.json()["number"], answer.json()["case_status"], answer.json()["act"]) == (2, "decided", "revocation")
    assert (earlier["reasons"], earlier["is_in_force"], earlier["revoked_at"] is None) == (
        CONTENT["reasons"],
        False,
        False,
    )
    assert (revocation["about_number"], revocation["outcome"], revocation["outcome_text"]) == (
        1,
        "revoked",
        "Upphävande",
    )
    assert (revocation["reasons"], revocation["legal_basis"]) == (WHY["reasons"], ["37 § förvaltningslagen"])
    assert (revocation["decided_by_name"], revocation["delegation"]) == ("Anna Ek", "1.1")
    assert (revocation["appealable"], "länsstyrelsen" in revocation["how_to_appeal"]) == (True, True)
    event = (await published.fetch())[-1]
    assert isinstance(event, DecisionRevoked)
    assert event.decided_on.isoformat() == "2026-11-26"


async def test_a_revocation_is_in_the_boards_list(client, anna, revoked):
    listed = await client.get("/decisions/delegated", headers=anna, params={"month": "2026-11"})

    assert [(line["number"], line["outcome"]) for line in listed.json()["items"]] == [(1, "no_action"), (2, "revoked")]


async def test_the_applicant_reads_both_and_is_served_the_revocation(client, revoked):
    path, secret = f"/applications/{revoked['reference']}/decision", secret_of(revoked)

    latest, earlier = [await client.get(path, headers=secret, params=one) for one in ({}, {"number": 1})]
    confirmed = await confirm(client, revoked)

    assert (latest.json()["reasons"], earlier.json()["reasons"]) == (WHY["reasons"], CONTENT["reasons"])
    assert (confirmed.json()["number"], confirmed.json()["appeal_until"]) == (2, "2026-12-17")


async def test_when_the_revocation_is_final_the_case_is_open_again(client, anna, revoked, database, published):
    await confirm(client, revoked)

    await clock_strikes(database, LATER)
    again = await take(client, anna, revoked, "decisions", {"decision": CONTENT})

    timeline = [step["step"] for step in (await shown(client, anna, revoked))["timeline"]]
    assert timeline == ["decide", "serve", "revoke", "serve", "become_final", "decide"]
    assert (again.json()["number"], again.json()["case_status"]) == (3, "decided")
    [final] = [event for event in await published.fetch() if isinstance(event, DecisionFinal)]
    assert final.outcome == "revoked"


async def test_a_revoked_case_is_decided_anew_at_once_by_a_change(client, anna, revoked):
    again = await take(client, anna, revoked, "revocation", WHY)
    changed = await take(client, anna, revoked, "decision-changes", {"decision": CONTENT})

    listed = await decisions_of(client, anna, revoked)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyRevoked")
    assert (changed.json()["number"], changed.json()["case_status"]) == (3, "decided")
    assert [one["is_in_force"] for one in listed] == [False, False, True]


async def test_an_appeal_that_waits_is_about_the_revocation_then(client, anna, served, database):
    await appeal(client, served)

    revoked = await take(client, anna, served, "revocation", WHY)
    await clock_strikes(database, LATER)
    forwarded = await take(client, anna, served, "appeals/forwarding")

    assert (revoked.json()["case_status"], forwarded.json()["case_status"]) == ("appealed", "forwarded")
    assert (await decisions_of(client, anna, served))[1]["final_at"] is None


async def test_a_revocation_that_is_appealed_too_late_is_dismissed_while_the_case_is_open(
    client, anna, revoked, database, clock
):
    await confirm(client, revoked)
    await clock_strikes(database, LATER)
    clock.at = LATER

    late = await appeal(client, revoked)
    forwarded = await take(client, anna, revoked, "appeals/forwarding")
    dismissed = await take(client, anna, revoked, "appeals/dismissal", {})

    assert (late.json()["in_time"], late.json()["case_status"]) == (False, "complete")
    assert (forwarded.status_code, forwarded.json()["code"]) == (409, "AppealIsLate")
    assert (dismissed.json()["number"], dismissed.json()["case_status"]) == (3, "complete")


async def test_what_cannot_be_appealed_is_revoked_without_appeal_and_opens_the_case_the_day_after(
    client, anna, complaint, database
):
    await take(client, anna, complaint, "decisions", {"decision": {**CONTENT, "outcome": "written_off"}})

    answer = await take(client, anna, complaint, "revocation", WHY)
    await clock_strikes(database, datetime(2026, 11, 27, 8, 0, tzinfo=SWEDEN))

    assert answer.json()["appealable"] is False
    assert (await shown(client, anna, complaint))["status"] == "complete"


@pytest.mark.parametrize(
    ("step", "form"), [("revocation", WHY), ("decision-changes", {"decision": {**PERMIT, "fee": None}})]
)
async def test_beyond_delegation_one_proposes_and_another_revokes_or_changes(
    client, anna, chief, complaint, published, step, form
):
    await take(client, chief, complaint, "decisions", {"decision": PERMIT})

    refused = await take(client, anna, complaint, step, form)
    proposed = await take(client, anna, complaint, f"{step}/proposals", form.get("decision", form))
    made = await take(client, chief, complaint, step, {})

    assert (refused.status_code, refused.json()["code"]) == (403, "BeyondDelegation")
    assert (proposed.json()["is_proposal"], proposed.json()["case_status"]) == (True, "decided")
    assert (made.status_code, made.json()["delegation"]) == (200, "2.1"), made.text
    decision = (await decisions_of(client, chief, complaint))[1]
    assert (decision["proposed_by_name"], decision["decided_by_name"]) == ("Anna Ek", "Bo Berg")
    assert (decision["about_number"], decision["is_in_force"]) == (1, True)


async def test_who_proposed_a_revocation_does_not_decide_it(client, chief, served):
    await take(client, chief, served, "revocation/proposals", WHY)

    refused = await take(client, chief, served, "revocation", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "FourEyes")


async def test_who_proposed_the_dismissal_of_a_late_appeal_does_not_decide_it(client, anna, chief, final):
    await appeal(client, final)
    proposed = await take(client, anna, final, "appeals/dismissal/proposals", {"reasons": "För sent."})

    refused = await take(client, anna, final, "appeals/dismissal", {})
    dismissed = await take(client, chief, final, "appeals/dismissal", {})

    assert (proposed.json()["is_proposal"], refused.json()["code"]) == (True, "FourEyes")
    decision = (await decisions_of(client, chief, final))[1]
    assert (dismissed.json()["case_status"], decision["reasons"]) == ("final", "För sent.")
    assert (decision["proposed_by_name"], decision["decided_by_name"]) == ("Anna Ek", "Bo Berg")


@pytest.mark.parametrize(("step", "form"), [("decision-changes", {}), ("revocation", {})])
async def test_what_is_not_proposed_is_not_done_as_proposed(client, anna, served, step, form):
    refused = await take(client, anna, served, step, form)

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingProposed")


async def test_a_case_is_not_decided_as_revoked(client, anna, complaint):
    refused = await take(client, anna, complaint, "decisions", {"decision": {**CONTENT, "outcome": "revoked"}})

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "decision.outcome")


async def test_a_revocation_is_told_in_the_outline_of_the_case(client, revoked):
    status = await client.get(f"/applications/{revoked['reference']}", headers=secret_of(revoked))

    assert status.json()["progress"]["decision"]["outcome"] == "revoked"
