"""Somebody without Swedish numbers completes what the law does not close to them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservice_intake.cases.entries import CaseEntry, enter_new
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.fees.exports import payer_number

from .applications import application
from .cases import COMPANY, secret_of
from .every_eservice import EVERY_ESERVICE, FEW, found_in, keep_what_is_named
from .fees import NOVEMBER, approved
from .files import send_file
from .pdfs import words_of
from .rounds import a_round, company, opened
from .rounds import answers as answered
from .signatures import HEAT_PUMP

FINNISH = {"country": "FI", "number": "1234567-8"}
RESTAURANT = {
    **{name: answer for name, answer in COMPANY.items() if name != "orgnr"},
    "foreign_company": FINNISH,
    "company_name": "Hirvi Oy",
    "contact_phone": "+358 9 1234567",
    "company_address": {"street": "Mannerheimintie 1", "postal_code": "00100", "city": "Helsinki", "country": "FI"},
    "matter": "ny_anlaggning",
    "facility_name": "Hirvi",
    "mobile_facility": False,
    "start_date": "2027-05-01",
    "main_orientation": "servering_restaurang",
    "activities": ["servering"],
    "product_groups": ["kott"],
    "production_size": "f",
    "own_water": False,
    "seasonal": False,
    "decision_by_email": True,
}
FOOD = "livsmedel-registrering"
SWEDISH_NUMBERS = ("orgnr", "personnr")


@pytest.fixture
def food(staff):
    return staff("caseworker", subject="eva", name="Eva Al", units=["livsmedel"])


def without_swedish_numbers(fields: list[FormField], answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a company that is registered abroad, where a company's number is asked for."""
    found = {name: answer for name, answer in answers.items() if name not in set(numbered(fields))}
    abroad = next((field for field in fields if field.type == "foreign_company"), None)
    replaced = abroad and abroad.instead_of in answers
    return {**found, abroad.name: {"country": "FI", "number": uuid4().hex}} if replaced else found


def numbered(fields: list[FormField]) -> Iterator[str]:
    for field in fields:
        assert not field.fields or not any(numbered(field.fields))
        if field.type in SWEDISH_NUMBERS:
            yield field.name


@EVERY_ESERVICE
@FEW
@given(data=st.data())
async def test_whoever_has_no_swedish_number_completes_every_eservice_that_does_not_ask_for_a_sign_in(
    eservice, data, applications, client, database
):
    assert eservice.login != "eid" or eservice.login_reason is not None
    answers = without_swedish_numbers(eservice.form, data.draw(applications(eservice)))
    await keep_what_is_named(database, eservice, answers)

    response = await client.post("/applications", json=application(answers, eservice.id))

    assert response.status_code == (401 if eservice.login == "eid" else 201), response.text


async def test_a_finnish_company_registers_a_restaurant_and_follows_it(client, food):
    sent = await client.post("/applications", json=application(RESTAURANT, FOOD, "en"))

    assert sent.status_code == 201, sent.text
    receipt = sent.json()
    case = (await client.get(f"/cases/{receipt['reference']}", headers=food)).json()
    answers = {answer["field"]: answer["answer"] for section in case["answers"] for answer in section["answers"]}
    assert answers["foreign_company"] == "1234567-8, FI"
    assert (receipt["identified"], case["sender"]) == (False, "Hirvi Oy")
    own = (await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))).json()
    assert own["status"] == "received"
    copy = await client.get(f"/applications/{receipt['reference']}/copy", headers=secret_of(receipt))
    assert "1234567-8, FI" in words_of(copy.content)


@pytest.mark.parametrize("words", ["1234567-8", "12345678", "Hirvi FI"])
async def test_staff_find_the_cases_of_a_company_abroad_by_its_number(client, food, words):
    receipt = (await client.post("/applications", json=application(RESTAURANT, FOOD))).json()

    found = (await client.get("/cases", params={"text": words}, headers=food)).json()["items"]

    assert [one["reference"] for one in found] == [receipt["reference"]]


@pytest.mark.parametrize("number", ["FI 1234567-8", "fi12345678"])
async def test_staff_narrow_the_list_down_to_a_company_abroad(client, food, number):
    receipt = (await client.post("/applications", json=application(RESTAURANT, FOOD))).json()
    other = application({**RESTAURANT, "foreign_company": {**FINNISH, "country": "NO"}}, FOOD)
    await client.post("/applications", json=other)

    found = (await client.get("/cases", params={"orgnr": number}, headers=food)).json()["items"]

    assert [one["reference"] for one in found] == [receipt["reference"]]


async def test_a_number_abroad_is_nobodys_personal_identity_number(client, food):
    answer = await client.get("/cases", params={"orgnr": "NO 0112189876"}, headers=food)

    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["FI --", "SE 556000-4615", "1234567-8"])
