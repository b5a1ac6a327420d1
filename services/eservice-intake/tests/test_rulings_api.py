"""What a court ruled on an appeal: the decision is final, or the case is open again."""

from datetime import datetime

import pytest

from shared.clock import SWEDEN
from shared.events import RulingReceived

from .cases import secret_of, shown, take
from .decisions import CONTENT, UPHELD, appeal, clock_strikes, decisions_of

RULING = {**UPHELD, "ruling_number": "505-1234-2026", "ruling_text": "Överklagandet avslås."}
WHY = {"reasons": "Mätaren var fel."}


async def ruled(client, anna, receipt, ruling, **more):
    return await take(client, anna, receipt, "ruling", {**RULING, "ruling": ruling, **more})


@pytest.fixture
async def forwarded(client, anna, served):
    await appeal(client, served)
    answer = await take(client, anna, served, "appeals/forwarding")
    assert answer.status_code == 200, answer.text
    return served


@pytest.mark.parametrize("ruling", ["upheld", "changed"])
async def test_what_a_court_upheld_or_changed_is_final(client, anna, forwarded, published, ruling):
    answer = await ruled(client, anna, forwarded, ruling)

    [decision] = await decisions_of(client, anna, forwarded)
    case = await shown(client, anna, forwarded)
    assert (answer.json()["case_status"], decision["is_in_force"]) == ("final", True)
    assert (decision["ruling"], decision["ruled_by"]) == (ruling, RULING["ruled_by"])
    assert (decision["final_at"], case["appeals"][0]["ruled_at"]) != (None, None)
    assert case["timeline"][-1]["step"] == "receive_ruling"
    event = (await published.fetch())[-1]
    assert isinstance(event, RulingReceived)
    assert (event.ruling, event.status, "avslås" in event.model_dump_json()) == (ruling, "final", False)


async def test_what_a_court_annulled_is_decided_again(client, anna, forwarded, database):
    answer = await ruled(client, anna, forwarded, "annulled")
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))
    again = await take(client, anna, forwarded, "decisions", {"decision": CONTENT})

    assert (answer.json()["case_status"], answer.json()["is_in_force"]) == ("complete", False)
    assert (again.json()["case_status"], again.json()["number"]) == ("decided", 2)
    assert (await decisions_of(client, anna, forwarded))[0]["final_at"] is None


async def test_a_ruling_is_read_by_the_applicant(client, anna, forwarded):
    await ruled(client, anna, forwarded, "changed")

    read = await client.get(f"/applications/{forwarded['reference']}/decision", headers=secret_of(forwarded))

    assert (read.json()["ruling"], read.json()["ruled_on"]) == ("changed", "2026-11-26")


async def test_nothing_is_ruled_that_no_court_has(client, anna, forwarded):
    await ruled(client, anna, forwarded, "upheld")

    again = await ruled(client, anna, forwarded, "upheld")

    assert (again.status_code, again.json()["code"]) == (409, "NothingWithCourt")


async def test_a_ruling_is_not_of_a_day_to_come(client, anna, forwarded):
    refused = await ruled(client, anna, forwarded, "upheld", ruled_on="2026-11-27")

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "ruled_on")


@pytest.mark.parametrize(("step", "form"), [("decision-changes", {"decision": CONTENT}), ("revocation", WHY)])
async def test_what_a_court_has_is_not_changed(client, anna, forwarded, step, form):
    refused = await take(client, anna, forwarded, step, form)

    assert (refused.status_code, refused.json()["code"]) == (409, "WrongState")


async def test_what_a_court_has_is_not_changed_when_another_appeal_comes_either(client, anna, forwarded):
    await appeal(client, forwarded)

    refused = await take(client, anna, forwarded, "decision-changes", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "WithCourt")


async def test_an_appeal_of_what_a_court_annulled_lapses(client, anna, forwarded):
    await appeal(client, forwarded)

    answer = await ruled(client, anna, forwarded, "annulled")

    assert answer.json()["case_status"] == "complete"
    assert (await shown(client, anna, forwarded))["appeals"][1]["lapsed_at"] is not None


async def test_an_appeal_that_waits_is_forwarded_after_the_ruling_on_another(client, anna, forwarded):
    await appeal(client, forwarded)

    answer = await ruled(client, anna, forwarded, "upheld")

    assert answer.json()["case_status"] == "appealed"


async def test_a_dismissed_appeal_waits_again_when_a_court_finds_it_in_time(client, anna, final):
    await appeal(client, final)
    await take(client, anna, final, "appeals/dismissal", {})
    await appeal(client, final)
    await take(client, anna, final, "appeals/forwarding")

    answer = await ruled(client, anna, final, "annulled", ruled_on="2026-12-18")
    forwarded = await take(client, anna, final, "appeals/forwarding")

    assert (answer.json()["number"], answer.json()["case_status"]) == (2, "appealed")
    assert (forwarded.status_code, forwarded.json()["case_status"]) == (200, "forwarded")


@pytest.mark.parametrize(
    ("ruling", "status", "holds"), [("upheld", "complete", [False, True]), ("annulled", "final", [True, False])]
)
async def test_a_revocation_that_a_court_upholds_opens_the_case_and_one_that_it_annuls_is_undone(
    client, anna, served, ruling, status, holds
):
    await take(client, anna, served, "revocation", WHY)
    await appeal(client, served)
    await take(client, anna, served, "appeals/forwarding")

    answer = await ruled(client, anna, served, ruling)

    assert answer.json()["case_status"] == status
    assert [one["is_in_force"] for one in await decisions_of(client, anna, served)] == holds
