"""The board: what everybody sees of a published house, and may ask by."""

import pytest

from housing.models.houses import ExactFacts, Position
from testkit.pages import pages_of


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
