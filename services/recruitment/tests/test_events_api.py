from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recruitment.models.events import RecruitmentEvent
from shared.events import EventAnnounced
from testkit.forms import codes


async def test_announcing_tells_the_others(client, event_form, staff, published):
    response = await client.post("/events", json=event_form, headers=staff("recruitment-officer"))

    [event] = await published.fetch()
    assert response.status_code == 201
    assert response.json()["seats_left"] == 3
    assert isinstance(event, EventAnnounced)
    assert event.recruitment_event_id == UUID(response.json()["id"])
    assert (event.title, event.capacity) == ("Flytta till Jämtland", 3)


async def test_an_event_in_the_past_is_not_announced(client, event_form, staff, published, clock_at_noon):
    clock_at_noon.pass_time(days=60)

    response = await client.post("/events", json=event_form, headers=staff("recruitment-officer"))

    assert response.status_code == 422
    assert codes(response) == {("starts_at", "starts_too_early")}
    assert await published.fetch() == []


async def test_a_time_without_its_zone_is_refused(client, event_form, staff):
    form = {**event_form, "starts_at": "2026-06-01T18:00:00"}

    response = await client.post("/events", json=form, headers=staff("recruitment-officer"))

    assert codes(response) == {("starts_at", "timezone_aware")}


async def test_upcoming_events_are_listed_soonest_first_with_the_seats_left(
    client, announced, registration_form, clock_at_noon
):
    later = await announced(kind="course")
    sooner = await announced(starts_at="2026-05-20T18:00:00+02:00", ends_at="2026-05-20T20:00:00+02:00")
    await client.post(f"/events/{sooner}/registrations", json={**registration_form, "party_size": 3})

    upcoming = await client.get("/events")
    courses = await client.get("/events?kind=course")
    clock_at_noon.pass_time(days=20)
    after_the_first = await client.get("/events")

    assert [(event["id"], event["seats_left"]) for event in upcoming.json()["items"]] == [(sooner, 0), (later, 3)]
    assert [event["id"] for event in courses.json()["items"]] == [later]
    assert [event["id"] for event in after_the_first.json()["items"]] == [later]


async def test_an_event_is_shown(client, announced):
    event_id = await announced()

    shown = await client.get(f"/events/{event_id}")
    unknown = await client.get(f"/events/{uuid4()}")

    assert (shown.json()["title"], shown.json()["starts_at"]) == ("Flytta till Jämtland", "2026-06-01T16:00:00Z")
    assert unknown.status_code == 404


async def test_the_database_itself_refuses_more_seats_than_there_are(announced, database):
    event_id = UUID(await announced(capacity=3))
    oversell = sa.update(RecruitmentEvent).where(RecruitmentEvent.id == event_id).values(seats_taken=4)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await (await tx.connection()).execute(oversell)


async def test_what_the_document_has_as_examples_is_accepted(client, staff, example):
    ad = await client.post("/ads", json=example("/ads"))
    event = await client.post("/events", json=example("/events"), headers=staff("recruitment-officer"))
    seats = f"/events/{event.json()['id']}/registrations"
    registration = await client.post(seats, json=example("/events/{event_id}/registrations"))

    assert (ad.status_code, event.status_code, registration.status_code) == (201, 201, 201)
