import pytest
from hypothesis import given
from hypothesis import strategies as st

from housing.blur import LIVING_AREAS, LOT_AREAS, SQUARE_METRES, YEARS, blurred, in_class, whole_kilometres
from housing.models.houses import HouseForm, Position
from housing.rules import objections_to_house

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


def test_a_complete_form_meets_no_objection(house_form):
    assert objections_to_house(HouseForm.model_validate(house_form)) == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"listing_consent": False}, "listing_consent", "consent_required"),
        ({"description": "Ring 070-123 45 67"}, "description", "contact_data_not_allowed"),
        ({"area": "Gratis.pengar.se"}, "area", "contact_data_not_allowed"),
        ({"description": "Hälsningar, märta  hemlig"}, "description", "identifies_owner"),
        ({"description": "Ligger på LOCKNE-BYN 2:15."}, "description", "identifies_owner"),
        ({"description": "Lockne\u2011Byn 2:15 säljs."}, "description", "identifies_owner"),
        ({"description": "Lockne-Byn 2 : 15 säljs."}, "description", "identifies_owner"),
        ({"description": "Lockne Byn\u00a02:15, vid sjön"}, "description", "identifies_owner"),
        ({"description": "Fastigheten 2:15 i Lockne."}, "description", "identifies_owner"),
        ({"description": "Säljes av familjen Hemlig, Märta."}, "description", "identifies_owner"),
        ({"description": "Märta Hemligs torp"}, "description", "identifies_owner"),
        ({"description": "Märta A. Hemlig säljer"}, "description", "identifies_owner"),
        ({"lot_area_m2": 2347, "description": "Tomten är 2 347 m²."}, "description", "exact_size"),
        ({"lot_area_m2": 2347, "description": "Tomt 2347 kvm"}, "description", "exact_size"),
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


@pytest.mark.parametrize(
    ("designation", "description"),
    [
        ("Östersund Odensala 4:12", "Fin gård på Odensala 4:12 vid sjön."),
        ("Malmö S:t Jörgen 21", "Gården S:t Jörgen 21, nära torget"),
        ("Valhall 3", "Valhall 3 är ett torp."),
    ],
)
def test_a_part_of_the_designation_is_enough_to_find_the_owner(house_form, designation, description):
    form = HouseForm.model_validate({**house_form, "description": description})
    form.property_designation = designation

    assert [objection.code for objection in objections_to_house(form)] == ["identifies_owner"]


@pytest.mark.parametrize(
    "description",
    [
        "Byn heter Lockne. Byggt 1923, 15 mil från Sundsvall, 2 plan.",
        "Byn har 215 invånare, 12:15 går bussen.",
        "Tomten är omkring 2 300 m² och skogen 23 470 m².",
        "Märta var min mormor.",
    ],
)
def test_words_and_numbers_that_only_resemble_the_secrets_are_let_through(house_form, description):
    form = HouseForm.model_validate({**house_form, "lot_area_m2": 2347, "description": description})

    assert objections_to_house(form) == []


@given(st.floats(0, 500))
def test_a_distance_is_told_in_whole_kilometres_and_never_as_none(distance):
    told = whole_kilometres(distance)

    assert 1 <= told <= 500
    assert told - 1 <= distance <= told


@pytest.mark.parametrize(
    ("starts", "values"), [(YEARS, (1200, 2100)), (LIVING_AREAS, (1, 10_000)), (LOT_AREAS, (1, 10**8))]
)
@given(data=st.data())
def test_a_value_is_told_as_the_class_it_is_in(starts, values, data):
    value = data.draw(st.integers(*values))

    told = in_class(value, starts)

    assert told.at_least <= value
    assert told.below is None or told.below > value
    assert told.at_least in starts


def test_what_is_not_known_is_not_told():
    assert in_class(None, YEARS) is None
    assert whole_kilometres(None) is None
