import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing.models.houses import HouseForm, Position
from housing.rules import SQUARE_METRES, blurred, has_contact_data, objections_to_house

positions = st.builds(
    Position,
    easting=st.floats(260_000, 924_999.99),
    northing=st.floats(6_130_000, 7_679_999.99),
)


@given(positions)
def test_a_blurred_position_is_the_centre_of_the_square_kilometre_it_is_in(position):
    blur = blurred(position)

    assert abs(blur.easting - position.easting) <= SQUARE_METRES / 2
    assert abs(blur.northing - position.northing) <= SQUARE_METRES / 2
    assert (blur.easting % SQUARE_METRES, blur.northing % SQUARE_METRES) == (500, 500)


@given(positions, st.floats(0, 999.99), st.floats(0, 999.99))
def test_everything_in_one_square_has_the_same_blurred_position(position, east, north):
    corner = Position(
        easting=position.easting // SQUARE_METRES * SQUARE_METRES,
        northing=position.northing // SQUARE_METRES * SQUARE_METRES,
    )

    neighbour = Position(easting=corner.easting + east, northing=corner.northing + north)

    assert blurred(neighbour) == blurred(position)


@given(positions)
def test_blurring_twice_tells_no_more_than_once(position):
    assert blurred(blurred(position)) == blurred(position)


@pytest.mark.parametrize(
    "text",
    [
        "Skriv till anna@example.com",
        "Skriv till anna (at) example.com",
        "anna [snabel-a] example.com",
        "anna＠example.com",
        "an\u200bna@\u200bexample.com",
        "Ring 070-123 45 67",
        "Ring 0701234567 efter sex",
        "Ring 0 7 0 1 2 3 4 5 6 7",
        "Tel. 063-14 30 00",
        "Call +47 22 12 34 56",
        "Bilder på https://example.com/huset",
        "Bilder på www.example.com",
        "Se mittodehus.se",
        "HTTP://EXAMPLE.ORG",
    ],
)
def test_contact_data_is_found(text):
    assert has_contact_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Byggt 1923, renoverat 1975–1982. Pris 1 250 000 kr, tomt 2 500 m².",
        "8,5 km till skolan, 12 km till affären, 3:e huset från kyrkan.",
        "Huset har stått tomt sedan 2009-05-01.",
        "Lågt pris.Se det gärna i sommar.",
        "Diarienummer 2018-001234",
        "We are four people and have 450 000 SEK.",
    ],
)
def test_prices_years_and_distances_are_no_contact_data(text):
    assert not has_contact_data(text)


def test_a_complete_form_meets_no_objection(house_form):
    assert objections_to_house(HouseForm.model_validate(house_form)) == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"listing_consent": False}, "listing_consent", "consent_required"),
        ({"description": "Ring 070-123 45 67"}, "description", "contact_data_not_allowed"),
        ({"description": "Hälsningar, märta  hemlig"}, "description", "identifies_owner"),
        ({"description": "Ligger på LOCKNE-BYN 2:15."}, "description", "identifies_owner"),
    ],
)
def test_each_objection_names_its_field(house_form, change, field, code):
    objections = objections_to_house(HouseForm.model_validate({**house_form, **change}))

    assert [(objection.field, objection.code) for objection in objections] == [(field, code)]


def test_all_objections_come_at_once(house_form):
    form = HouseForm.model_validate({**house_form, "listing_consent": False, "description": "www.example.com"})

    objections = objections_to_house(form)

    assert {objection.field for objection in objections} == {"listing_consent", "description"}


def test_a_first_name_that_is_also_a_word_may_be_used(house_form):
    owner = {**house_form["owner"], "name": "Bo"}

    form = HouseForm.model_validate({**house_form, "owner": owner, "description": "Här är det gott att bo."})

    assert objections_to_house(form) == []
