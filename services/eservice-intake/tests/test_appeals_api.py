"""An appeal in time goes to the court, a late one is dismissed, and the case ends after either."""

import io
import json
import zipfile
from datetime import datetime

import pytest
from sqlmodel import select

from eservice_intake.cases.models import Case
from shared.clock import SWEDEN
from shared.events import AppealDismissed, AppealForwarded, AppealReceived, DecisionFinal

from .cases import secret_of, shown, take
from .decisions import APPEAL, CONTENT, UPHELD, appeal, clock_strikes, decisions_of, kinds


async def kept(database, receipt):
    async with database.reading() as session:
        return (await session.exec(select(Case).where(Case.reference == receipt["reference"]))).one()


async def test_an_appeal_in_time_is_forwarded_with_its_package(published, client, anna, decided, database):
    secret = secret_of(decided)
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret)

    appeal = await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret)
    package = await client.get(f"/cases/{decided['reference']}/appeals/package", headers=anna)
    late = await take(client, anna, decided, "appeals/dismissal", {})
    forwarded = await take(client, anna, decided, "appeals/forwarding")
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))

    assert (appeal.json()["in_time"], appeal.json()["case_status"]) == (True, "appealed")
    assert (late.status_code, late.json()["code"]) == (409, "AppealInTime")
    assert forwarded.json()["forwarded_at"] is not None
    files = zipfile.ZipFile(io.BytesIO(package.content))
    assert sorted(files.namelist()) == ["ansokan.pdf", "arende.json", "beslut-1.pdf", "overklagande.pdf"]
    described = json.loads(files.read("arende.json"))
    assert described["appeals"][0]["text"] == APPEAL["text"]
    assert described["decisions"][0]["reasons"] == CONTENT["reasons"]
    assert (await shown(client, anna, decided))["status"] == "forwarded"
    told = await kinds(published)
    assert (AppealReceived in told, AppealForwarded in told, DecisionFinal in told) == (True, True, False)


async def test_a_late_appeal_is_dismissed_by_a_decision_that_can_be_appealed(
    client, anna, decided, database, published, clock
):
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    clock.at = datetime(2026, 12, 21, 10, 0, tzinfo=SWEDEN)

    late = await take(client, anna, decided, "appeals", {**APPEAL, "received_on": "2026-12-18"})
    forwarded = await take(client, anna, decided, "appeals/forwarding")
    dismissed = await take(client, anna, decided, "appeals/dismissal", {})

    assert (late.json()["in_time"], late.json()["case_status"]) == (False, "appealed")
    assert (forwarded.status_code, forwarded.json()["code"]) == (409, "AppealIsLate")
    made = (await decisions_of(client, anna, decided))[1]
    assert (made["outcome"], made["appealable"], made["act"]) == ("dismissed", True, "dismissal")
    assert ("2026-12-18" in made["reasons"], "2026-12-17" in made["reasons"]) == (True, True)
    assert (dismissed.json()["case_status"], AppealDismissed in await kinds(published)) == ("final", True)

    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2027, 1, 12, 8, 0, tzinfo=SWEDEN))
    followed = await client.get(f"/applications/{decided['reference']}", headers=secret_of(decided))
    assert (await decisions_of(client, anna, decided))[1]["final_at"] is not None
    assert (await shown(client, anna, decided))["status"] == "final"
    assert (await kinds(published)).count(DecisionFinal) == 1
    assert followed.json()["progress"]["decision"]["number"] == 1


async def test_a_decided_case_is_closed_only_when_the_time_to_appeal_is_over(client, anna, served, database, clock):
    early = await take(client, anna, served, "closure")
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    closed = await take(client, anna, served, "closure")

    assert (early.status_code, early.json()["code"]) == (409, "WrongState")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")


async def test_an_appealed_case_is_closed_only_when_the_court_has_ruled(client, anna, served):
    await appeal(client, served)

    appealed = await take(client, anna, served, "closure")
    await take(client, anna, served, "appeals/forwarding")
    forwarded = await take(client, anna, served, "closure")
    await take(client, anna, served, "ruling", UPHELD)
    closed = await take(client, anna, served, "closure")

    assert (appealed.status_code, forwarded.status_code, closed.json()["status"]) == (409, 409, "closed")


