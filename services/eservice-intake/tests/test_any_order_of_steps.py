"""A case is driven through any order of steps: it is never in a state that the law's picture lacks."""

from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from eservice_intake.cases.due import DUE_CASES
from eservice_intake.cases.models import Case
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.due import DUE_DECISIONS
from eservice_intake.referrals.models import Referral
from shared.clock import SWEDEN, day_in_sweden
from shared.events import DecisionFinal
from shared.tables import AuditEntry

from .cases import received, shown, take

OPEN = ("received", "awaiting_supplement", "complete", "proposed")
DECIDED = ("decided", "appealed", "forwarded", "final")
ENDED = ("closed", "withdrawn", "merged")
UNITS = ["halsoskydd", "avlopp"]
RULED = {"final", "complete", "appealed", "forwarded"}
Ways = dict[str, set[str]]


def to(state: str, *of: str) -> Ways:
    return {one: {state} for one in of}


def stays(*of: str) -> Ways:
    return {one: {one} for one in of}


PICTURE: dict[str, Ways] = {
    "supplement-requests": to("awaiting_supplement", "received", "complete"),
    "supplements": to("received", "awaiting_supplement"),
    "extension": stays(*OPEN),
    "completion": to("complete", "received"),
    "closure": to("closed", "received", "complete", "final"),
    "withdrawal": to("withdrawn", *OPEN),
    "move": stays(*OPEN),
    "merger": to("merged", *OPEN),
    "links": stays(*OPEN, *DECIDED, *ENDED),
    "messages": stays(*OPEN, *DECIDED, *ENDED),
    "secrecy": stays(*OPEN, *DECIDED, *ENDED),
    "proposals": to("proposed", *OPEN),
    "decisions": to("decided", *OPEN),
    "decision-changes/proposals": stays("decided", "appealed", "final"),
    "decision-changes": {**to("decided", "decided", "final"), **stays("appealed")},
    "revocation/proposals": stays("decided", "appealed", "final"),
    "revocation": {**to("decided", "decided", "final"), **stays("appealed")},
    "decision-receipt": stays(*OPEN, *DECIDED, *ENDED),
    "simplified-service": stays(*OPEN, *DECIDED, *ENDED),
    "decisions/1/parties": stays(*OPEN, *DECIDED, *ENDED),
    "appeal": {**to("appealed", "decided", "forwarded", "final", "closed"), **stays(*OPEN, "withdrawn", "merged")},
    "appeals/forwarding": {**stays(*OPEN, *DECIDED, *ENDED), "appealed": {"forwarded", "appealed"}},
    "ruling": {**stays(*OPEN, *DECIDED, *ENDED), "appealed": RULED, "forwarded": RULED},
    "appeals/dismissal/proposals": stays(*OPEN, *DECIDED, *ENDED),
    "appeals/dismissal": {**stays(*OPEN, *DECIDED, *ENDED), "appealed": {"final", "forwarded", "appealed", "decided"}},
    "referrals": stays(*OPEN),
    "opinion": stays(*OPEN),
}
"""By step, from which state it leads to which: written here anew, as the law has it."""
OTHERWISE = {
    "decision-receipt": {"AlreadyServed", "NoDecision"},
    "simplified-service": {"AlreadyServed", "NoDecision", "NotInForce"},
    "decisions/1/parties": {"NoDecision", "NotInForce"},
    "decision-changes": {"AppealWaits", "WithCourt"},
    "revocation/proposals": {"AlreadyRevoked"},
    "revocation": {"AlreadyRevoked", "AppealWaits", "WithCourt"},
    "appeal": {"NoDecision"},
    "appeals/forwarding": {"AppealIsLate", "NoAppeal"},
    "ruling": {"NothingWithCourt"},
    "appeals/dismissal/proposals": {"AppealInTime", "NoAppeal"},
    "appeals/dismissal": {"AppealInTime", "NoAppeal"},
    "links": {"AlreadyLinked"},
    "opinion": {"NotShown"},
}
"""Why a step that the picture has may be refused all the same."""
TIME = "time"
BY_APPLICANT = {"supplements": "supplements", "withdrawal": "withdrawal", "appeal": "appeals"}
CONTENT = {"outcome": "no_action", "reasons": "Inga skäl att ingripa.", "legal_basis": ["26 kap. 9 § miljöbalken"]}
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
    return staff("unit-head", "caseworker", subject="bo", name="Bo Berg", units=UNITS)


