"""Ads that are published: who finds them, and until when."""

from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from recruitment.models.ads import Ad
from shared.events import AdPublished
from testkit.pages import pages_of


def ids(response):
    return [item["id"] for item in response.json()["items"]]


async def test_an_ad_is_not_shown_before_it_is_published(client, posted):
    ad_id = await posted()

    shown = await client.get(f"/ads/{ad_id}")
    found = await client.get("/ads")

    assert shown.status_code == 404
    assert ad_id not in ids(found)


async def test_a_live_ad_is_shown_without_the_companys_own_address(client, live, ad_form):
    ad_id = await live()

    shown = await client.get(f"/ads/{ad_id}")
    found = await client.get("/ads")

    ad = shown.json()
    assert found.json() == {"items": [ad], "next": None}
    assert "chef@example.com" not in shown.text
    assert ad["description"] == ad_form["description"]
    assert ad["employer"] == {
        **ad_form["employer"],
        "organization_number": "5560004615",
        "country": None,
        "url": "https://example.com/",
    }
    assert ad["publication_date"] == "2026-05-01T10:00:00Z"
    assert (ad["last_publication_date"], ad["removed"]) == ("2026-05-31", False)


async def test_a_sole_traders_number_is_not_shown(client, live, ad_form):
    employer = {"name": "Enskild firma", "organization_number": "811218-9876"}
    ad_id = await live(employer=employer)

    shown = await client.get(f"/ads/{ad_id}")

    assert shown.json()["employer"]["organization_number"] is None


async def test_of_a_company_abroad_the_country_is_shown_and_its_number_to_staff_alone(client, live, staff):
    ad_id = await live(employer={"name": "Hirvi Oy"}, foreign_company={"country": "FI", "number": " 1234567–8 "})

    shown = await client.get(f"/ads/{ad_id}")
    seen = await client.get(f"/staff/ads/{ad_id}", headers=staff("recruitment-officer"))

    assert shown.json()["employer"] == {
        "name": "Hirvi Oy",
        "organization_number": None,
        "country": "FI",
        "url": None,
    }
    assert "1234567" not in shown.text
    assert seen.json()["foreign_company"] == {"country": "FI", "number": "1234567-8"}


async def test_an_ad_of_a_company_abroad_can_be_read_by_the_version_before(live, database):
    await live(employer={"name": "Hirvi Oy"}, foreign_company={"country": "FI", "number": "1234567-8"})

    async with database.reading() as session:
        [kept] = (await session.exec(sa.select(sa.type_coerce(Ad.employer, sa.JSON)))).scalars()

    assert kept["organization_number"] == ""


async def test_an_ad_lives_through_its_last_day_in_swedish_time_and_then_it_is_gone(client, live, clock_at_noon):
    ad_id = await live(application_deadline="2026-05-01")

    clock_at_noon.pass_time(hours=11, minutes=59)
    late_evening = await client.get(f"/ads/{ad_id}")
    clock_at_noon.pass_time(minutes=1)
    midnight = await client.get(f"/ads/{ad_id}")
    found = await client.get("/ads")

    assert late_evening.status_code == 200
    assert midnight.status_code == 410
    assert midnight.json()["code"] == "AdExpired"
    assert ad_id not in ids(found)


async def test_an_ad_that_was_never_published_is_not_found_after_its_deadline_either(client, posted, clock_at_noon):
    ad_id = await posted()

    clock_at_noon.pass_time(days=60)

    assert (await client.get(f"/ads/{ad_id}")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"sector": "it"},
        {"occupation": "2512"},
        {"occupation": "25"},
        {"q": "ÅSARNA utvecklare"},
        {"q": "100%"},
        {"sector": "it", "occupation": "2512", "q": "python"},
    ],
)
async def test_ads_can_be_searched(client, live, query):
    await live()
    ad_id = await live(
        headline="Utvecklare i Åsarna",
        sector="it",
        occupation={"label": "Utvecklare", "ssyk": "2512"},
        description={"text": "Python, 100% distans."},
    )

    found = await client.get("/ads", params=query)

    assert ids(found) == [ad_id]


async def test_a_search_without_a_hit_finds_nothing(client, live):
    await live()

    found = await client.get("/ads", params={"q": "kock astronaut"})

    assert found.json() == {"items": [], "next": None}


async def test_ads_come_newest_first_in_pages(client, live, clock_at_noon):
    older = await live()
    clock_at_noon.pass_time(minutes=1)
    newer = await live()

    pages = await pages_of(client, "/ads")

    assert [[ad["id"] for ad in page] for page in pages] == [[newer], [older]]


@pytest.mark.parametrize("query", ["sector=gruvor", "occupation=kock", "limit=0", "q=%00", "colour=red"])
async def test_a_filter_that_means_nothing_is_refused(client, query):
    response = await client.get(f"/ads?{query}")

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == query.split("=")[0]


async def test_publishing_tells_the_others(client, live, published):
    ad_id = await live()

    event = (await published.fetch())[-1]
    assert isinstance(event, AdPublished)
    assert event.ad_id == UUID(ad_id)
    assert event.application_deadline == date(2026, 5, 31)


async def test_an_ad_is_published_once(client, live, staff, published):
    ad_id = await live()

    response = await client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))

    assert response.status_code == 409
    assert response.json()["code"] == "AlreadyPublished"
    assert len(await published.fetch()) == 2


async def test_an_ad_whose_deadline_has_passed_cannot_be_published(client, posted, staff, clock_at_noon, published):
    ad_id = await posted()
    clock_at_noon.pass_time(days=60)

    response = await client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))

    assert response.status_code == 409
    assert response.json()["code"] == "DeadlinePassed"
    assert len(await published.fetch()) == 1


async def test_an_ad_that_does_not_exist_cannot_be_published(client, staff):
    response = await client.post(f"/ads/{uuid4()}/publication", headers=staff("recruitment-officer"))

    assert response.status_code == 404


async def test_moderators_see_what_waits_for_them_with_the_companys_address(client, posted, live, staff):
    waiting = await posted()
    await live()

    response = await client.get("/staff/ads?status=posted", headers=staff("recruitment-officer"))

    assert ids(response) == [waiting]
    assert response.json()["items"][0]["contact_email"] == "chef@example.com"


async def test_a_moderator_sees_one_ad_as_everybody_will_before_it_is_published(client, posted, staff):
    ad_id = await posted()

    reviewed = (await client.get(f"/staff/ads/{ad_id}", headers=staff("recruitment-officer"))).json()
    await client.post(f"/ads/{ad_id}/publication", headers=staff("recruitment-officer"))
    shown = (await client.get(f"/ads/{ad_id}")).json()

    assert reviewed["contact_email"] == "chef@example.com"
    assert reviewed["public"] == shown


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("caseworker",), 403), (("recruitment-officer",), 404)])
async def test_one_ad_that_is_not_there_is_told_to_moderators_alone(client, staff, roles, status):
    response = await client.get(f"/staff/ads/{uuid4()}", headers=staff(*roles) if roles else {})

    assert response.status_code == status
