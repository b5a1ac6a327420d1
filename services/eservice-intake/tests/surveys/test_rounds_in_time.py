"""Who was invited and has not answered is reminded once, and forgotten a while after the round has closed."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from eservice_intake.surveys.due import DUE_SURVEYS
from eservice_intake.surveys.models import SurveyAnswer, SurveyInvitation, SurveyRound
from shared.clock import SWEDEN
from shared.contacts import Contact
from shared.events import SurveyCompanyReminded

from ..cases import audited
from ..decisions import clock_strikes
from ..rounds import answers, closed, company, invite, opened


@pytest.fixture
def surveyor(staff):
    return staff("caseworker", subject="nora", name="Nora Vik", units=["naringsliv"])


@pytest.fixture
async def to(client, clock, surveyor):
    return await opened(client, surveyor, answer_by="2026-12-18")


async def everything_due(database, moment):
    await clock_strikes(database, moment, DUE_SURVEYS)


async def reminded(published):
    return [one.contact_id for one in await published.fetch() if isinstance(one, SurveyCompanyReminded)]


async def rows(database, table):
    async with database.reading() as session:
        return (await session.exec(select(table))).all()


def at(month, day, year=2026):
    return datetime(year, month, day, 7, 0, tzinfo=SWEDEN)


async def test_who_has_not_answered_is_reminded_a_week_before_the_last_day(client, surveyor, database, published, to):
    await invite(client, surveyor, to, 1, 2)
    await answers(client, company(1))

    await everything_due(database, at(12, 10))
    assert await reminded(published) == []
    await everything_due(database, at(12, 11))

    [late] = [one for one in await rows(database, SurveyInvitation) if one.reminded_at]
    assert await reminded(published) == [late.contact_id]
    assert await audited(database, invitation=str(late.id)) == ["remind of survey"]


async def test_nobody_is_reminded_twice(client, surveyor, database, published, to):
    await invite(client, surveyor, to, 1)

    for day in (11, 12, 18):
        await everything_due(database, at(12, day))

    assert len(await reminded(published)) == 1


async def test_nobody_is_reminded_of_a_closed_round(client, surveyor, database, published, to):
    await invite(client, surveyor, to, 1)
    await closed(client, surveyor, to)

    await everything_due(database, at(12, 11))

    assert await reminded(published) == []


@pytest.mark.parametrize(
    ("invited_on", "on"),
    [
        (date(2026, 11, 2), date(2026, 12, 11)),
        (date(2026, 12, 7), date(2026, 12, 14)),
        (date(2026, 12, 5), date(2026, 12, 14)),
        (date(2026, 12, 14), None),
    ],
)
def test_a_reminder_comes_on_a_working_day_and_not_within_a_week_of_the_invitation(invited_on, on):
    to = SurveyRound(name="", answer_by=date(2026, 12, 18), opened_at=at(11, 1), open_id=None)

    assert to.reminder_on(invited_on) == on


async def test_a_month_after_it_has_closed_only_the_figures_are_known(client, surveyor, database, to):
    await invite(client, surveyor, to, 1)
    for number in range(5):
        await answers(client, company(number))
    await closed(client, surveyor, to)
    before = (await client.get(f"/surveys/{to['id']}")).json()

    await everything_due(database, at(1, 30, 2027))

    assert await rows(database, SurveyInvitation) == []
    assert await rows(database, SurveyAnswer) == []
    assert "inbjuden1@exempel.se" not in {one.email for one in await rows(database, Contact)}
    assert (await client.get(f"/surveys/{to['id']}")).json() == before
    [shown] = (await client.get("/survey-rounds", headers=surveyor)).json()["items"]
    assert (shown["invited"], shown["answered"]) == (None, None)


async def test_until_then_it_is_known_who_was_invited(client, surveyor, database, to):
    await invite(client, surveyor, to, 1)
    await closed(client, surveyor, to)

    await everything_due(database, at(12, 1))

    assert len(await rows(database, SurveyInvitation)) == 1