@pytest.fixture
def steps_of(client, staff, chief, clock, database, published):
    return SimpleNamespace(client=client, staff=staff, chief=chief, clock=clock, database=database, published=published)


def form_of(step: str, at: datetime, case: dict[str, Any], other: str) -> dict[str, Any] | None:
    soon = (day_in_sweden(at) + timedelta(days=14)).isoformat()
    due_on = max(filter(None, (case["supplement_due_on"] or case["decision_due_on"], day_in_sweden(at).isoformat())))
    ruling = ("upheld", "changed", "annulled")[case["version"] % 3]
    later = (datetime.fromisoformat(due_on) + timedelta(days=1)).date().isoformat()
    return {
        "supplement-requests": {"wanted": "En karta.", "due_on": soon},
        "supplements": {"text": "Här är den."},
        "extension": {"due_on": later},
        "completion": {},
        "move": {"unit": next(unit for unit in UNITS if unit != case["unit"])},
        "merger": {"reference": other},
        "links": {"reference": other},
        "messages": {"text": "Hej!"},
        "secrecy": {"confidential": False},
        "proposals": CONTENT,
        "decisions": {"decision": CONTENT},
        "decision-changes/proposals": CONTENT,
        "decision-changes": {"decision": CONTENT},
        "revocation/proposals": {"reasons": "Fel ritning."},
        "revocation": {"reasons": "Fel ritning."},
        "decision-receipt": {"served_on": day_in_sweden(at).isoformat()},
        "appeal": {"text": "Jag överklagar."},
        "appeals/dismissal/proposals": {},
        "appeals/dismissal": {},
        "simplified-service": {},
        "decisions/1/parties": {"name": "Granne", "email": "granne@example.com"},
        "ruling": {"ruling": ruling, "ruled_by": "Länsstyrelsen", "ruled_on": day_in_sweden(at).isoformat()},
        "referrals": {"name": "Brand", "email": "brand@example.com", "question": "Hinder?", "due_on": soon},
        "opinion": {"text": "Nej."},
    }.get(step)


async def pass_weeks(database, clock, weeks):
    """Let time pass; the clock does what became due."""
    clock.at += timedelta(weeks=weeks)
    for due in (*DUE_DECISIONS, DUE_CASES):
        async with database.reading() as session:
            ids = (await (await session.connection()).execute(due.first_ids(clock.at, [], 100))).scalars().all()
        for row_id in ids:
            async with database.transaction() as tx:
                await due.do(tx, row_id, clock.at)


async def traces(database, published, receipt, diary):
    """How many steps the audit and the events have."""
    async with database.reading() as session:
        of_case = AuditEntry.details["case"].as_string() == diary
        entries = (await session.exec(select(AuditEntry).where(of_case))).all()
    reads = ("read case", "read decisions", "refused", "send control message")
    audited = [entry for entry in entries if entry.action not in reads]
    events = await published.about(receipt["id"])
    final = [one.decision_id for one in events if isinstance(one, DecisionFinal)]
    assert len(final) == len(set(final))
    told = Counter(type(event).__name__ for event in events)
    return len(audited), sum(told.values()) - told["ApplicationSubmitted"] - told["DecisionControlled"]


async def opinion_given(steps_of, receipt, form):
    """The answer to the opinion of somebody who was asked; None when nobody waits to give one."""
    waits = select(Referral).where(col(Referral.opinion).is_(None), Referral.case_id == UUID(receipt["id"]))
    async with steps_of.database.transaction() as tx:
        referral = (await tx.exec(waits)).first()
        secret = referral and referral.new_link("").rpartition("/")[2]
    if referral is None:
        return None
    headers = {"X-Application-Secret": secret}
    return await steps_of.client.post(f"/referrals/{referral.id}/opinion", json=form, headers=headers)


