"""A case is deleted or anonymised when its time is over, and never before what was sent is proven to have arrived."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from eservice_intake.cases.models import Case, CaseStep, Message
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.people.purging import purge_cases
from eservice_intake.people.retention import OUTCOMES, RuleSet, retention, rule_for
from shared.events import ApplicantErased
from shared.tables import AUDIT

from .cases import received

ENDED = datetime(2030, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def rules(since: str, months: int = 12, then: str = "delete", **eservices) -> RuleSet:
    outcomes = {outcome: {"months": months, "then": then} for outcome in OUTCOMES}
    return RuleSet.model_validate({"from": since, "outcomes": outcomes, "eservices": eservices})


async def ended(client, database, status="closed", **answers) -> UUID:
    receipt = await received(client, **answers)
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(receipt["id"]))
        case.status, case.ended_at = status, ENDED
        tx.add(Message(case_id=case.id, by_applicant=True, text="Hemligt", sent_at=ENDED))
    return case.id


async def acted(database, case_id: UUID) -> None:
    """The applicant has done something with the case, so that the receipt has arrived."""
    async with database.transaction() as tx:
        step = CaseStep(case_id=case_id, version=9, step="withdraw", by="applicant", by_name="applicant", at=ENDED)
        tx.add(step)


async def case_of(database, case_id: UUID) -> Case | None:
    async with database.reading() as session:
        return await session.get(Case, case_id)


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

    early = await purge_cases(database, None, last_day)
    still_there = await case_of(database, case_id)
    in_time = await purge_cases(database, None, last_day + DAY)

    assert (early, in_time, still_there.id) == (0, 1, case_id)
    assert await case_of(database, case_id) is None
    assert isinstance((await published.fetch())[-1], ApplicantErased)


async def test_who_deleted_it_is_audited(client, database):
    await acted(database, await ended(client, database))

    await purge_cases(database, None, datetime(2033, 1, 1, tzinfo=UTC))

    async with database.reading() as session:
        rows = (await (await session.connection()).execute(sa.select(AUDIT.c.who, AUDIT.c.action))).all()
    assert ("clock", "delete case") in rows


async def test_an_anonymised_case_names_nobody_and_is_done_once(client, database, monkeypatch):
    monkeypatch.setattr("eservice_intake.people.purging.retention", lambda: [rules("2020-01-01", 12, "anonymise")])
    case_id = await ended(client, database)
    await acted(database, case_id)
    at = datetime(2033, 1, 1, tzinfo=UTC)

    done = [await purge_cases(database, None, at), await purge_cases(database, None, at)]

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

    await purge_cases(database, None, datetime(2040, 1, 1, tzinfo=UTC))

    assert (await case_of(database, case_id) is None) == has_acted


async def test_an_open_case_is_never_purged(client, database):
    receipt = await received(client)
    await acted(database, UUID(receipt["id"]))

    await purge_cases(database, None, datetime(2090, 1, 1, tzinfo=UTC))

    assert await case_of(database, UUID(receipt["id"])) is not None
