"""Rounds of the business survey, and what companies answer, for tests."""

from datetime import date, timedelta
from uuid import uuid4

from eservice_intake.surveys.answering import open_round
from eservice_intake.surveys.models import SurveyRound
from shared.clock import now

NEED = {
    "occupation": "5120",
    "needed_now": 2,
    "needed_within_12_months": 1,
    "hard_to_recruit": True,
    "hard_because": ["fa_sokande"],
}
ROUND = {"name": "Hösten 2026", "answer_by": "2026-12-18"}


async def a_round(tx, name="Hösten 2026"):
    """The round that is open, or one that is opened."""
    found = await open_round(tx)
    if found is None:
        id_ = uuid4()
        found = SurveyRound(id=id_, open_id=id_, name=name, answer_by=date(2030, 1, 1), opened_at=now() - timedelta(1))
        tx.add(found)
    return found


def company(number, sector="restaurang", **need):
    return {
        "orgnr": orgnr(number),
        "company_name": f"Bolag {number} AB",
        "contact_email": f"bolag{number}@exempel.se",
        "sector": sector,
        "has_needs": True,
        "needs": [{**NEED, **need}],
    }


def orgnr(number):
    """An organisation number with its check digit."""
    first = f"5560{number:05}"
    digits = [int(digit) * (2 - at % 2) for at, digit in enumerate(first)]
    return f"{first}{-sum(digit // 10 + digit % 10 for digit in digits) % 10}"


async def answers(client, form, status=201):
    response = await client.post(
        "/applications", json={"eservice": "naringslivsundersokning", "language": "sv", "answers": form}
    )
    assert response.status_code == status, response.text
    return response.json()


async def opened(client, surveyor, **form):
    response = await client.post("/survey-rounds", json={**ROUND, **form}, headers=surveyor)
    assert response.status_code == 201, response.text
    return response.json()


async def closed(client, surveyor, to):
    response = await client.post(f"/survey-rounds/{to['id']}/closure", headers=surveyor)
    assert response.status_code == 200, response.text
    return response.json()


async def invite(client, surveyor, to, *numbers, status=200):
    companies = [
        {"orgnr": orgnr(number), "name": f"Bolag {number} AB", "email": f"inbjuden{number}@exempel.se"}
        for number in numbers
    ]
    response = await client.post(
        f"/survey-rounds/{to['id']}/invitations", json={"companies": companies}, headers=surveyor
    )
    assert response.status_code == status, response.text
    return response.json()
