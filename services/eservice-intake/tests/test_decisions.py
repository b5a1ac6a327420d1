"""Decisions as such: who makes them, how they are served, when they are final."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from eservice_intake.decisions.appeals import AlreadyForwarded, Appeal, AppealInTime, AppealIsLate, NotAppealable
from eservice_intake.decisions.chain import Chain
from eservice_intake.decisions.delegation import BeyondDelegation, decisions
from eservice_intake.decisions.models import (
    About,
    Act,
    AlreadyRevoked,
    Decider,
    Decision,
    DecisionContent,
    FourEyes,
    NoDecision,
    NothingProposed,
)
from eservice_intake.decisions.recipients import AlreadyServed, Service
from eservice_intake.decisions.rules import control_message_on
from shared.events import Outcome

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)


def decision(**changes):
    given = {
        "case_id": uuid4(),
        "unit": "avlopp",
        "outcome": Outcome.APPROVED,
        "reasons": "Kraven är uppfyllda.",
        "legal_basis": ["9 kap. 6 § miljöbalken (1998:808)"],
        "conditions": [],
    }
    return Decision(**{**given, **changes})


def content_of(made):
    return DecisionContent(**made.model_dump(include=set(DecisionContent.model_fields)))


def decided(appealable=True, service=Service.RECEIPT, at=AT):
    made = decision()
    made.decide(Decider("anna", "Anna Ek", "1.2"), 1, appealable, at)
    made.send(service, at)
    return made


def appeal(against, received_on):
    return Appeal.against(against, "Jag överklagar.", received_on, AT, by_applicant=True)


@pytest.mark.parametrize(
    ("served_on", "last_day"),
    [
        (date(2026, 11, 26), date(2026, 12, 17)),
        (date(2026, 12, 4), date(2026, 12, 28)),  # Christmas Day is a Friday, the 26th a Saturday
        (date(2026, 12, 10), date(2027, 1, 4)),  # New Year's Eve, New Year's Day, and a weekend
        (date(2026, 5, 29), date(2026, 6, 22)),  # Midsummer Eve
    ],
)
def test_three_weeks_to_appeal_never_end_on_a_holiday(served_on, last_day):
    made = decided()

    made.serve(served_on, made.appealable)

    assert (made.appeal_until, made.final_due_on) == (last_day, last_day + timedelta(1))


@pytest.mark.parametrize(
    ("sent_on", "day"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 12, 23), date(2026, 12, 28)),
    ],
)
def test_the_control_message_goes_on_the_next_working_day(sent_on, day):
    assert control_message_on(sent_on) == day


def test_a_receipt_makes_the_time_to_appeal_run():
    made = decided()
    assert (made.served_on, made.appeal_until, made.final_due_on) == (None, None, None)

    made.serve(date(2026, 11, 30), made.appealable)

    assert (made.served_on, made.appeal_until) == (date(2026, 11, 30), date(2026, 12, 21))
    assert made.final_due_on == date(2026, 12, 22)


def test_simplified_service_counts_two_weeks_from_sending():
    made = decided(service=Service.SIMPLIFIED)

    assert (made.served_on, made.appeal_until) == (date(2026, 12, 10), date(2027, 1, 4))
    assert (made.control_due_on, made.final_due_on) == (date(2026, 11, 27), date(2027, 1, 5))


def test_who_confirms_before_the_two_weeks_are_over_is_served_then():
    made = decided(service=Service.SIMPLIFIED)

    made.serve(TODAY, made.appealable)

    assert (made.served_on, made.control_due_on, made.appeal_until) == (TODAY, None, date(2026, 12, 17))


def test_a_receipt_counts_once():
    made = decided()
    made.serve(TODAY, made.appealable)

    with pytest.raises(AlreadyServed):
        made.serve(TODAY + timedelta(3), made.appealable)

    assert made.served_on == TODAY


def test_what_nobody_can_appeal_is_final_the_day_after():
    made = decided(appealable=False)

    assert (made.final_due_on, made.appeal_until) == (TODAY + timedelta(1), None)
    with pytest.raises(NotAppealable):
        appeal(made, TODAY)


def test_who_proposed_does_not_decide():
    proposed = decision()
    proposed.propose("anna", "Anna Ek")

    with pytest.raises(FourEyes):
        proposed.decide(Decider("anna", "Anna Ek", "2.1"), 1, True, AT)

    assert proposed.is_proposal


@pytest.mark.parametrize(("days", "in_time"), [(-14, True), (0, True), (1, False)])
def test_an_appeal_is_in_time_until_the_last_day(days, in_time):
    made = decided()
    made.serve(TODAY, made.appealable)

    against = appeal(made, made.appeal_until + timedelta(days))

    assert against.in_time is in_time
    assert (made.final_due_on is None) is in_time


def test_an_appeal_before_service_is_in_time():
    assert appeal(decided(), TODAY).in_time


def test_an_appeal_in_time_is_forwarded_once_and_never_dismissed():
    against = appeal(decided(), TODAY)

    with pytest.raises(AppealInTime):
        against.dismiss(AT)
    against.forward(AT)

    with pytest.raises(AlreadyForwarded):
        against.forward(AT)


def test_a_late_appeal_is_dismissed_and_never_forwarded():
    made = decided()
    made.serve(TODAY, made.appealable)
    against = appeal(made, TODAY + timedelta(60))

    with pytest.raises(AppealIsLate):
        against.forward(AT)
    against.dismiss(AT)

    assert against.dismissed_at == AT


def test_what_is_replaced_or_revoked_holds_no_longer_and_is_never_final():
    replaced, revoked = decided(), decided()
    for made in (replaced, revoked):
        made.serve(TODAY, made.appealable)

    replaced.replace(AT)
    revoked.revoke(AT)

    assert not replaced.is_in_force
    assert not revoked.is_in_force
    assert (replaced.final_due_on, revoked.final_due_on) == (None, None)


def test_a_revocation_is_not_revoked():
    with pytest.raises(AlreadyRevoked):
        decision(act=Act.REVOCATION).revoke(AT)


def test_who_proposed_one_thing_may_decide_another():
    proposed, content = decision(), content_of(decision())
    proposed.propose("anna", "Anna Ek")
    chain = Chain(None, [proposed])

    with pytest.raises(NothingProposed):
        chain.written(About(act=Act.CHANGE, about_number=1), None)
    assert chain.written(About(), content).proposed_by == "anna"
    assert chain.written(About(act=Act.CHANGE, about_number=1), content).proposed_by is None
    assert proposed.act is Act.CHANGE


def test_the_chain_finds_what_holds():
    first, second, proposal = decided(), decided(), decision()
    second.number = 2
    first.replace(AT)
    chain = Chain(None, [first, second, proposal])

    assert chain.latest_in_force is second
    assert chain.numbered(1) is first
    assert chain.numbered(None) is second
    assert (chain.written(About(), None), chain.next_number) == (proposal, 3)
    with pytest.raises(NoDecision):
        chain.numbered(3)


def test_what_is_proposed_about_the_case_and_about_an_appeal_are_two_things():
    proposed = decision()
    chain = Chain(SimpleNamespace(id=uuid4(), unit="avlopp"), [proposed])

    dismissal = chain.written(About(act=Act.DISMISSAL, appeal_id=uuid4()), content_of(decision()))

    assert (dismissal.act, proposed.act, chain.written(About(), None)) == (Act.DISMISSAL, Act.DECISION, proposed)


@pytest.mark.parametrize(
    ("kind", "outcome", "roles", "item"),
    [
        ("klagomal", Outcome.NO_ACTION, ["caseworker"], "1.1"),
        ("klagomal", Outcome.REJECTED, ["caseworker"], None),
        ("anmalan", Outcome.APPROVED, ["caseworker"], "1.2"),
        ("anmalan", Outcome.REJECTED, ["caseworker"], None),
        ("ansokan", Outcome.APPROVED, ["caseworker"], None),
        ("ansokan", Outcome.APPROVED, ["caseworker", "unit-head"], "2.1"),
        ("ansokan", Outcome.APPROVED, ["registrator"], None),
    ],
)
def test_delegation_says_whose_a_decision_is(kind, outcome, roles, item):
    if item is None:
        with pytest.raises(BeyondDelegation):
            decisions().item_for("enskilt-avlopp", kind, outcome, roles)
    else:
        assert decisions().item_for("enskilt-avlopp", kind, outcome, roles) == item