async def answer_to(steps_of, receipt, step, case, other):
    """One proposes, and another decides; the applicant and the party have their own steps."""
    form = form_of(step, steps_of.clock.at, case, other)
    if step == "opinion":
        return await opinion_given(steps_of, receipt, form)
    if step in BY_APPLICANT:
        path, secret = f"/applications/{receipt['reference']}/{BY_APPLICANT[step]}", receipt["secret"]
        return await steps_of.client.post(path, json=form, headers={"X-Application-Secret": secret})
    who = steps_of.staff("unit-head", subject="anna" if step.endswith("proposals") else "bo", units=UNITS)
    return await take(steps_of.client, who, receipt, step, form, version=case["version"])


async def took(steps_of, receipt, step, case, other) -> bool:
    """Whether the step was taken, as the picture says it is."""
    answer = await answer_to(steps_of, receipt, step, case, other)
    if answer is None or answer.status_code == 200:
        assert answer is None or case["status"] in PICTURE[step], answer.text
        return answer is not None
    is_in_picture = case["status"] in PICTURE[step]
    reasons = OTHERWISE.get(step, set()) if is_in_picture else {"WrongState", "NoDecision"}
    assert answer.json()["code"] in reasons, answer.text
    return False


async def require_true_days(database, case):
    """An appealed case has an appeal that waits, and another none in time; one that has ended has a day for it."""
    async with database.reading() as session:
        kept = (await session.exec(select(Case).where(Case.reference == case["reference"]))).one()
        appeals = (await session.exec(select(Appeal).where(Appeal.case_id == kept.id))).all()
        about_case = {one.id for one in (await chain_of(session, kept)).taken if one.is_about_case}
    waiting = [one for one in appeals if one.waits]
    lost = [one for one in waiting if one.in_time and one.decision_id in about_case]
    assert waiting if case["status"] == "appealed" else not lost
    assert case["status"] != "forwarded" or any(one.is_with_court for one in appeals)
    assert (kept.ended_at is not None) is (case["status"] in (*ENDED, "final"))
    assert kept.decision_due_on is None or case["status"] in OPEN
    assert (kept.supplement_due_on is not None) is (case["status"] == "awaiting_supplement")


@settings(max_examples=30)
@given(steps=st.lists(st.sampled_from([*PICTURE, TIME]), min_size=1, max_size=10))
@example(steps=["decisions", "decision-receipt", TIME, "appeal", "decision-changes", "appeals/dismissal", "closure"])
@example(steps=["decisions", "appeal", "decision-changes", "decision-receipt", TIME, "appeals/forwarding", "closure"])
@example(steps=["decisions", "decision-receipt", TIME, "decision-changes", TIME, "revocation", "closure", "appeal"])
@example(steps=["decisions", "appeal", "appeals/forwarding", "ruling", "appeal", "appeals/dismissal", "appeal"])
@example(steps=["decisions", "revocation", "appeal", "appeals/forwarding", "messages", "ruling", "decisions"])
@example(steps=["decisions", "decision-receipt", "decisions/1/parties", TIME, "appeal", "appeals/dismissal"])
@example(steps=["decisions", "revocation", "decision-receipt", TIME, "appeal", "proposals", "appeals/dismissal"])
@example(steps=["decisions", "appeal", "revocation/proposals", "revocation", "appeals/forwarding", "decision-changes"])
@example(steps=["supplement-requests", TIME, "supplements", "proposals", "decisions", "revocation", "proposals"])
@example(steps=["referrals", "move", "opinion", "links", "completion", TIME, "extension", "merger", "messages"])
async def test_any_order_of_steps_keeps_to_the_picture_and_leaves_its_traces(steps_of, steps):
    steps_of.clock.at = NEW_YEARS_EVE
    receipt, other = [await received(steps_of.client) for _ in range(2)]
    case = await shown(steps_of.client, steps_of.chief, receipt)
    for step in steps:
        before = case["status"]
        is_taken = step != TIME and await took(steps_of, receipt, step, case, other["reference"])
        if step == TIME:
            await pass_weeks(steps_of.database, steps_of.clock, 5)
        case = await shown(steps_of.client, steps_of.chief, receipt)
        passed = {before, "final", "complete"} if before == "decided" and step == TIME else {before}
        assert case["status"] in (PICTURE[step][before] if is_taken else passed)
        taken = case["version"] - 1
        assert len(case["timeline"]) == taken
        assert await traces(steps_of.database, steps_of.published, receipt, case["diary_number"]) == (taken, taken)
        await require_true_days(steps_of.database, case)