async def test_a_number_of_no_company_is_refused_with_what_to_do(client, food, number):
    refused = await client.get("/cases", params={"orgnr": number}, headers=food)

    [violation] = refused.json()["violations"]
    assert (refused.status_code, violation["field"]) == (422, "orgnr")


async def test_cases_of_one_company_abroad_are_found_together_however_its_number_is_written(client, database):
    numbers = ({**FINNISH}, {**FINNISH, "number": "1234567 8"}, {**FINNISH, "number": "12345678"})
    ids = []
    for number in numbers:
        form = application({**RESTAURANT, "foreign_company": number}, FOOD)
        ids.append(UUID((await client.post("/applications", json=form)).json()["id"]))
    async with database.transaction() as tx:
        await enter_new(tx)
        keys = [(await tx.get_one(CaseEntry, id_)).orgnr for id_ in ids]

    assert keys == ["FI12345678", "FI12345678", "FI12345678"]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, [("orgnr", "required")]),
        ({"foreign_company": {"country": "SE", "number": "5560004615"}}, [("foreign_company.country", "format")]),
        (
            {"foreign_company": {"country": "XX", "number": "1"}},
            [("foreign_company.country", "format"), ("foreign_company.number", "format")],
        ),
        ({"foreign_company": {"country": "FI"}}, [("foreign_company.number", "required")]),
        ({"foreign_company": {**FINNISH, "number": "1" * 61}}, [("foreign_company.number", "format")]),
        ({"foreign_company": {**FINNISH, "number": "--"}}, [("foreign_company.number", "format")]),
        ({"foreign_company": "FI 1234567-8"}, [("foreign_company", "type")]),
        ({"foreign_company": FINNISH, "orgnr": "5560004615"}, []),
    ],
)
def test_a_company_is_known_by_a_number_in_sweden_or_in_its_own_country(answers, wrong):
    company = {name: answer for name, answer in RESTAURANT.items() if name != "foreign_company"}

    found = found_in(catalogue().find(FOOD), {**company, **answers})

    assert found == wrong


async def test_an_owner_without_a_swedish_number_signs_what_a_contractor_without_one_filled_in(client, link):
    answers = {name: answer for name, answer in HEAT_PUMP.items() if name != "applicant_personnr"}
    form = application({**answers, "site_plan": await send_file(client, name="plan.pdf")}, "varmepump")
    filled_in = await client.post("/applications", json=form)

    address, secret = await link(filled_in.json())
    signed = await client.post(f"{address}/signature", headers=secret)

    assert (filled_in.status_code, filled_in.json()["status"]) == (201, "awaiting_signature")
    assert (signed.status_code, signed.json()["status"]) == (201, "received")


async def test_an_invoice_basis_names_a_company_abroad_by_country_and_number(client, clock, staff):
    head = staff("unit-head", subject="hugo", name="Hugo Chef", units=["livsmedel"])
    receipt = (await client.post("/applications", json=application(RESTAURANT, FOOD))).json()
    assert (await approved(client, head, receipt)).status_code == 200
    number = (await client.post("/fee-exports", json=NOVEMBER, headers=head)).json()["number"]

    [line] = (await client.get(f"/fee-exports/{number}", headers=head)).json()["items"]

    assert (line["payer"], line["payer_number"]) == ("Hirvi Oy", "FI 1234567-8")
    assert line["address"] == "Mannerheimintie 1, 00100 Helsinki, FI"


def test_nobody_is_invoiced_by_the_number_of_another_company_in_the_form():
    installer = FormField(name="installer_orgnr", type="orgnr", sv="Installatör", en="Installer")
    answers = {"installer_orgnr": "5560160680", "applicant_personnr": "198112189876"}

    assert payer_number([installer], answers) == "198112189876"


async def test_a_company_from_abroad_is_invited_to_a_round_once(client, staff):
    surveyor = staff("caseworker", subject="nils", name="Nils Al", units=["naringsliv"])
    to = await opened(client, surveyor, answer_by="2030-01-01")
    hirvi = {"name": "Hirvi Oy", "email": "aino@example.com"}

    told = [
        await client.post(
            f"/survey-rounds/{to['id']}/invitations", json={"companies": [{**hirvi, "orgnr": number}]}, headers=surveyor
        )
        for number in ("FI 1234567-8", "fi 12345678")
    ]

    assert [one.json() for one in told] == [{"invited": 1, "known": 0}, {"invited": 0, "known": 1}]


async def test_a_company_from_abroad_answers_a_round_of_the_survey_once(client, database):
    form = {name: answer for name, answer in company(1).items() if name != "orgnr"}
    async with database.transaction() as tx:
        await a_round(tx)
    await answered(client, {**form, "foreign_company": FINNISH})

    again = await answered(client, {**form, "foreign_company": {**FINNISH, "number": "12345678"}}, status=409)

    assert again["code"] == "CompanyHasAnswered"
    await answered(client, {**form, "foreign_company": {**FINNISH, "country": "NO"}})
