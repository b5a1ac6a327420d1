"""A mail with legal effect that did not come is known to staff, whoever it was for."""

from datetime import datetime
from uuid import uuid4

from shared.clock import SWEDEN
from shared.events import (
    AppealDismissed,
    CaseClosed,
    DecisionControlled,
    DecisionMade,
    DecisionNotServed,
    OpinionRequested,
    PartyNotified,
    ReferralNotDelivered,
)

from ..cases import received, secret_of, shown, take
from ..decisions import (
    APPEAL,
    CONTENT,
    MUCH_LATER,
    NEIGHBOUR,
    NEXT_MORNING,
    clock_strikes,
    decisions_of,
    kinds,
)
from ..referrals import QUESTION, link


async def test_the_first_mail_of_a_decision_by_receipt_that_failed_is_told_and_its_sending_again_offered(
    fail, client, anna, decided, published
):
    await fail(decided, DecisionMade)

    case, [decision] = await shown(client, anna, decided), await decisions_of(client, anna, decided)
    assert (decision["unreached_at"] is not None, decision["served_on"]) == (True, None)
    assert (case["timeline"][-1]["step"], (await kinds(published))[-1]) == ("miss_service", DecisionNotServed)
    assert {"send_again", "serve"} <= set(case["can"])


async def test_what_is_sent_again_is_not_said_to_have_failed(fail, client, anna, decided):
    await fail(decided, DecisionMade)

    await take(client, anna, decided, "simplified-service", {})

    assert (await decisions_of(client, anna, decided))[0]["unreached_at"] is None


async def test_a_decision_that_was_confirmed_has_come_whatever_is_said_of_its_mail(fail, client, anna, served):
    await fail(served, DecisionMade)

    assert (await decisions_of(client, anna, served))[0]["unreached_at"] is None


async def test_a_failed_control_message_takes_the_service_back(fail, client, anna, decided, database):
    await take(client, anna, decided, "simplified-service", {})
    await clock_strikes(database, NEXT_MORNING)

    await fail(decided, DecisionControlled)
    await clock_strikes(database, MUCH_LATER)

    [decision] = await decisions_of(client, anna, decided)
    assert (decision["served_on"], (await shown(client, anna, decided))["status"]) == (None, "decided")


async def test_a_failed_mail_to_a_neighbour_is_told_of_the_neighbour_alone(fail, client, anna, decided, published):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    [notified] = [one for one in await published.fetch() if isinstance(one, PartyNotified)]

    await fail(decided, PartyNotified, notified.party_contact_id)

    [decision] = await decisions_of(client, anna, decided)
    [party], told = decision["parties"], (await published.fetch())[-1]
    assert (party["unreached_at"] is not None, decision["unreached_at"]) == (True, None)
    assert (type(told), told.party_id) == (DecisionNotServed, notified.party_id)


async def test_who_of_several_was_not_reached_by_a_changed_decision_is_known(fail, client, anna, decided, published):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    await take(client, anna, decided, "decision-changes", {"decision": CONTENT})
    changed = (await published.fetch())[-1]

    await fail(decided, DecisionMade, changed.parties[0].party_contact_id)

    decision = (await decisions_of(client, anna, decided))[1]
    assert (decision["parties"][0]["unreached_at"] is not None, decision["unreached_at"]) == (True, None)
    assert (await shown(client, anna, decided))["end_mail"] is None


async def test_a_neighbour_is_reached_though_the_applicant_is_not(fail, client, anna, decided, published):
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    await take(client, anna, decided, "decision-changes", {"decision": CONTENT})
    changed = (await published.fetch())[-1]

    await fail(decided, DecisionMade, changed.applicant_contact_id)

    decision = (await decisions_of(client, anna, decided))[1]
    assert (decision["parties"][0]["unreached_at"], decision["unreached_at"] is not None) == (None, True)


async def test_a_mail_to_somebody_else_says_nothing_of_whether_the_applicant_knows_of_the_end(fail, client, anna):
    receipt = await received(client)
    await take(client, anna, receipt, "closure")

    await fail(receipt, CaseClosed, uuid4())

    assert (await shown(client, anna, receipt))["end_mail"] is None


async def test_the_dismissal_of_a_late_appeal_that_did_not_come_is_not_served(
    fail, client, anna, decided, database, clock, published
):
    await client.post(f"/applications/{decided['reference']}/decision/receipt", headers=secret_of(decided))
    await clock_strikes(database, datetime(2026, 12, 18, 8, 0, tzinfo=SWEDEN))
    clock.at = datetime(2026, 12, 21, 10, 0, tzinfo=SWEDEN)
    await take(client, anna, decided, "appeals", {**APPEAL, "received_on": "2026-12-18"})
    await take(client, anna, decided, "appeals/dismissal", {"service": "simplified"})

    await fail(decided, AppealDismissed)

    dismissal = (await decisions_of(client, anna, decided))[1]
    assert (dismissal["served_on"], dismissal["unreached_at"] is not None) == (None, True)
    assert (await kinds(published))[-1] is DecisionNotServed


async def test_who_was_asked_for_an_opinion_and_not_reached_is_asked_anew(fail, client, anna, published):
    receipt = await received(client)
    await take(client, anna, receipt, "referrals", QUESTION)

    await fail(receipt, OpinionRequested)
    again = await take(client, anna, receipt, "referrals", {**QUESTION, "email": "jour@example.com"})

    case = await shown(client, anna, receipt)
    assert [one["unreached_at"] is not None for one in case["referrals"]] == [True, False]
    assert (again.status_code, ReferralNotDelivered in await kinds(published)) == (200, True)
    assert "miss_referral" in [step["step"] for step in case["timeline"]]


async def test_who_has_answered_was_reached(fail, client, anna, published, database):
    receipt = await received(client)
    await take(client, anna, receipt, "referrals", QUESTION)
    event = (await published.fetch())[-1]
    path, secret = f"/referrals/{event.referral_id}/opinion", await link(database, event)
    await client.post(path, json={"text": "Inget att invända."}, headers=secret)

    await fail(receipt, OpinionRequested)

    assert ReferralNotDelivered not in await kinds(published)


async def test_a_mail_to_nobody_of_the_case_changes_nothing(fail, client, anna, decided, published):
    await fail(decided, DecisionMade, uuid4())

    assert DecisionNotServed not in await kinds(published)
