"""Whatever a form holds, it is saved and shown or refused: nothing fails."""

import pytest
from hypothesis import example, given

from testkit.forms import FEW, QA, escaped, texts

SITE = "https://example.com/"


@pytest.fixture
def longest_ad(ad_form):
    """Every text as long as it may be once it is saved."""
    url = SITE + "å" * 330
    words = [QA * 50] * 50
    return {
        **ad_form,
        "headline": QA * 100,
        "description": {"text": QA * 5000},
        "employer": {"name": QA * 100, "organization_number": "556000-4615", "url": url},
        "occupation": {"label": QA * 100, "ssyk": "5120"},
        "application_details": {"email": "jobb@example.com", "url": url},
        "workplace_address": {"municipality": QA * 50, "city": QA * 50},
        "must_have": {"skills": words, "languages": words},
        "nice_to_have": {"skills": words, "languages": words},
    }


async def test_an_ad_as_long_as_it_may_be_is_shown_to_staff_and_public(client, live, longest_ad, staff):
    ad_id = await live(**longest_ad)

    moderated = await client.get("/staff/ads", headers=staff("recruitment-officer"))
    found = await client.get("/ads")
    shown = await client.get(f"/ads/{ad_id}")

    assert [ad["id"] for ad in moderated.json()["items"]] == [ad_id]
    assert found.json()["items"] == [shown.json()]
    assert len(shown.json()["employer"]["url"]) == 2000
    assert len(shown.json()["description"]["text"]) == 10_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"headline": QA * 101}, "headline"),
        ({"description": {"text": QA * 5001}}, "description.text"),
        ({"occupation": {"label": QA * 101, "ssyk": "5120"}}, "occupation.label"),
        ({"must_have": {"skills": [QA * 51]}}, "must_have.skills.0"),
        ({"application_details": {"url": SITE + "å" * 331}}, "application_details.url"),
    ],
)
async def test_a_text_too_long_to_save_is_refused(client, ad_form, change, field):
    answer = await client.post("/ads", json={**ad_form, **change})

    [violation] = answer.json()["violations"]
    assert violation["field"] == field
    assert violation["code"] in ("string_too_long", "too_long")


@FEW
@given(headline=texts(200), description=texts(10_000), employer=texts(200), word=texts(100), path=texts(1900))
@example(headline="Kock", description="Text", employer="AB", word="Svenska", path="å" * 1900)
@example(headline=QA * 200, description="Text", employer=QA * 200, word=QA * 100, path="")
async def test_an_ad_is_taken_or_refused(client, ad_form, staff, headline, description, employer, word, path):
    form = {
        **ad_form,
        "headline": headline,
        "description": {"text": description},
        "employer": {"name": employer, "organization_number": "556000-4615", "url": SITE + path},
        "must_have": {"skills": [word]},
    }

    answer = await client.post("/ads", **escaped(form))

    if answer.status_code == 201:
        officer = staff("recruitment-officer")
        published = await client.post(f"/ads/{answer.json()['id']}/publication", headers=officer)
        found = await client.get("/ads?limit=100")
        moderated = await client.get("/staff/ads?limit=100", headers=officer)
        assert (published.status_code, found.status_code, moderated.status_code) == (201, 200, 200)
    else:
        assert answer.status_code == 422


@FEW
@given(name=texts(120), local=texts(64))
@example(name=QA * 60, local="kim")
@example(name=QA * 120, local="kim")
@example(name="Kim", local=QA * 32)
async def test_a_registration_is_taken_or_refused(client, announced, registration_form, name, local):
    event_id = await announced()
    form = {**registration_form, "name": name, "email": f"{local}@example.com"}

    answer = await client.post(f"/events/{event_id}/registrations", **escaped(form))

    assert answer.status_code in (201, 422)
