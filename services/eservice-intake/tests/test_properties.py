"""A property is one, with its municipality's name before it and without."""

import pytest

from eservice_intake.cases.entries import property_key

from .applications import application
from .cases import COMPOST

WRITTEN = ["Stugun 1:23", "Östersund Stugun 1:23", "östersund stugun 1:23"]


@pytest.fixture
def anna(staff):
    return staff("caseworker", subject="anna", name="Anna Ek", units=["avfall"])


async def sent_in(client, resident, designation):
    elsewhere = {**COMPOST["applicant_address"], "city": "Lund"}
    answers = {**COMPOST, "property_designation": designation, "applicant_address": elsewhere}
    answer = await client.post("/applications", json=application(answers, "kompostering"), headers=resident())
    assert answer.status_code == 201, answer.text
    return answer.json()["reference"]


@pytest.mark.parametrize("looked_for", WRITTEN)
@pytest.mark.parametrize("name", ["property_designation", "text"])
async def test_a_property_is_the_same_with_the_municipalitys_name_and_without_it(
    client, resident, anna, name, looked_for
):
    same = [await sent_in(client, resident, designation) for designation in WRITTEN]
    await sent_in(client, resident, "Stugun 1:24")

    listed = (await client.get("/cases", params={name: looked_for}, headers=anna)).json()["items"]

    assert [case["reference"] for case in listed] == same[::-1]


async def test_cases_of_a_property_are_related_however_each_was_written(client, resident, anna):
    first, second, third = [await sent_in(client, resident, designation) for designation in WRITTEN]

    related = (await client.get(f"/cases/{first}", headers=anna)).json()["related"]

    assert [(one["reference"], one["why"]) for one in related] == [(third, "property"), (second, "property")]


def test_a_tract_that_is_called_as_the_municipality_keeps_its_name():
    assert property_key("Östersund 1:23", "Östersund") == "östersund 1:23"
    assert property_key("Östersund Östersund 1:23", "Östersund") == "östersund 1:23"


def test_another_municipalitys_name_is_part_of_the_name():
    assert property_key("Berg Stugun 1:23", "Östersund") == "berg stugun 1:23"
