"""Somebody who was invited at a company is told what is known of them, and is erased."""

import pytest
from sqlmodel import select

from eservice_intake.surveys.models import SurveyInvitation
from shared.contacts import Contact
from shared.events import ApplicantErased

from ..rounds import invite, opened

EMAIL = "inbjuden1@exempel.se"
SOLE_TRADER = "197001012397"


@pytest.fixture
async def to(client, clock, staff):
    return await opened(client, staff("caseworker", units=["naringsliv"]))


@pytest.fixture
async def invited(client, staff, to):
    await invite(client, staff("caseworker", units=["naringsliv"]), to, 1, 2)


async def addresses(database):
    async with database.reading() as session:
        kept = select(Contact.email).join(SurveyInvitation, SurveyInvitation.contact_id == Contact.id)
        return list(await session.exec(kept))


async def test_an_extract_has_the_invitations(client, staff, invited):
    administrator = staff("administrator")

    extract = (await client.post("/people/extract", json={"email": EMAIL}, headers=administrator)).json()

    assert [(one["survey"], one["email"]) for one in extract["invited"]] == [("Hösten 2026", EMAIL)]


async def test_erasing_somebody_deletes_the_invitations_and_tells_the_others(
    client, staff, database, published, invited
):
    response = await client.post("/people/erasure", json={"email": EMAIL}, headers=staff("administrator"))

    assert response.json()["invitations"] == 1
    assert await addresses(database) == ["inbjuden2@exempel.se"]
    assert [type(one) for one in await published.fetch()][-1] is ApplicantErased


async def test_a_sole_trader_is_found_by_the_personal_number(client, staff, database, to):
    companies = [{"orgnr": SOLE_TRADER[2:], "name": "Bo Berg", "email": EMAIL}]
    surveyor = staff("caseworker", units=["naringsliv"])
    await client.post(f"/survey-rounds/{to['id']}/invitations", json={"companies": companies}, headers=surveyor)

    form = {"personal_number": SOLE_TRADER}
    response = await client.post("/people/erasure", json=form, headers=staff("administrator"))

    assert response.json()["invitations"] == 1
    assert await addresses(database) == []


async def test_no_identity_number_is_kept_of_a_sole_trader_who_is_invited(client, staff, database, to):
    companies = [{"orgnr": SOLE_TRADER[2:], "name": "Bo Berg", "email": EMAIL}]
    surveyor = staff("caseworker", units=["naringsliv"])
    await client.post(f"/survey-rounds/{to['id']}/invitations", json={"companies": companies}, headers=surveyor)

    async with database.reading() as session:
        [kept] = await session.exec(select(SurveyInvitation))
    assert SOLE_TRADER[2:] not in str(kept.model_dump())
