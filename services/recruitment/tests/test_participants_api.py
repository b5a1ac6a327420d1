"""Who comes, for those who hold the event."""

from uuid import uuid4

import pytest
from sqlmodel import select

from shared.tables import AuditEntry
from testkit.pages import pages_of


@pytest.fixture
def officer(staff):
    return staff("recruitment-officer", subject="rita")


async def test_staff_see_who_comes_and_who_waits_in_the_order_they_registered(
    client, announced, registration_form, officer, clock_at_noon
):
    event_id = await announced(capacity=3)
    await client.post(f"/events/{event_id}/registrations", json={**registration_form, "party_size": 2})
    clock_at_noon.pass_time(minutes=1)
    await client.post(
        f"/events/{event_id}/registrations",
        json={**registration_form, "name": "Per Sen", "email": "per@example.com", "party_size": 2},
    )

    pages = await pages_of(client, f"/staff/events/{event_id}/registrations", headers=officer)

    [[first], [second]] = pages
    assert (first["name"], first["email"], first["status"], first["party_size"]) == (
        "Kim Kandidat",
        "Kim@example.com",
        "confirmed",
        2,
    )
    assert (second["name"], second["status"]) == ("Per Sen", "waitlisted")
    assert "contact" not in str(first)


async def test_staff_see_the_seats_as_they_are_and_how_many_wait(client, announced, registration_form, officer):
    event_id = await announced(capacity=3)
    for email, size in (("a@example.com", 2), ("b@example.com", 2), ("c@example.com", 3)):
        form = {**registration_form, "email": email, "party_size": size}
        await client.post(f"/events/{event_id}/registrations", json=form)

    shown = (await client.get(f"/staff/events/{event_id}", headers=officer)).json()
    listed = (await client.get("/staff/events", headers=officer)).json()

    assert (shown["seats_taken"], shown["seats_left"], shown["waiting"]) == (2, 1, 5)
    assert [one for one in listed["items"] if one["id"] == event_id] == [shown]


async def test_an_event_that_is_over_is_listed_after_those_to_come(client, announced, officer, clock_at_noon):
    sooner = await announced(starts_at="2026-05-20T18:00:00+02:00", ends_at="2026-05-20T20:00:00+02:00")
    later = await announced()
    clock_at_noon.pass_time(days=25)

    listed = await client.get("/staff/events", headers=officer)

    assert [one["id"] for one in listed.json()["items"]] == [later, sooner]


async def test_that_the_participants_were_read_is_kept(client, announced, officer, database):
    event_id = await announced()

    await client.get(f"/staff/events/{event_id}/registrations", headers=officer)

    async with database.reading() as session:
        entries = await session.exec(select(AuditEntry).where(AuditEntry.action == "read participants"))
        assert [(entry.who, entry.details) for entry in entries] == [("rita", {"event": event_id})]


@pytest.mark.parametrize("path", ["", "/registrations"])
@pytest.mark.parametrize(("roles", "status"), [((), 401), (("housing-officer",), 403), (("recruitment-officer",), 404)])
async def test_only_those_who_hold_events_see_who_comes(client, staff, path, roles, status):
    response = await client.get(f"/staff/events/{uuid4()}{path}", headers=staff(*roles) if roles else {})

    assert response.status_code == status
