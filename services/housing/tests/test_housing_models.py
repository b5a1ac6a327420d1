from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import ValidationError

from housing.models.contacts import PersonForm
from housing.models.houses import AlreadyPublished, House, HouseForm, Status

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def house(house_form):
    form = HouseForm.model_validate(house_form)
    update = {**form.position.model_dump(), "area_key": "lockne", "owner_contact_id": uuid4()}
    return House.model_validate(form, update=update)


def test_publishing_a_house_notes_when(house):
    house.publish("berit", NOON)

    assert (house.status, house.published_at, house.published_by) == (Status.PUBLISHED, NOON, "berit")


def test_a_published_house_cannot_be_published_again(house):
    house.publish("berit", NOON)

    with pytest.raises(AlreadyPublished):
        house.publish("berit", NOON)


def test_a_phone_number_is_kept_in_international_form():
    contact = PersonForm(name="Märta", email="marta@example.com", phone="070-123 45 67")

    assert contact.phone == "+46701234567"


@pytest.mark.parametrize("phone", ["", "12", "inte alls", "070-123", "+999 12345678"])
def test_what_is_no_phone_number_is_refused(phone):
    with pytest.raises(ValidationError, match="phone"):
        PersonForm(name="Märta", email="marta@example.com", phone=phone)


@pytest.mark.parametrize("designation", ["Lockne-Byn 2:15", "ÖSTERSUND STADEN 1:2", "Å 3:1", "Valhall 3"])
def test_a_property_designation_has_a_name_and_a_number(house_form, designation):
    form = HouseForm.model_validate({**house_form, "property_designation": designation})

    assert form.property_designation == designation


@pytest.mark.parametrize("designation", ["Lockne", "2:15", "Lockne 2:", "Lockne 2:15; Ås 1:1"])
def test_what_is_no_property_designation_is_refused(house_form, designation):
    with pytest.raises(ValidationError, match="property_designation"):
        HouseForm.model_validate({**house_form, "property_designation": designation})


@pytest.mark.parametrize("area", ["Lockne", "Ås", "Norra Lit", "Gåxsjö/Raftsjöhöjden", "St. Olof (norra)", "S:t Olof"])
def test_an_area_is_a_place_name(house_form, area):
    assert HouseForm.model_validate({**house_form, "area": area}).area == area


@pytest.mark.parametrize("area", ["Lockne-Byn 2:15", "anna@example.com", "0701234567", "–", "www,x"])
def test_an_area_cannot_carry_anything_else(house_form, area):
    with pytest.raises(ValidationError, match="area"):
        HouseForm.model_validate({**house_form, "area": area})


@pytest.mark.parametrize(
    ("easting", "northing"), [(0, 6_990_871), (487_312, 487_312), (925_000, 6_990_871), (14.6, 63.2)]
)
def test_a_position_outside_sweden_is_refused(house_form, easting, northing):
    with pytest.raises(ValidationError, match="position"):
        HouseForm.model_validate({**house_form, "position": {"easting": easting, "northing": northing}})
