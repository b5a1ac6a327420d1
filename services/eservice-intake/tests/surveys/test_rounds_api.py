"""Staff open and close rounds; each company answers once; the result shows no figure of few companies."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlmodel import select

from eservice_intake.surveys import answering
from eservice_intake.surveys.models import SurveyAnswer, SurveyRound
from shared.clock import SWEDEN, now
from shared.events import (
    SurveyCompanyInvited,
    SurveyResultTold,
    SurveyRoundClosed,
    SurveyRoundOpened,
)

from ..cases import audited, secret_of
from ..decisions import kinds
from ..rounds import ROUND, answers, closed, company, invite, opened


@pytest.fixture
def surveyor(staff):
    return staff("caseworker", subject="nora", name="Nora Vik", units=["naringsliv"])


@pytest.fixture
async def to(client, clock, surveyor):
    """A round that is open."""
    return await opened(client, surveyor)


async def test_opening_a_round_tells_the_others(client, published, database, to):
    assert to["name"] == ROUND["name"]
    assert await kinds(published) == [SurveyRoundOpened]
    assert await audited(database, round=to["id"]) == ["open survey round"]


async def test_one_round_is_open_at_a_time(client, surveyor, to):
    response = await client.post("/survey-rounds", json=ROUND, headers=surveyor)

    assert (response.status_code, response.json()["code"]) == (409, "AnotherRoundOpen")


async def test_the_last_day_to_answer_is_still_to_come(client, clock, surveyor):
    response = await client.post("/survey-rounds", json={**ROUND, "answer_by": "2026-11-01"}, headers=surveyor)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "answer_by"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("GET", ""), ("GET", "/{id}"), ("POST", "/{id}/invitations"), ("POST", "/{id}/closure")],
)
async def test_other_units_see_and_do_nothing_with_rounds(client, staff, to, method, path):
    anna = staff("caseworker", units=["halsoskydd"])
    forms = {"": ROUND, "/{id}/invitations": {"companies": [{"orgnr": "5560004615", "name": "A", "email": "a@b.se"}]}}

    form = forms.get(path) if method == "POST" else None
    response = await client.request(method, f"/survey-rounds{path.format(**to)}", json=form, headers=anna)

    assert (response.status_code, response.json()["code"]) == (403, "NotYourUnit")


async def test_without_an_open_round_an_answer_is_refused(client, clock):
    refused = await answers(client, company(1), status=409)

    assert refused["code"] == "NoRoundOpen"


async def test_after_the_round_has_closed_an_answer_is_refused(client, surveyor, to):
    await closed(client, surveyor, to)

    assert (await answers(client, company(1), status=409))["code"] == "NoRoundOpen"


async def test_a_company_answers_a_round_once(client, to):
    await answers(client, company(1))

    refused = await answers(client, {**company(1), "contact_email": "annan@exempel.se"}, status=409)

    assert refused["code"] == "CompanyHasAnswered"


async def test_a_draft_of_a_company_that_has_answered_is_refused(client, to):
    form = {"eservice": "naringslivsundersokning", "language": "sv", "answers": company(1)}
    draft = (await client.post("/drafts", json=form)).json()
    await answers(client, company(1))

    response = await client.post(f"/drafts/{draft['id']}/submission", headers=secret_of(draft))

    assert (response.status_code, response.json()["code"]) == (409, "CompanyHasAnswered")


async def test_a_company_that_withdraws_its_answer_can_answer_anew(client, database, to):
    receipt = await answers(client, company(1))
    await client.post(f"/applications/{receipt['reference']}/withdrawal", headers=secret_of(receipt))

    await answers(client, company(1, needed_now=7))

    async with database.reading() as session:
        counted = (await session.exec(select(SurveyAnswer))).all()
    assert [one.needs[0]["needed_now"] for one in counted] == [7]


async def test_a_company_answers_the_next_round_too(client, surveyor, to):
    await answers(client, company(1))
    await closed(client, surveyor, to)
    await opened(client, surveyor, name="Våren 2027")

    await answers(client, company(1))


async def test_an_answer_that_comes_while_the_round_closes_is_refused(client, surveyor, to, monkeypatch):
    id_ = UUID(to["id"])
    found = [SurveyRound(id=id_, open_id=id_, name="", answer_by=date.max, opened_at=now()), None]

    async def seen_while_it_closes(session):
        return found.pop(0)

    await closed(client, surveyor, to)
    monkeypatch.setattr(answering, "open_round", seen_while_it_closes)

    refused = await answers(client, company(1), status=409)

    assert refused["code"] == "NoRoundOpen"
    assert found == []


async def test_the_result_is_public_when_the_round_closes(client, surveyor, to):
    assert (await client.get(f"/surveys/{to['id']}")).json()["code"] == "ResultNotOut"
    for number in range(6):
        await answers(client, company(number))
    for number in range(6, 11):
        await answers(client, company(number, "it", occupation="2512", hard_to_recruit=True))

    await closed(client, surveyor, to)

    result = (await client.get(f"/surveys/{to['id']}")).json()
    assert result["name"] == ROUND["name"]
    assert result["figures"]["companies"] == 11
    assert result["figures"]["needed_now"] == 22
    assert {one["sector"]: one["companies"] for one in result["figures"]["sectors"] if one["companies"]} == {
        "restaurang": 6
    }
    assert result["words"]["sectors"]["restaurang"] == "Restaurang och hotell"


async def test_others_are_told_the_figures_and_each_company_that_there_are_some(client, surveyor, published, to):
    for number in range(6):
        await answers(client, company(number))

    await closed(client, surveyor, to)

    events = [one for one in await published.fetch() if isinstance(one, SurveyRoundClosed | SurveyResultTold)]
    assert events[0].figures.companies == 6
    assert len({one.contact_id for one in events[1:]}) == 6


async def test_a_closed_round_neither_closes_nor_invites_again(client, surveyor, to):
    await closed(client, surveyor, to)

    response = await client.post(f"/survey-rounds/{to['id']}/closure", headers=surveyor)

    assert (response.status_code, response.json()["code"]) == (409, "RoundClosed")
    assert (await invite(client, surveyor, to, 1, status=409))["code"] == "RoundClosed"


async def test_everybody_sees_whether_the_survey_is_open(client, surveyor, to):
    assert (await client.get("/surveys")).json()["open"]["name"] == ROUND["name"]

    await closed(client, surveyor, to)

    shown = (await client.get("/surveys")).json()
    assert shown["open"] is None
    assert [one["id"] for one in shown["closed"]] == [to["id"]]


async def test_a_result_is_a_table_for_spreadsheets_and_a_drawing_too(client, surveyor, to):
    for number in range(6):
        await answers(client, company(number))
    await closed(client, surveyor, to)

    table = (await client.get(f"/surveys/{to['id']}?format=csv")).text
    drawing = await client.get(f"/surveys/{to['id']}?format=svg")

    assert "Alla;;;Företag som har svarat;6" in table
    assert "Restaurang och hotell;;;Behöver anställa nu;\r" in table
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "visas inte" in drawing.text


async def test_staff_see_who_was_invited_and_who_has_answered(client, surveyor, database, published, to):
    assert await invite(client, surveyor, to, 1, 2) == {"invited": 2, "known": 0}
    assert await invite(client, surveyor, to, 2, 3) == {"invited": 1, "known": 1}
    await answers(client, company(2))
    await answers(client, company(9))

    shown = (await client.get(f"/survey-rounds/{to['id']}", headers=surveyor)).json()

    assert (shown["invited"], shown["answered"]) == (3, 2)
    assert [one["has_answered"] for one in shown["companies"]] == [False, True, False]
    assert shown["companies"][0]["email"] == "inbjuden1@exempel.se"
    assert (await kinds(published)).count(SurveyCompanyInvited) == 3
    assert "read survey round" in await audited(database, round=to["id"])
    listed = (await client.get("/survey-rounds", headers=surveyor)).json()["items"]
    assert (listed[0]["invited"], listed[0]["answered"]) == (3, 2)


async def test_a_round_that_does_not_exist_is_not_found(client, surveyor, clock):
    unknown = "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"

    for path in (f"/survey-rounds/{unknown}", f"/surveys/{unknown}"):
        assert (await client.get(path, headers=surveyor)).status_code == 404
    assert (await client.post(f"/survey-rounds/{unknown}/closure", headers=surveyor)).status_code == 404


async def test_the_day_of_the_clock_decides_what_is_to_come(client, surveyor, clock):
    clock.at = datetime(2026, 12, 17, 8, 0, tzinfo=SWEDEN)

    assert (await opened(client, surveyor))["answer_by"] == "2026-12-18"
