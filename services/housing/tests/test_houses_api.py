"""A house is sent in by its owner and published by staff."""

import json
from uuid import UUID, uuid4

import pytest

from shared.events import HouseListed, HouseSubmitted
from testkit.forms import codes


async def test_an_owner_gets_a_receipt(client, house_form):
    response = await client.post("/houses", json=house_form)

    assert response.status_code == 201
    assert response.json().keys() == {"id", "status", "received_at"}
    assert response.json()["status"] == "submitted"


async def test_submitting_tells_the_others(client, house_form, published):
    response = await client.post("/houses", json=house_form)

    [event] = await published.fetch()
    assert isinstance(event, HouseSubmitted)
    assert event.house_id == UUID(response.json()["id"])


async def test_without_consent_nothing_is_saved(client, house_form, published, staff):
    response = await client.post("/houses", json={**house_form, "listing_consent": False})

    waiting = await client.get("/staff/houses", headers=staff("housing-officer"))
    assert response.status_code == 422
    assert codes(response) == {("listing_consent", "consent_required")}
    assert waiting.json()["items"] == []
    assert await published.fetch() == []


async def test_everything_wrong_is_said_at_once_and_in_the_callers_language(client, house_form):
    form = {**house_form, "area": "0701234567", "condition": "fine", "owner": {"name": "Märta", "email": "marta"}}

    response = await client.post("/houses", json=form, headers={"Accept-Language": "en"})

    assert response.status_code == 422
    assert codes(response) == {("area", "place_name"), ("condition", "enum"), ("owner.email", "email")}
    assert "name@example.com" in response.text


@pytest.mark.parametrize("text", ["nul\0", "half a pair \ud800"])
async def test_text_no_database_can_keep_is_refused(client, house_form, text):
    escaped = json.dumps({**house_form, "description": text}).encode()

    response = await client.post("/houses", content=escaped, headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert codes(response) == {("description", "control_characters")}


async def test_the_same_idempotency_key_saves_one_house(client, house_form, published):
    headers = {"Idempotency-Key": str(uuid4())}

    first = await client.post("/houses", json=house_form, headers=headers)
    second = await client.post("/houses", json=house_form, headers=headers)

    assert second.json() == first.json()
    assert len(await published.fetch()) == 1


async def test_publishing_tells_the_others(client, listed, published):
    house_id = await listed()

    submission, listing = await published.fetch()
    assert isinstance(listing, HouseListed)
    assert listing.house_id == UUID(house_id)
    assert listing.owner_contact_id == submission.owner_contact_id


async def test_a_house_is_published_once(client, listed, staff, published):
    house_id = await listed()

    response = await client.post(f"/houses/{house_id}/publication", headers=staff("housing-officer"))

    assert response.status_code == 409
    assert response.json()["code"] == "AlreadyPublished"
    assert len(await published.fetch()) == 2


async def test_a_house_that_does_not_exist_cannot_be_published(client, staff):
    response = await client.post(f"/houses/{uuid4()}/publication", headers=staff("housing-officer"))

    assert response.status_code == 404


async def test_moderators_see_the_house_whole_but_not_its_owners_address(client, submitted, staff):
    house_id = await submitted()

    response = await client.get("/staff/houses?status=submitted", headers=staff("housing-officer"))

    [house] = response.json()["items"]
    assert house["id"] == house_id
    assert house["property_designation"] == "Lockne-Byn 2:15"
    assert house["position"] == {"easting": 487_312, "northing": 6_990_871}
    for secret in ("Märta", "marta@", "701234567"):
        assert secret not in response.text


async def test_a_moderator_sees_one_house_as_everybody_will_before_it_is_published(client, submitted, staff):
    house_id = await submitted()

    reviewed = (await client.get(f"/staff/houses/{house_id}", headers=staff("housing-officer"))).json()
    await client.post(f"/houses/{house_id}/publication", headers=staff("housing-officer"))
    shown = (await client.get(f"/houses/{house_id}")).json()

    assert reviewed["property_designation"] == "Lockne-Byn 2:15"
    assert {**reviewed["public"], "published_at": None} == {**shown, "published_at": None}


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("caseworker",), 403), (("housing-officer",), 404)])
async def test_one_house_that_is_not_there_is_told_to_moderators_alone(client, staff, roles, status):
    response = await client.get(f"/staff/houses/{uuid4()}", headers=staff(*roles) if roles else {})

    assert response.status_code == status


async def test_a_published_house_no_longer_waits_for_moderation(client, listed, staff):
    await listed()

    response = await client.get("/staff/houses?status=submitted", headers=staff("housing-officer"))

    assert response.json()["items"] == []


async def test_the_mailer_is_told_how_to_reach_the_owner_and_nothing_the_owner_wrote(
    client, internal_client, submitted, staff, published
):
    house_id = await submitted()
    [event] = await published.fetch()
    owner = str(event.owner_contact_id)

    response = await internal_client.post(
        "/contacts/lookup", json={"contacts": [owner], "texts": [house_id]}, headers=staff("contact-reader")
    )

    assert response.json() == {
        "service": "housing",
        "contacts": {owner: {"email": "marta@example.com", "language": "sv"}},
        "texts": {},
    }


async def test_what_the_document_has_as_examples_is_accepted(client, listed, example):
    house_id = await listed()

    house = await client.post("/houses", json=example("/houses"))
    interest = await client.post(f"/houses/{house_id}/interests", json=example("/houses/{house_id}/interests"))

    assert (house.status_code, interest.status_code) == (201, 201)
