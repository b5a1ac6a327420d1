"""A case is deleted or anonymised when its time is over, and never before what was sent is proven to have arrived."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from eservice_intake.cases.endings import EndMail
from eservice_intake.cases.models import Case, CaseStep, Message
from eservice_intake.cases.steps import Step
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.models import Decision
from eservice_intake.people.retention import OUTCOMES, RuleSet, retention, rule_for
from shared.clock import day_in_sweden, now
from shared.events import ApplicantErased
from shared.tables import AUDIT

from .cases import received, take
from .purges import LATER, case_of, purge_cases

ENDED = datetime(2030, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def rules(since: str, months: int = 12, then: str = "delete", **eservices) -> RuleSet:
    outcomes = {outcome: {"months": months, "then": then} for outcome in OUTCOMES}
    return RuleSet.model_validate({"from": since, "outcomes": outcomes, "eservices": eservices})


async def ended(client, database, status="closed", **answers) -> UUID:
    receipt = await received(client, **answers)
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(receipt["id"]))
        case.status, case.ended_at, case.purge_on = status, ENDED, ENDED.date()
        tx.add(Message(case_id=case.id, by_applicant=True, text="Hemligt", sent_at=ENDED))
    return case.id


async def acted(database, case_id: UUID) -> None:
    """The applicant has done something with the case, so that the receipt has arrived."""
    async with database.transaction() as tx:
        step = CaseStep(case_id=case_id, version=9, step="withdraw", by="applicant", by_name="applicant", at=ENDED)
        tx.add(step)


async def decided(database, case_id: UUID, **facts) -> UUID:
    content = {"outcome": "no_action", "reasons": "Inget", "legal_basis": [], "conditions": [], "unit": "halsoskydd"}
    async with database.transaction() as tx:
        decision = Decision(case_id=case_id, number=1, **content, **{"decided_at": ENDED, "appealable": True, **facts})
        tx.add(decision)
    return decision.id


def test_every_way_to_end_has_a_rule_and_an_eservice_may_differ():
    sets = retention()

    assert rule_for(sets, "kompostering", "approved", date(2026, 1, 1)).then == "anonymise"
    assert rule_for(sets, "klagomal-olagenhet", "closed", date(2026, 1, 1)).months == 24
    assert all(rule_for(sets, name, one, date(2026, 1, 1)) for name in catalogue().eservices for one in OUTCOMES)


def test_the_rules_that_were_in_force_when_it_ended_apply():
    sets = [rules("2026-01-01", 12), rules("2028-01-01", 24)]

    found = [
        rule_for(sets, "kompostering", "closed", day) for day in (date(2025, 1, 1), date(2027, 1, 1), date(2028, 1, 1))
    ]

    assert (found[0], found[1].months, found[2].months) == (None, 12, 24)


async def test_a_case_is_deleted_the_day_after_its_time_and_no_earlier(client, database, published):
    case_id = await ended(client, database)
    await acted(database, case_id)
    last_day = datetime(2032, 3, 1, 12, tzinfo=UTC)

    await purge_cases(database, last_day)
    still_there = await case_of(database, case_id)
    await purge_cases(database, last_day + DAY)

    assert (still_there.id, still_there.purge_on) == (case_id, (last_day + DAY).date())
    assert await case_of(database, case_id) is None
    assert isinstance((await published.fetch())[-1], ApplicantErased)


async def test_who_deleted_it_is_audited(client, database):
    await acted(database, await ended(client, database))

    await purge_cases(database, datetime(2033, 1, 1, tzinfo=UTC))

    async with database.reading() as session:
        rows = (await (await session.connection()).execute(sa.select(AUDIT.c.who, AUDIT.c.action))).all()
    assert ("clock", "delete case") in rows


async def test_an_anonymised_case_names_nobody_and_is_done_once(client, database, monkeypatch):
    monkeypatch.setattr("eservice_intake.people.purging.retention", lambda: [rules("2020-01-01", 12, "anonymise")])
    case_id = await ended(client, database)
    await acted(database, case_id)
    at = datetime(2033, 1, 1, tzinfo=UTC)

    done = [await purge_cases(database, at), await purge_cases(database, at)]

    case = await case_of(database, case_id)
    async with database.reading() as session:
        messages = (await (await session.connection()).execute(sa.select(Message.__table__))).all()
    assert done == [1, 0]
    assert (case.sender, case.applicant_contact_id, case.anonymised_at) == (None, None, at)
    assert case.answers["nuisance"] == "buller"
    assert not {"place", "description", "complainant_email"} & case.answers.keys()
    assert not [row for row in messages if row.case_id == case_id]


@pytest.mark.parametrize("has_acted", [True, False])
async def test_what_is_not_proven_to_have_arrived_is_kept(client, database, has_acted):
    case_id = await ended(client, database)
    if has_acted:
        await acted(database, case_id)

    await purge_cases(database, LATER)

    assert (await case_of(database, case_id) is None) == has_acted


@pytest.mark.parametrize(
    ("facts", "is_proven"),
    [
        ({}, False),
        ({"served_on": ENDED.date()}, True),
        ({"opened_at": ENDED}, True),
        ({"appealable": False}, False),
        ({"appealable": False, "opened_at": ENDED}, True),
    ],
    ids=["sent", "served", "opened", "sent, without appeal", "opened, without appeal"],
)
async def test_a_decision_is_proven_to_have_arrived_when_it_is_served_or_opened(client, database, facts, is_proven):
    case_id = await ended(client, database, "final")
    await decided(database, case_id, **facts)

    await purge_cases(database, LATER)

    assert ((await case_of(database, case_id)).anonymised_at is not None) == is_proven


async def test_a_decision_that_can_be_appealed_is_not_proven_to_have_arrived_by_a_mail_about_its_end(client, database):
    case_id = await ended(client, database, "final")
    await decided(database, case_id)
    async with database.transaction() as tx:
        (await tx.get(Case, case_id)).end_mail = EndMail.DELIVERED

    await purge_cases(database, LATER)

    assert (await case_of(database, case_id)).anonymised_at is None


async def test_who_appeals_against_a_decision_has_it(client, database):
    case_id = await ended(client, database, "final")
    decision_id = await decided(database, case_id)
    async with database.transaction() as tx:
        times = {"received_on": ENDED.date(), "received_at": ENDED, "in_time": True}
        tx.add(Appeal(case_id=case_id, decision_id=decision_id, text="Nej", by_applicant=True, **times))

    await purge_cases(database, LATER)

    assert (await case_of(database, case_id)).anonymised_at == LATER


async def test_an_applicant_who_opens_a_case_that_has_ended_knows_that_it_has(client, database):
    receipt = await received(client)
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(receipt["id"]))
        case.status, case.ended_at, case.purge_on = "closed", ENDED.replace(year=2020), ENDED.date()
    path, secret = f"/applications/{receipt['reference']}", {"X-Application-Secret": receipt["secret"]}

    await client.get(path, headers=secret)
    await purge_cases(database, LATER)

    assert await case_of(database, case.id) is None


async def test_an_open_case_is_never_purged(client, database):
    receipt = await received(client)
    await acted(database, UUID(receipt["id"]))

    await purge_cases(database, datetime(2090, 1, 1, tzinfo=UTC))

    assert await case_of(database, UUID(receipt["id"])) is not None


@pytest.mark.parametrize("step", [Step.CHANGE_DECISION, Step.APPEAL, Step.REVOKE])
async def test_a_case_that_was_opened_again_after_its_end_is_kept(client, database, step):
    case_id = await ended(client, database, "final")
    await acted(database, case_id)
    await decided(database, case_id, served_on=ENDED.date(), revoked_at=ENDED)
    async with database.transaction() as tx:
        (await tx.get(Case, case_id)).take(step)

    await purge_cases(database, LATER)

    case = await case_of(database, case_id)
    assert (case.anonymised_at, case.purge_on) == (None, None)


async def test_a_case_that_cannot_be_purged_holds_up_no_other(client, database, monkeypatch):
    broken, fine = await ended(client, database, place="Torget 9"), await ended(client, database)
    await acted(database, broken)
    await acted(database, fine)

    def outcome(case, _):
        return {fine: "closed"}[case.id]

    monkeypatch.setattr("eservice_intake.people.purging.outcome_of", outcome)

    await purge_cases(database, LATER)

    assert [await case_of(database, fine), (await case_of(database, broken)).id] == [None, broken]


async def test_a_kept_case_is_not_looked_at_again_for_a_month(client, database):
    case_id = await ended(client, database)

    looks = [await purge_cases(database, ENDED + DAY), await purge_cases(database, ENDED + 2 * DAY)]

    assert looks == [1, 0]
    assert (await case_of(database, case_id)).purge_on == (ENDED + 31 * DAY).date()


async def test_every_step_lets_an_ended_case_be_looked_at(client, database, staff):
    receipt = await received(client)

    await take(client, staff("caseworker"), receipt, "closure")

    assert (await case_of(database, UUID(receipt["id"]))).purge_on == day_in_sweden(now()) + DAY
