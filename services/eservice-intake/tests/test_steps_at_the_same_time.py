"""What several do with a case at the same time, really committed."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.cases.entries import CaseEntry, enter_new
from eservice_intake.cases.finding import find_case, lock_cases
from eservice_intake.cases.models import Case
from eservice_intake.clock.due import Due
from eservice_intake.referrals.models import Referral
from shared.clock import now
from testkit.committed import meeting_at

from .cases import received, secret_of, take
from .referrals import QUESTION, link

pytestmark = pytest.mark.postgres


async def by_a_step(tx, receipt):
    await lock_cases(tx, UUID(receipt["id"]))


async def by_the_applicant(tx, receipt):
    await find_case(tx, receipt["reference"], lock=True)


async def by_the_clock(tx, receipt):
    async def look(_, case, at):
        case.received_at = at + timedelta(days=1)

    assert await Due("case", Case, "received_at", look).do(tx, UUID(receipt["id"]), now())


async def test_of_two_staff_one_takes_the_step(committing_client, app, anna):
    receipt = await received(committing_client)
    closing = [take(committing_client, anna, receipt, "closure", version=1) for _ in range(2)]

    case = sa.select(Case.id).where(col(Case.id) == UUID(receipt["id"]))
    answers = await meeting_at(app.state.database, case, *closing)

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_of_staff_and_the_applicant_one_takes_the_step(committing_client, app, anna):
    receipt = await received(committing_client)
    path = f"/applications/{receipt['reference']}/withdrawal"
    withdrawal = committing_client.post(path, headers=secret_of(receipt))
    closing = take(committing_client, anna, receipt, "closure", version=1)

    case = sa.select(Case.id).where(col(Case.id) == UUID(receipt["id"]))
    answers = await meeting_at(app.state.database, case, withdrawal, closing)

    assert sorted(answer.is_success for answer in answers) == [False, True]


async def test_of_two_from_the_applicant_one_takes_the_step(committing_client, app):
    receipt = await received(committing_client)
    path = f"/applications/{receipt['reference']}/withdrawal"
    withdrawing = [committing_client.post(path, headers=secret_of(receipt)) for _ in range(2)]

    case = sa.select(Case.id).where(col(Case.id) == UUID(receipt["id"]))
    answers = await meeting_at(app.state.database, case, *withdrawing)

    assert sorted(answer.is_success for answer in answers) == [False, True]


async def test_an_opinion_is_given_once(committing_client, app, anna):
    receipt = await received(committing_client)
    await take(committing_client, anna, receipt, "referrals", QUESTION)
    async with app.state.database.reading() as session:
        asked = select(Referral.id).where(col(Referral.case_id) == UUID(receipt["id"]))
        [referral_id] = await session.exec(asked)
    secret = await link(app.state.database, SimpleNamespace(referral_id=referral_id))
    path, opinion = f"/referrals/{referral_id}/opinion", {"text": "Nej."}
    giving = [committing_client.post(path, json=opinion, headers=secret) for _ in range(2)]

    case = sa.select(Case.id).where(col(Case.id) == UUID(receipt["id"]))
    answers = await meeting_at(app.state.database, case, *giving)

    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize("locked", [by_a_step, by_the_applicant, by_the_clock])
async def test_a_case_is_entered_in_the_register_while_somebody_works_with_it(committing_client, app, locked):
    receipt = await received(committing_client)
    async with app.state.database.transaction() as tx, app.state.database.transaction() as other:
        await locked(tx, receipt)
        await (await other.connection()).execute(sa.text("SET LOCAL lock_timeout = '5s'"))

        await enter_new(other)

        assert await other.get(CaseEntry, UUID(receipt["id"])) is not None
