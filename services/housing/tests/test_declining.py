"""Officers decline a house, or take down a published one, and say why."""

from uuid import uuid4

import pytest

from shared.events import HouseDeclined

REASON = "Det finns redan en likadan."


@pytest.fixture
def declined(client, staff):
    """Declines it: `await declined(house_id)`."""

    async def decline(house_id, reason=REASON, role="housing-officer"):
        headers = staff(role, subject="berit")
        return await client.post(f"/houses/{house_id}/refusal", json={"reason": reason}, headers=headers)

    return decline


@pytest.fixture
def status_of(client, staff):
    """How officers see it: `await status_of(house_id)`."""

    async def show(house_id):
        return (await client.get(f"/staff/houses/{house_id}", headers=staff("housing-officer"))).json()

    return show


async def test_a_house_that_is_declined_is_shown_to_nobody(client, submitted, declined, staff):
    house_id = await submitted()

    response = await declined(house_id)

    board = await client.get("/houses")
    waiting = await client.get("/staff/houses?status=submitted", headers=staff("housing-officer"))
    assert (response.status_code, response.json()["status"]) == (201, "declined")
    assert (await client.get(f"/houses/{house_id}")).status_code == 404
    assert board.json()["items"] == waiting.json()["items"] == []


async def test_a_published_house_is_taken_down(client, listed, declined, published):
    house_id = await listed()

    await declined(house_id)

    assert (await client.get(f"/houses/{house_id}")).status_code == 404
    assert (await client.get("/houses")).json()["items"] == []
    assert (await published.fetch())[-1].was_published


async def test_nobody_writes_to_the_owner_of_a_house_that_was_taken_down(client, declined, listed, interest_form):
    house_id = await listed()
    await declined(house_id)

    response = await client.post(f"/houses/{house_id}/interests", json=interest_form)

    assert response.status_code == 404


async def test_officers_see_who_declined_it_when_and_why(submitted, declined, status_of):
    house_id = await submitted()

    await declined(house_id)

    seen = await status_of(house_id)
    assert (seen["declined_by"], seen["decline_reason"]) == ("berit", REASON)
    assert seen["declined_at"]


async def test_the_others_are_told_by_ids_and_only_the_mailer_is_told_why(
    internal_client, submitted, declined, published, staff
):
    house_id = await submitted()
    await declined(house_id)

    told = await internal_client.post("/contacts/lookup", json={"texts": [house_id]}, headers=staff("contact-reader"))

    event = (await published.fetch())[-1]
    assert isinstance(event, HouseDeclined)
    assert (str(event.house_id), event.was_published) == (house_id, False)
    assert REASON not in event.model_dump_json()
    assert told.json()["texts"] == {house_id: {"reason": REASON}}


async def test_what_is_not_declined_has_no_words_for_a_mail(internal_client, listed, staff):
    house_id = await listed()

    told = await internal_client.post("/contacts/lookup", json={"texts": [house_id]}, headers=staff("contact-reader"))

    assert told.json()["texts"] == {}


async def test_a_house_is_declined_once_and_never_published_afterwards(client, submitted, declined, published, staff):
    house_id = await submitted()
    await declined(house_id)

    again = await declined(house_id, "En annan.")
    afterwards = await client.post(f"/houses/{house_id}/publication", headers=staff("housing-officer"))

    for answer in (again, afterwards):
        assert (answer.status_code, answer.json()["code"]) == (409, "AlreadyDeclined")
    assert len(await published.fetch()) == 2


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
async def test_nothing_is_declined_without_a_reason_that_can_be_read(submitted, declined, status_of, reason):
    house_id = await submitted()

    response = await declined(house_id, reason)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "reason"
    assert (await status_of(house_id))["status"] == "submitted"


async def test_only_officers_decline_and_only_what_is_there(submitted, declined):
    house_id = await submitted()

    assert (await declined(house_id, role="caseworker")).status_code == 403
    assert (await declined(uuid4())).status_code == 404
