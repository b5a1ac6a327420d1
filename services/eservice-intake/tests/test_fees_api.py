"""Fees of a case: told before it is sent, approved by staff, on the decision, and of controls."""

import pytest

from shared.events import ControlRegistered, FeeApproved

from .cases import audited, shown, take
from .decisions import CONTENT, decisions_of, kinds
from .fees import approved, business, controlled, fees_of

PERMIT = {**CONTENT, "outcome": "approved"}


@pytest.fixture
def ines(staff):
    return staff("caseworker", subject="ines", name="Ines Ek", units=["livsmedel"])


@pytest.fixture
def head(staff):
    return staff("unit-head", subject="hugo", name="Hugo Chef", units=["livsmedel"])


@pytest.fixture
async def krog(client, clock, resident):
    return await business(client, resident)


async def test_an_applicant_is_told_the_fee_and_how_it_is_reckoned_before_sending(client, clock):
    path, form = "/eservices/enskilt-avlopp/fee", {"answers": {"matter": "andring"}}

    told = (await client.post(path, json=form, headers={"Accept-Language": "sv"})).json()

    assert (told["is_charged"], told["calculation"]["amount"]) == (True, 6075)
    assert told["calculation"]["lines"][1].replace("\u00a0", " ") == "5 timmar × 1 215 kronor = 6 075 kronor"


async def test_what_costs_nothing_says_so(client):
    answer = await client.post("/eservices/klagomal-olagenhet/fee", json={"answers": {}})

    assert answer.json() == {"kind": "klagomal", "notices": [], "is_charged": False, "calculation": None}


async def test_an_unknown_eservice_has_no_fee(client):
    assert (await client.post("/eservices/badhus/fee", json={"answers": {}})).status_code == 404


async def test_a_case_is_charged_by_the_taxa_of_the_day_it_came_in(client, clock, ines, resident):
    clock.at = clock.at.replace(year=2025)
    receipt = await business(client, resident)
    clock.at = clock.at.replace(year=2026)

    found = await fees_of(client, ines, receipt)

    assert (found["computed"]["amount"], found["computed"]["since"]) == (1340, "2025-01-01")


async def test_staff_approve_what_was_computed_by_delegation(client, ines, krog, published, database):
    made = await approved(client, ines, krog)

    case = await shown(client, ines, krog)
    assert (made.json()["amount"], made.json()["delegation"]) == (1405, "4.1")
    assert (case["timeline"][-1]["step"], (await kinds(published))[-1]) == ("approve_fee", FeeApproved)
    assert "approve fee" in await audited(database, case=case["diary_number"])


async def test_another_fee_needs_a_reason_and_the_delegation_for_it(client, ines, head, krog):
    without = await approved(client, head, krog, amount=700)
    beyond = await approved(client, ines, krog, amount=700, reason="Halv avgift.")
    await approved(client, head, krog, amount=700, reason="Halv avgift.")

    [fee] = (await fees_of(client, head, krog))["fees"]
    assert (without.status_code, beyond.json()["code"]) == (422, "FeeBeyondDelegation")
    assert (fee["amount"], fee["reason"], fee["delegation"]) == (700, "Halv avgift.", "4.2")


async def test_an_approved_fee_is_approved_anew_and_is_one(client, head, krog):
    await approved(client, head, krog)
    await approved(client, head, krog, amount=700, reason="Halv avgift.")

    [fee] = (await fees_of(client, head, krog))["fees"]
    assert fee["amount"] == 700


async def test_what_costs_nothing_is_not_approved(client, anna, complaint):
    refused = await approved(client, anna, complaint)

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingToPay")
    assert "approve_fee" not in (await shown(client, anna, complaint))["can"]


async def test_the_decision_has_the_approved_fee_and_its_calculation(client, ines, krog):
    await approved(client, ines, krog)

    await take(client, ines, krog, "decisions", {"decision": PERMIT})

    [decision] = await decisions_of(client, ines, krog)
    assert (decision["fee"], decision["fee_lines"][1].replace("\u00a0", " ")) == (
        1405,
        "1 timme × 1 405 kronor = 1 405 kronor",
    )


async def test_a_decision_does_not_name_another_fee_than_the_approved_one(client, ines, krog):
    await approved(client, ines, krog)

    refused = await take(client, ines, krog, "decisions", {"decision": {**PERMIT, "fee": 5}})

    assert (refused.status_code, refused.json()["violations"][0]["code"]) == (422, "other_fee")


async def test_a_changed_fee_says_why_on_the_decision_as_it_is_previewed(client, head, krog):
    await approved(client, head, krog, amount=700, reason="Halv avgift.")

    answer = await client.post(f"/cases/{krog['reference']}/decisions/preview", json=PERMIT, headers=head)

    preview = answer.json()
    assert (preview["fee"], preview["fee_lines"][-1]) == (700, "Avgiften är ändrad: Halv avgift.")


async def test_the_class_of_risk_is_proposed_from_four_answers(client, ines, krog):
    risk = (await fees_of(client, ines, krog))["risk"]

    assert (risk["risk_class"], len(risk["points"]), sum(risk["points"].values())) == ("B", 4, 110)


async def test_a_control_is_billed_afterwards_by_its_hours(client, ines, krog, published):
    fee = await controlled(client, ines, krog)
    made = await approved(client, ines, krog, control_id=fee["id"])

    assert (fee["calculation"]["amount"], fee["amount"], fee["risk_class"]) == (3513, None, "B")
    assert made.json()["amount"] == 3513
    assert ControlRegistered in await kinds(published)


async def test_a_control_of_tomorrow_is_refused(client, ines, krog):
    refused = await take(client, ines, krog, "controls", {"controlled_on": "2026-11-27", "minutes": 60})

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "controlled_on")


async def test_what_is_not_food_is_not_controlled_so(client, anna, complaint):
    refused = await take(client, anna, complaint, "controls", {"controlled_on": "2026-11-26", "minutes": 60})

    assert (refused.status_code, refused.json()["code"]) == (409, "NothingToPay")


async def test_a_control_of_another_case_is_not_approved(client, ines, krog, resident):
    other = await business(client, resident)
    fee = await controlled(client, ines, other)

    refused = await approved(client, ines, krog, control_id=fee["id"])

    assert (refused.status_code, refused.json()["code"]) == (404, "UnknownFee")
