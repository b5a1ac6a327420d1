"""A case is driven through any order of steps: it is never in a state that the law's picture lacks."""

from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eservice_intake.decisions.due import DUE_DECISIONS
from shared.clock import SWEDEN, day_in_sweden
from shared.tables import AuditEntry

from .cases import received, shown, take

OPEN = {"received", "awaiting_supplement", "complete", "proposed"}
DECIDED = {"decided", "appealed", "final"}
ENDED = {"closed", "withdrawn", "merged"}
PICTURE: dict[str, dict[str, str]] = {
    "supplement-requests": dict.fromkeys(("received", "complete"), "awaiting_supplement"),
    "extension": {state: state for state in OPEN},
    "completion": {"received": "complete"},
    "closure": dict.fromkeys(("received", "complete", *DECIDED), "closed"),
    "messages": {state: state for state in OPEN | DECIDED | ENDED},
    "secrecy": {state: state for state in OPEN | DECIDED | ENDED},
    "proposals": dict.fromkeys(OPEN, "proposed"),
    "decisions": dict.fromkeys(OPEN, "decided"),
    "decision-changes": dict.fromkeys(DECIDED, "decided"),
    "revocation": dict.fromkeys(DECIDED, "complete"),
    "decision-receipt": {"decided": "decided"},
    "referrals": {state: state for state in OPEN},
}
TIME = "time"
"""By step, from which state it leads to which: written here anew, as the law has it."""
CONTENT = {"outcome": "no_action", "reasons": "Inga skäl att ingripa.", "legal_basis": ["miljöbalken 26 kap. 9 §"]}
NEW_YEARS_EVE = datetime(2026, 12, 31, 9, tzinfo=SWEDEN)


@pytest.fixture
def clock(app):
    """What time it is: `clock.at` may be moved."""
    clock, running = SimpleNamespace(at=NEW_YEARS_EVE), app.state.clock
    app.state.clock = lambda: clock.at
    yield clock
    app.state.clock = running


@pytest.fixture
def chief(staff):
    return staff("unit-head", "caseworker", subject="bo", name="Bo Berg", units=["halsoskydd"])


def form_of(step: str, at: datetime) -> dict[str, Any] | None:
    soon = (day_in_sweden(at) + timedelta(days=14)).isoformat()
    return {
        "supplement-requests": {"wanted": "En karta.", "due_on": soon},
        "extension": {"due_on": soon},
        "completion": {},
        "messages": {"text": "Hej!"},
        "secrecy": {"confidential": False},
        "proposals": CONTENT,
        "decisions": {"decision": CONTENT},
        "decision-changes": {"decision": CONTENT},
        "revocation": {"reasons": "Fel ritning."},
        "decision-receipt": {"served_on": day_in_sweden(at).isoformat()},
        "referrals": {"name": "Brand", "email": "brand@example.com", "question": "Hinder?", "due_on": soon},
    }.get(step)


async def pass_weeks(database, clock, weeks):
    """Let time pass; the clock does what became due."""
    clock.at += timedelta(weeks=weeks)
    for due in DUE_DECISIONS:
        async with database.transaction() as tx:
            for row in (await tx.exec(select(due.row).where(due.is_due(clock.at)))).all():
                await due.act(tx, row, clock.at)


async def traces(database, published, receipt, diary):
    """How many steps the audit and the events have."""
    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry))).all()
    reads = ("read case", "read decisions", "refused case", "send control message")
    audited = [entry for entry in entries if entry.details.get("case") == diary and entry.action not in reads]
    events = [one for one in await published.fetch() if str(getattr(one, "application_id", "")) == receipt["id"]]
    told = Counter(type(event).__name__ for event in events)
    return len(audited), sum(told.values()) - told["ApplicationSubmitted"] - told["DecisionControlled"]


async def took(client, staff, receipt, step, clock, case) -> bool:
    """Whether the step was taken, as the picture says it is. One proposes, and another decides."""
    who = staff("unit-head", subject="anna" if step == "proposals" else "bo", units=["halsoskydd"])
    answer = await take(client, who, receipt, step, form_of(step, clock.at), version=case["version"])
    is_repeated = step == "decision-receipt" and answer.status_code == 409 and answer.json()["code"] == "AlreadyServed"
    assert is_repeated or answer.status_code == (200 if case["status"] in PICTURE[step] else 409), answer.text
    return answer.status_code == 200


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.sampled_from([*PICTURE, TIME]), min_size=1, max_size=10))
@example(steps=["decisions", "decision-receipt", TIME, "decision-changes", "decision-receipt", TIME, "closure"])
@example(steps=["supplement-requests", "proposals", "decisions", "revocation", "proposals", "decisions"])
async def test_any_order_of_steps_keeps_to_the_picture_and_leaves_its_traces(
    client, staff, chief, clock, database, published, steps
):
    clock.at = NEW_YEARS_EVE
    receipt = await received(client)
    case = await shown(client, chief, receipt)
    for step in steps:
        before = case
        is_taken = step != TIME and await took(client, staff, receipt, step, clock, case)
        if step == TIME:
            await pass_weeks(database, clock, 5)
        case = await shown(client, chief, receipt)
        passed = {before["status"], "final"} if before["status"] == "decided" and step == TIME else {before["status"]}
        assert case["status"] in ({PICTURE[step][before["status"]]} if is_taken else passed)
        taken = case["version"] - 1
        assert len(case["timeline"]) == taken
        assert await traces(database, published, receipt, case["diary_number"]) == (taken, taken)
