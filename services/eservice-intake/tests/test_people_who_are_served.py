"""What is held of somebody else than the applicant who is served a decision: told to them, and gone with the case."""

from uuid import UUID

import pytest

from eservice_intake.cases.models import Case
from shared.events import ApplicantErased, PartyNotified

from .cases import shown
from .decisions import APPEAL, NEIGHBOUR
from .people import tables_with
from .purges import LATER, case_of, purge_cases

NILS, ANNA = {"email": NEIGHBOUR["email"]}, {"email": "anna@exempel.se"}


@pytest.fixture
def eva(staff):
    return staff("administrator", subject="eva")


async def test_they_are_told_what_is_held_of_them_and_the_applicant_is_not(client, anna, served, neighbour, eva):
    await client.post(f"{neighbour[0]}/appeals", json=APPEAL, headers=neighbour[1])
    diary = (await shown(client, anna, served))["diary_number"]

    of_nils = (await client.post("/people/extract", json=NILS, headers=eva)).json()
    of_anna = (await client.post("/people/extract", json=ANNA, headers=eva)).json()

    [held] = of_nils["served"]
    assert (held["diary_number"], held["number"], held["appeals"]) == (diary, 1, [APPEAL["text"]])
    assert (of_nils["cases"], of_nils["mentioned_in"]) == ([], [diary])
    assert [case["diary_number"] for case in of_anna["cases"]] == [diary]
    assert "nils" not in str(of_anna).casefold()


async def test_who_is_served_is_named_in_the_others_case(client, anna, served, neighbour, eva):
    erased = await client.post("/people/erasure", json=NILS, headers=eva)

    assert erased.json()["mentioned_in"] == [(await shown(client, anna, served))["diary_number"]]
    assert (await client.get(neighbour[0], headers=neighbour[1])).status_code == 200


@pytest.mark.parametrize("has_confirmed", [True, False])
async def test_a_case_is_kept_until_everybody_who_may_appeal_has_the_decision(
    client, served, neighbour, clock, database, published, has_confirmed
):
    [told] = [event for event in await published.fetch() if isinstance(event, PartyNotified)]
    if has_confirmed:
        await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(served["id"]))
        case.status, case.ended_at, case.purge_on = "final", clock.at, clock.at.date()

    await purge_cases(database, LATER)

    case = await case_of(database, UUID(served["id"]))
    assert (case is None or case.anonymised_at is not None) is has_confirmed
    if has_confirmed:
        erased = (await published.fetch())[-1]
        assert isinstance(erased, ApplicantErased)
        assert told.party_contact_id in erased.contact_ids
        assert (await client.get(neighbour[0], headers=neighbour[1])).status_code == 404
        assert await tables_with(database, NEIGHBOUR["email"]) == set()
