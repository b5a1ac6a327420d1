"""Officers decline an ad, or take down a published one, and say why."""

from uuid import uuid4

import pytest

from shared.events import AdDeclined

REASON = "Det finns redan en likadan."


@pytest.fixture
def declined(client, staff):
    """Declines it: `await declined(ad_id)`."""

    async def decline(ad_id, reason=REASON, role="recruitment-officer"):
        headers = staff(role, subject="berit")
        return await client.post(f"/ads/{ad_id}/refusal", json={"reason": reason}, headers=headers)

    return decline


@pytest.fixture
def status_of(client, staff):
    """How officers see it: `await status_of(ad_id)`."""

    async def show(ad_id):
        return (await client.get(f"/staff/ads/{ad_id}", headers=staff("recruitment-officer"))).json()

    return show


async def test_an_ad_that_is_declined_is_shown_to_nobody(client, posted, declined, staff):
    ad_id = await posted()

    response = await declined(ad_id)

    board = await client.get("/ads")
    waiting = await client.get("/staff/ads?status=posted", headers=staff("recruitment-officer"))
    assert (response.status_code, response.json()["status"]) == (201, "declined")
    assert (await client.get(f"/ads/{ad_id}")).status_code == 404
    assert board.json()["items"] == waiting.json()["items"] == []


async def test_a_published_ad_is_taken_down(client, live, declined, published):
    ad_id = await live()

    await declined(ad_id)

    assert (await client.get(f"/ads/{ad_id}")).status_code == 404
    assert (await client.get("/ads")).json()["items"] == []
    assert (await published.fetch())[-1].was_published


async def test_officers_see_who_declined_it_when_and_why(posted, declined, status_of):
    ad_id = await posted()

    await declined(ad_id)

    seen = await status_of(ad_id)
    assert (seen["declined_by"], seen["decline_reason"]) == ("berit", REASON)
    assert seen["declined_at"]


async def test_the_others_are_told_by_ids_and_only_the_mailer_is_told_why(
    internal_client, posted, declined, published, staff
):
    ad_id = await posted()
    await declined(ad_id)

    told = await internal_client.post("/contacts/lookup", json={"texts": [ad_id]}, headers=staff("contact-reader"))

    event = (await published.fetch())[-1]
    assert isinstance(event, AdDeclined)
    assert (str(event.ad_id), event.was_published) == (ad_id, False)
    assert REASON not in event.model_dump_json()
    assert told.json()["texts"] == {ad_id: {"reason": REASON}}


async def test_what_is_not_declined_has_no_words_for_a_mail(internal_client, live, staff):
    ad_id = await live()

    told = await internal_client.post("/contacts/lookup", json={"texts": [ad_id]}, headers=staff("contact-reader"))

    assert told.json()["texts"] == {}


async def test_an_ad_is_declined_once_and_never_published_afterwards(client, posted, declined, published, staff):
    ad_id = await posted()
    await declined(ad_id)

    again = await declined(ad_id, "En annan.")
    afterwards = await client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))

    for answer in (again, afterwards):
        assert (answer.status_code, answer.json()["code"]) == (409, "AlreadyDeclined")
    assert len(await published.fetch()) == 2


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
async def test_nothing_is_declined_without_a_reason_that_can_be_read(posted, declined, status_of, reason):
    ad_id = await posted()

    response = await declined(ad_id, reason)

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "reason"
    assert (await status_of(ad_id))["status"] == "posted"


async def test_only_officers_decline_and_only_what_is_there(posted, declined):
    ad_id = await posted()

    assert (await declined(ad_id, role="caseworker")).status_code == 403
    assert (await declined(uuid4())).status_code == 404
