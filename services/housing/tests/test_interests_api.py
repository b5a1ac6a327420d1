"""A seeker writes to the owner of a house that is published."""

from uuid import UUID, uuid4

import pytest

from shared.events import InterestRegistered
from testkit.forms import codes


async def test_the_mailer_is_told_what_the_seeker_writes(client, internal_client, listed, interest_form, staff):
    house_id = await listed()
    interest_id = (await client.post(f"/houses/{house_id}/interests", json=interest_form)).json()["id"]

    response = await internal_client.post(
        "/contacts/lookup", json={"texts": [interest_id]}, headers=staff("contact-reader")
    )

    assert response.json()["texts"] == {interest_id: {"message": interest_form["message"]}}


async def test_an_interest_is_relayed_with_the_contacts_ids_only(client, listed, interest_form, published):
    house_id = await listed()

    response = await client.post(f"/houses/{house_id}/interests", json=interest_form)

    interest = (await published.fetch())[-1]
    assert response.status_code == 201
    assert response.json().keys() == {"id", "received_at"}
    assert isinstance(interest, InterestRegistered)
    assert interest.interest_id == UUID(response.json()["id"])
    assert interest.owner_contact_id == published[0].owner_contact_id != interest.seeker_contact_id


async def test_no_event_carries_what_anybody_wrote(client, listed, interest_form, published):
    house_id = await listed()
    await client.post(f"/houses/{house_id}/interests", json=interest_form)

    on_the_wire = " ".join(event.model_dump_json() for event in await published.fetch())

    assert [event.type.split(".")[1] for event in published] == [
        "house-submitted",
        "house-listed",
        "interest-registered",
    ]
    wrote = ("Märta", "Hemlig", "Sam Seeker", "example.com", "701234567", "22123456", "Byn", " 2:15", "487312")
    for secret in (*wrote, "Lockne", "family of four", "utsikt"):
        assert secret not in on_the_wire


@pytest.mark.parametrize("message", ["Ring 070-123 45 67", "sam@example.com", "See www.example.com"])
async def test_a_message_with_contact_data_is_refused(client, listed, interest_form, message, published):
    house_id = await listed()

    response = await client.post(f"/houses/{house_id}/interests", json={**interest_form, "message": message})

    assert response.status_code == 422
    assert codes(response) == {("message", "contact_data_not_allowed")}
    assert len(await published.fetch()) == 2


async def test_nobody_can_be_interested_in_a_house_that_is_not_published(client, submitted, interest_form):
    house_id = await submitted()

    unpublished = await client.post(f"/houses/{house_id}/interests", json=interest_form)
    unknown = await client.post(f"/houses/{uuid4()}/interests", json=interest_form)

    assert unpublished.status_code == unknown.status_code == 404


async def test_an_interest_is_registered_once_by_its_key(client, listed, interest_form, published):
    house_id = await listed()
    headers = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"/houses/{house_id}/interests", json=interest_form, headers=headers)
    second = await client.post(f"/houses/{house_id}/interests", json=interest_form, headers=headers)

    assert second.json() == first.json()
    assert len(await published.fetch()) == 3


async def test_neither_a_seeker_nor_an_owner_can_be_bombed(client, listed, house_form, interest_form, one_mail_an_hour):
    house_id = await listed()
    other_house_id = await listed(owner={**house_form["owner"], "email": "olle@example.com"})

    first = await client.post(f"/houses/{house_id}/interests", json=interest_form)
    to_the_seeker = await client.post(f"/houses/{other_house_id}/interests", json=interest_form)
    to_the_owner = await client.post(
        f"/houses/{house_id}/interests", json={**interest_form, "email": "eva@example.com"}
    )

    assert [first.status_code, to_the_seeker.status_code, to_the_owner.status_code] == [201, 429, 429]
    assert [to_the_seeker.json()["code"], to_the_owner.json()["code"]] == ["TooManyMails", "AskedTooOften"]


async def test_one_client_does_not_keep_others_from_writing_to_an_owner(
    client_at, listed, interest_form, one_mail_an_hour
):
    interests = f"/houses/{await listed()}/interests"
    stranger = client_at("203.0.113.7")
    for number in range(5):
        await stranger.post(interests, json={**interest_form, "email": f"x{number}@example.com"})

    others = [
        await client_at(f"203.0.113.{number}").post(
            interests, json={**interest_form, "email": f"y{number}@example.com"}
        )
        for number in range(8, 40)
    ]

    assert {answer.status_code for answer in others} == {201}
