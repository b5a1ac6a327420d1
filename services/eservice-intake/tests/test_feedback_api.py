"""Who has sent something in says what it was like, once, and nobody can tell who said it."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from eservice_intake.feedback.api import COMMENTS_KEPT, forget_comments
from eservice_intake.feedback.models import Feedback
from shared.clock import day_in_sweden, now

from .cases import received, secret_of, take

HARD = {"rating": 2, "succeeded": False, "comment": "Jag förstod inte vilken ritning som behövdes."}


@pytest.fixture
async def closed(client, anna):
    """The receipt of a case that is closed."""
    receipt = await received(client)
    assert (await take(client, anna, receipt, "closure", {"reason": "Dubblett"})).status_code == 200
    return receipt


async def tell(client, receipt, **answers):
    form = {**HARD, **answers}
    return await client.post(f"/applications/{receipt['reference']}/feedback", json=form, headers=secret_of(receipt))


async def is_wanted(client, receipt):
    told = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))
    return told.json()["progress"]["feedback_wanted"]


async def kept(database):
    async with database.reading() as session:
        return list(await session.exec(select(Feedback)))


async def test_when_a_case_is_over_its_applicant_is_asked_once_what_it_was_like(client, closed):
    before = await is_wanted(client, closed)

    answer = await tell(client, closed)

    assert answer.status_code == 204
    assert (before, await is_wanted(client, closed)) == (True, False)


async def test_one_case_has_one_answer(client, closed, database):
    await tell(client, closed)

    again = await tell(client, closed, rating=5)

    assert (again.status_code, again.json()["code"]) == (409, "FeedbackGiven")
    assert [one.rating for one in await kept(database)] == [2]


async def test_what_is_not_decided_is_not_asked_about(client):
    receipt = await received(client)

    answer = await tell(client, receipt)

    assert not await is_wanted(client, receipt)
    assert (answer.status_code, answer.json()["code"]) == (409, "NotOverYet")


async def test_an_answer_says_neither_which_case_it_is_about_nor_when_it_was_given(client, closed, database):
    await tell(client, closed)

    [one] = await kept(database)

    month = day_in_sweden(now()).replace(day=1)
    said = {"eservice": "klagomal-olagenhet", "unit": "halsoskydd", "given_in": month, **HARD}
    assert one.model_dump(exclude={"id"}) == said
    assert one.id.version == 4


async def test_nobody_else_answers(client, closed):
    answer = await tell(client, {**closed, "secret": "guessed"})

    assert answer.status_code == 404


@pytest.mark.parametrize("wrong", [{"rating": 0}, {"rating": 6}, {"rating": True}, {"comment": "x" * 2001}])
async def test_an_answer_that_is_none_is_refused(client, closed, database, wrong):
    answer = await tell(client, closed, **wrong)

    assert [one["field"] for one in answer.json()["violations"]] == [*wrong]
    assert await kept(database) == []


async def test_a_head_reads_what_was_written_of_their_own_units(client, closed, anna, chief, staff):
    await tell(client, closed)

    own = await client.get("/feedback", headers=chief)
    others = await client.get("/feedback", headers=staff("unit-head", units=["avlopp"]))
    of_another = await client.get("/feedback?eservice=enskilt-avlopp", headers=chief)

    assert [one["comment"] for one in own.json()["items"]] == [HARD["comment"]]
    assert own.json()["items"][0]["title"] == "Klagomål – olägenhet för människors hälsa eller miljön"
    assert (others.json()["items"], of_another.json()["items"]) == ([], [])
    assert (await client.get("/feedback", headers=anna)).status_code == 403


async def test_what_was_written_is_deleted_after_a_year_and_the_rating_stays(database, committed_feedback):
    await forget_comments(database, None)

    assert {(one.rating, one.comment) for one in await kept(database)} == {(2, None), (3, "Nyss")}


@pytest.fixture
async def committed_feedback(database):
    today = day_in_sweden(now())
    old = (today.replace(day=1) - COMMENTS_KEPT - timedelta(days=1)).replace(day=1)
    async with database.transaction() as tx:
        tx.add(_written(old, 2, "För länge sedan"))
        tx.add(_written(today.replace(day=1), 3, "Nyss"))


def _written(given_in: date, rating: int, comment: str) -> Feedback:
    return Feedback(
        eservice="klagomal-olagenhet",
        unit="halsoskydd",
        given_in=given_in,
        rating=rating,
        succeeded=True,
        comment=comment,
    )
