from datetime import date
from uuid import UUID, uuid4

import pytest

from shared.events import AdPosted, AdPublished
from testkit.forms import codes


async def test_a_company_gets_a_receipt(client, ad_form):
    response = await client.post("/ads", json=ad_form)

    assert response.status_code == 201
    assert response.json().keys() == {"id", "status", "received_at"}
    assert response.json()["status"] == "posted"


async def test_posting_tells_the_others(client, ad_form, published):
    response = await client.post("/ads", json=ad_form)

    [event] = await published.fetch()
    assert isinstance(event, AdPosted)
    assert event.ad_id == UUID(response.json()["id"])
    assert (event.occupation, event.application_deadline) == ("5120", date(2026, 5, 31))


async def test_no_event_carries_what_the_company_wrote(client, live, published):
    await live()

    on_the_wire = " ".join(event.model_dump_json() for event in await published.fetch())
    assert [type(event) for event in published] == [AdPosted, AdPublished]
    for secret in ("Kock", "Fjällhotellet", "556000", "example.com", "Åre"):
        assert secret not in on_the_wire


async def test_the_mailer_is_told_how_to_reach_the_company_and_nothing_it_wrote(
    client, internal_client, posted, staff, published
):
    ad_id = await posted()
    [event] = await published.fetch()
    employer = str(event.employer_contact_id)

    response = await internal_client.post(
        "/contacts/lookup", json={"contacts": [employer], "texts": [ad_id]}, headers=staff("contact-reader")
    )

    assert response.json() == {
        "service": "recruitment",
        "contacts": {employer: {"email": "chef@example.com", "language": "sv"}},
        "texts": {},
    }


async def test_a_deadline_is_required(client, ad_form):
    response = await client.post("/ads", json={k: v for k, v in ad_form.items() if k != "application_deadline"})

    assert response.status_code == 422
    assert codes(response) == {("application_deadline", "missing")}


async def test_an_ad_whose_deadline_has_passed_is_refused_and_leaves_nothing(client, ad_form, published):
    response = await client.post("/ads", json={**ad_form, "application_deadline": "2026-04-30"})

    assert response.status_code == 422
    assert codes(response) == {("application_deadline", "deadline_passed")}
    assert await published.fetch() == []


async def test_everything_wrong_with_an_ad_is_said_at_once(client, ad_form):
    wrong = {
        "employer": {"name": "Fjällhotellet AB", "organization_number": "556000-4616"},
        "number_of_vacancies": 0,
        "contact_email": "chefen",
        "application_details": {"url": "javascript:alert(1)"},
        "sector": "gruvor",
        "salary": 1,
    }

    response = await client.post("/ads", json={**ad_form, **wrong})

    assert response.status_code == 422
    assert codes(response) == {
        ("employer.organization_number", "check_digit"),
        ("number_of_vacancies", "greater_than_equal"),
        ("contact_email", "email"),
        ("application_details.url", "url"),
        ("sector", "enum"),
        ("salary", "extra_forbidden"),
    }


@pytest.mark.parametrize(
    ("company", "wrong"),
    [
        (None, {("employer.organization_number", "required")}),
        ({"country": "SE", "number": "556000-4615"}, {("foreign_company.country", "foreign_country")}),
        ({"country": "FI", "number": "--"}, {("foreign_company.number", "foreign_number")}),
        ({"country": "FI"}, {("foreign_company.number", "missing")}),
    ],
)
async def test_a_company_is_known_by_a_number_in_sweden_or_in_its_own_country(client, ad_form, company, wrong):
    form = {**ad_form, "employer": {"name": "Hirvi Oy"}, "foreign_company": company}

    response = await client.post("/ads", json=form)

    assert (response.status_code, codes(response)) == (422, wrong)


async def test_the_same_idempotency_key_posts_one_ad(client, ad_form, published):
    headers = {"Idempotency-Key": str(uuid4())}

    first = await client.post("/ads", json=ad_form, headers=headers)
    second = await client.post("/ads", json=ad_form, headers=headers)

    assert second.json() == first.json()
    assert len(await published.fetch()) == 1
