import json
from uuid import UUID, uuid4

import pytest

from housing.models.houses import ExactFacts, Position
from shared.events import HouseListed, HouseSubmitted, InterestRegistered
from testkit.forms import codes
from testkit.pages import pages_of


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


async def test_a_house_is_not_shown_before_it_is_published(client, submitted):
    house_id = await submitted()

    house = await client.get(f"/houses/{house_id}")
    board = await client.get("/houses")

    assert house.status_code == 404
    assert board.json() == {"items": [], "next": None}


async def test_a_published_house_is_shown_without_anything_that_identifies_its_owner(client, house_form, listed):
    house_id = await listed()

    shown = await client.get(f"/houses/{house_id}")
    board = await client.get("/houses")

    assert board.json()["items"] == [shown.json()]
    assert shown.json()["description"] == house_form["description"]
    for secret in ("Lockne-Byn", " 2:15", "Märta", "Hemlig", "marta@", "701234567", "contact", "owner", "487312"):
        assert secret not in shown.text


async def test_the_public_position_is_blurred_to_a_square_kilometre(client, listed):
    house_id = await listed()

    shown = await client.get(f"/houses/{house_id}")

    assert shown.json()["position"] == {"easting": 487_500, "northing": 6_990_500}


async def test_the_public_sees_classes_and_whole_kilometres(client, listed):
    house_id = await listed(
        year_built=1923,
        living_area_m2=111,
        lot_area_m2=2347,
        distance_to_school_km=2.3457,
        distance_to_shop_km=8.12345,
        distance_to_bus_km=0.4321,
    )

    shown = (await client.get(f"/houses/{house_id}")).json()
    board = await client.get("/houses")

    assert shown["year_built"] == {"at_least": 1920, "below": 1930}
    assert shown["living_area_m2"] == {"at_least": 100, "below": 125}
    assert shown["lot_area_m2"] == {"at_least": 2000, "below": 5000}
    assert [shown[f"distance_to_{place}_km"] for place in ("school", "shop", "bus")] == [3, 9, 1]
    assert board.json()["items"] == [shown]


async def test_neighbours_in_every_class_are_shown_alike(client, listed):
    ids = [
        await listed(
            position={"easting": easting, "northing": 6_990_871},
            lot_area_m2=lot,
            living_area_m2=living,
            year_built=year,
            distance_to_school_km=distance,
        )
        for easting, lot, living, year, distance in (
            (487_001, 2_001, 101, 1921, 4.1),
            (487_999, 4_999, 124, 1929, 4.9),
        )
    ]

    first, second = [(await client.get(f"/houses/{house_id}")).json() for house_id in ids]

    assert {name for name in first if first[name] != second[name]} == {"id", "published_at"}


@pytest.mark.parametrize("name", sorted(ExactFacts.model_fields.keys() | Position.model_fields.keys()))
async def test_nobody_can_ask_by_what_is_blurred(client, name):
    for query in (f"{name}=1", f"{name}_min=1", f"sort={name}", f"order_by={name}"):
        assert (await client.get(f"/houses?{query}")).status_code == 422


async def test_the_board_can_be_filtered_and_paged(client, listed):
    croft = await listed(area="Ås", offer="rent", condition="move_in")
    farms = [await listed() for _ in range(2)]

    by_area = await client.get("/houses", params={"area": "ås"})
    by_offer = await client.get("/houses", params={"offer": "rent"})
    by_condition = await client.get("/houses", params={"condition": "renovate"})
    pages = await pages_of(client, "/houses")

    assert [house["id"] for house in by_area.json()["items"]] == [croft]
    assert [house["id"] for house in by_offer.json()["items"]] == [croft]
    assert {house["id"] for house in by_condition.json()["items"]} == set(farms)
    assert [house["id"] for page in pages for house in page] == [farms[1], farms[0], croft]


@pytest.mark.parametrize(
    "query",
    [
        "offer=free",
        "limit=101",
        "limit=1_0",
        "limit=1.0",
        "limit=%201",
        "after=x",
        "offset=1",
        "colour=red",
        "area=%00",
    ],
)
async def test_a_filter_that_means_nothing_is_refused(client, query):
    response = await client.get(f"/houses?{query}")

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == query.split("=")[0]


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


async def test_what_the_document_has_as_examples_is_accepted(client, listed, example):
    house_id = await listed()

    house = await client.post("/houses", json=example("/houses"))
    interest = await client.post(f"/houses/{house_id}/interests", json=example("/houses/{house_id}/interests"))

    assert (house.status_code, interest.status_code) == (201, 201)
