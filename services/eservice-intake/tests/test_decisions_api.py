"""A decision is made and changed, by the API."""

import pytest
from sqlmodel import select

from shared.events import AppealForwarded, AppealReceived, DecisionMade, DecisionServed
from shared.tables import AuditEntry

from .cases import secret_of, shown, take
from .decisions import APPEAL, CONTENT, decisions_of, kinds


@pytest.mark.parametrize("changes", [{"conditions": ["Täta."]}, {"outcome": "approved_with_conditions"}])
async def test_conditions_go_with_their_outcome(client, anna, complaint, changes):
    refused = await take(client, anna, complaint, "decisions", {"decision": {**CONTENT, **changes}})

    assert (refused.status_code, refused.json()["violations"][0]["field"]) == (422, "conditions")


async def test_a_decided_case_is_not_decided_again(client, anna, decided):
    refused = await take(client, anna, decided, "decisions", {"decision": CONTENT})

    assert (refused.status_code, refused.json()["code"]) == (409, "WrongState")


async def test_a_changed_decision_keeps_the_old_one_readable(published, client, anna, decided):
    changed = {**CONTENT, "reasons": "Ny mätning visar samma sak."}

    answer = await take(client, anna, decided, "decision-changes", {"decision": changed})

    listed = await decisions_of(client, anna, decided)
    path, secret = f"/applications/{decided['reference']}/decision", secret_of(decided)
    latest, earlier = [await client.get(path, headers=secret, params=one) for one in ({}, {"number": 1})]
    assert (answer.json()["number"], answer.json()["is_in_force"]) == (2, True)
    assert [(one["number"], one["is_in_force"]) for one in listed] == [(1, False), (2, True)]
    assert (latest.json()["reasons"], earlier.json()["reasons"]) == (changed["reasons"], CONTENT["reasons"])
    events = [event for event in await published.fetch() if isinstance(event, DecisionMade)]
    assert events[1].replaces == events[0].decision_id


async def test_every_step_is_one_entry_of_the_timeline_the_audit_and_the_events(
    published, client, anna, decided, database
):
    secret = secret_of(decided)
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret)
    await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret)
    await take(client, anna, decided, "appeals/forwarding")

    case = await shown(client, anna, decided)
    of_case = AuditEntry.details["case"].as_string() == case["diary_number"]
    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry.action).where(of_case).order_by(AuditEntry.id))).all()
    assert [step["step"] for step in case["timeline"]] == ["decide", "serve", "appeal", "forward_appeal"]
    assert [entry for entry in entries if not entry.startswith("read")] == [
        "decide",
        "serve",
        "appeal",
        "forward appeal",
    ]
    assert (await kinds(published))[1:] == [DecisionMade, DecisionServed, AppealReceived, AppealForwarded]


async def test_a_case_shows_its_decisions_and_appeals(client, anna, decided):
    await client.post(f"/applications/{decided['reference']}/appeals", json=APPEAL, headers=secret_of(decided))

    case = await shown(client, anna, decided)

    assert [(one["number"], one["reasons"]) for one in case["decisions"]] == [(1, CONTENT["reasons"])]
    assert [(one["text"], one["in_time"]) for one in case["appeals"]] == [(APPEAL["text"], True)]