async def test_a_late_appeal_to_a_closed_case_is_dismissed_by_a_decision_too(client, anna, final):
    await take(client, anna, final, "closure")

    late = await appeal(client, final)
    dismissed = await take(client, anna, final, "appeals/dismissal", {})

    assert (late.status_code, late.json()["in_time"], late.json()["case_status"]) == (200, False, "appealed")
    assert (dismissed.json()["case_status"], dismissed.json()["number"]) == ("final", 2)


async def test_a_closed_case_without_a_decision_is_not_appealed(client, anna, complaint):
    await take(client, anna, complaint, "closure")

    assert (await appeal(client, complaint)).json()["code"] == "NoDecision"


async def test_an_appeal_that_waits_is_about_the_changed_decision_and_is_still_forwarded(
    client, anna, served, database, clock
):
    await appeal(client, served)
    form = {"decision": {**CONTENT, "reasons": "Ny mätning."}, "service": "simplified"}

    changed = await take(client, anna, served, "decision-changes", form)
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))
    forwarded = await take(client, anna, served, "appeals/forwarding")

    assert (changed.json()["case_status"], changed.json()["number"]) == ("appealed", 2)
    assert (forwarded.status_code, forwarded.json()["case_status"]) == (200, "forwarded")
    assert (await decisions_of(client, anna, served))[1]["final_at"] is None


async def test_a_decision_served_while_a_court_has_it_is_not_final(client, anna, decided, database, published, clock):
    await appeal(client, decided)
    await take(client, anna, decided, "appeals/forwarding")

    confirmed = await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2027, 6, 1, 8, 0, tzinfo=SWEDEN))

    assert confirmed.status_code == 200
    assert (await shown(client, anna, decided))["status"] == "forwarded"
    assert (await decisions_of(client, anna, decided))[0]["final_at"] is None
    assert DecisionFinal not in await kinds(published)


async def test_a_decision_is_not_changed_while_a_late_appeal_waits(client, anna, final):
    await appeal(client, final)

    refused = await take(client, anna, final, "decision-changes", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "AppealWaits")


async def test_what_is_appealed_too_late_is_final_before_the_clock_has_come_to_it(
    client, anna, served, database, published, clock
):
    clock.at = datetime(2026, 12, 18, 1, 0, tzinfo=SWEDEN)

    late = await appeal(client, served)
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))

    timeline = [step["step"] for step in (await shown(client, anna, served))["timeline"]]
    assert (late.json()["in_time"], timeline) == (False, ["decide", "serve", "become_final", "appeal"])
    [event] = [event for event in await published.fetch() if isinstance(event, DecisionFinal)]
    assert event.outcome == "no_action"


async def test_a_late_appeal_leaves_the_case_with_the_court_that_has_another(client, anna, served, clock):
    await appeal(client, served)
    await take(client, anna, served, "appeals/forwarding")
    clock.at = datetime(2026, 12, 18, 9, 0, tzinfo=SWEDEN)

    late = await take(client, anna, served, "appeals", {**APPEAL, "received_on": "2026-12-18"})
    dismissed = await take(client, anna, served, "appeals/dismissal", {})

    assert (late.json()["in_time"], dismissed.json()["case_status"]) == (False, "forwarded")


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("decision-changes", {"decision": CONTENT}),
        ("revocation", {"reasons": "Fel ritning."}),
        ("appeals", {**APPEAL, "received_on": "2026-12-18"}),
    ],
)
async def test_a_case_that_is_taken_up_again_has_not_ended(client, anna, final, database, step, form):
    assert (await kept(database, final)).ended_at is not None

    answer = await take(client, anna, final, step, form)

    assert answer.status_code == 200, answer.text
    assert (await kept(database, final)).ended_at is None


async def test_a_dismissed_appeal_ends_the_case_again(client, anna, final, database, clock):
    await appeal(client, final)

    await take(client, anna, final, "appeals/dismissal", {})

    assert (await kept(database, final)).ended_at == clock.at
