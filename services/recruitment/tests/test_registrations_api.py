"""How people register for an event."""

from uuid import UUID, uuid4

import pytest

from shared.events import EventAnnounced, EventRegistered, RegistrationRepeated
from testkit.forms import codes


async def test_registering_gives_a_seat_and_tells_the_others(client, announced, registration_form, published):
    event_id = await announced()

    response = await client.post(f"/events/{event_id}/registrations", json=registration_form)

    registered = (await published.fetch())[-1]
    assert response.status_code == 201
    assert response.json()["status"] == "confirmed"
    assert isinstance(registered, EventRegistered)
    assert registered.registration_id == UUID(response.json()["id"])
    assert (registered.status, registered.party_size) == ("confirmed", 1)


async def test_the_mailer_is_told_how_to_reach_the_participant(
    client, internal_client, announced, registration_form, staff, published
):
    await client.post(f"/events/{await announced()}/registrations", json=registration_form)
    participant = str((await published.fetch())[-1].participant_contact_id)

    response = await internal_client.post(
        "/contacts/lookup", json={"contacts": [participant]}, headers=staff("contact-reader")
    )

    assert response.json()["contacts"] == {participant: {"email": "Kim@example.com", "language": "en"}}


async def test_who_the_participant_is_is_in_no_event_and_in_no_answer(client, announced, registration_form, published):
    event_id = await announced()

    receipt = await client.post(f"/events/{event_id}/registrations", json=registration_form)

    shown = await client.get(f"/events/{event_id}")
    on_the_wire = " ".join(event.model_dump_json() for event in await published.fetch())
    for secret in ("Kandidat", "Kim@example.com"):
        assert secret not in receipt.text + shown.text + on_the_wire


async def test_a_party_that_does_not_fit_waits_together(client, announced, registration_form, published, seats_taken):
    event_id = await announced(capacity=3)
    await client.post(f"/events/{event_id}/registrations", json={**registration_form, "party_size": 2})

    response = await client.post(
        f"/events/{event_id}/registrations", json={**registration_form, "email": "par@example.com", "party_size": 2}
    )

    assert response.json()["status"] == "waitlisted"
    assert (await published.fetch())[-1].status == "waitlisted"
    assert await seats_taken(event_id) == 2


async def test_an_address_registers_once_for_an_event_however_it_is_spelled(
    client, announced, registration_form, published, seats_taken
):
    event_id, other_event_id = await announced(), await announced()
    await client.post(f"/events/{event_id}/registrations", json=registration_form)

    await client.post(f"/events/{event_id}/registrations", json={**registration_form, "email": "kIM@EXAMPLE.com"})
    await client.post(f"/events/{other_event_id}/registrations", json=registration_form)

    kinds = [type(event) for event in await published.fetch()]
    assert kinds == [EventAnnounced, EventAnnounced, EventRegistered, RegistrationRepeated, EventRegistered]
    assert [await seats_taken(one) for one in (event_id, other_event_id)] == [1, 1]


async def test_only_the_owner_of_an_address_is_told_that_it_is_registered_already(
    client, announced, registration_form, published
):
    event_id = await announced(capacity=30)
    registrations, shown = f"/events/{event_id}/registrations", f"/events/{event_id}"
    await client.post(registrations, json={**registration_form, "party_size": 2})
    before = await client.get(shown)

    known = await client.post(registrations, json={**registration_form, "name": "X", "language": "sv"})
    between = await client.get(shown)
    unknown = await client.post(registrations, json={**registration_form, "email": "eva@example.com"})
    after = await client.get(shown)

    assert (known.status_code, unknown.status_code) == (201, 201)
    assert without_ids(known) == without_ids(unknown)
    assert before.json() == between.json() == after.json()
    first, repeated, _ = (await published.fetch())[1:]
    assert isinstance(repeated, RegistrationRepeated)
    assert repeated.participant_contact_id == first.participant_contact_id
    assert (repeated.status, repeated.party_size) == ("confirmed", 2)
    assert str(repeated.registration_id) == known.json()["id"]


@pytest.mark.parametrize(
    ("party_size", "days_later", "code"),
    [(4, 0, "PartyTooLarge"), (1, 60, "EventStarted"), (1, 9, "RegistrationClosed")],
)
async def test_a_registration_that_is_refused_is_refused_alike_for_every_address(
    client, announced, registration_form, clock_at_noon, party_size, days_later, code
):
    closes = "2026-05-10T12:00:00+02:00" if code == "RegistrationClosed" else None
    event_id = await announced(capacity=3, registration_closes_at=closes)
    await client.post(f"/events/{event_id}/registrations", json=registration_form)
    clock_at_noon.pass_time(days=days_later)

    known, unknown = [
        await client.post(
            f"/events/{event_id}/registrations", json={**registration_form, "email": email, "party_size": party_size}
        )
        for email in (registration_form["email"], "eva@example.com")
    ]

    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.json()["code"] == code


def without_ids(receipt):
    """What the receipt says, but for what is different in any two."""
    return {name: value for name, value in receipt.json().items() if name not in ("id", "registered_at")}


async def test_a_retry_with_the_same_key_gets_the_first_answer(client, announced, registration_form, published):
    event_id = await announced()
    headers = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"/events/{event_id}/registrations", json=registration_form, headers=headers)
    second = await client.post(f"/events/{event_id}/registrations", json=registration_form, headers=headers)

    assert (second.status_code, second.json()) == (201, first.json())
    assert len(await published.fetch()) == 2


async def test_nobody_registers_for_an_event_that_has_started(client, announced, registration_form, clock_at_noon):
    event_id = await announced()
    clock_at_noon.pass_time(days=60)

    response = await client.post(f"/events/{event_id}/registrations", json=registration_form)

    assert (response.status_code, response.json()["code"]) == (409, "EventStarted")


async def test_nobody_registers_when_registration_has_closed(client, announced, registration_form, clock_at_noon):
    event_id = await announced(registration_closes_at="2026-05-10T12:00:00+02:00")
    clock_at_noon.pass_time(days=9)

    response = await client.post(f"/events/{event_id}/registrations", json=registration_form)

    assert (response.status_code, response.json()["code"]) == (409, "RegistrationClosed")


async def test_a_party_larger_than_the_event_is_told_so(client, announced, registration_form):
    event_id = await announced(capacity=3)

    response = await client.post(f"/events/{event_id}/registrations", json={**registration_form, "party_size": 4})

    assert (response.status_code, response.json()["code"]) == (409, "PartyTooLarge")


async def test_only_a_registration_that_succeeds_counts_its_address(
    client, announced, registration_form, one_mail_an_hour
):
    event_id = await announced()

    await client.post(f"/events/{uuid4()}/registrations", json=registration_form)
    await client.post(f"/events/{event_id}/registrations", json={**registration_form, "party_size": 4})
    response = await client.post(f"/events/{event_id}/registrations", json=registration_form)

    assert response.status_code == 201


async def test_an_address_that_has_had_its_share_takes_no_seat(
    client, announced, registration_form, one_mail_an_hour, seats_taken
):
    event_id, other_event_id = await announced(), await announced()
    await client.post(f"/events/{event_id}/registrations", json=registration_form)

    response = await client.post(f"/events/{other_event_id}/registrations", json=registration_form)

    assert (response.status_code, response.json()["code"]) == (429, "TooManyMails")
    assert await seats_taken(other_event_id) == 0


async def test_one_client_does_not_take_all_seats_of_an_event(
    client_at, announced, registration_form, published, seats_taken
):
    event_id = await announced(capacity=100)
    stranger, resident = client_at("203.0.113.7"), client_at("203.0.113.8")
    registrations = f"/events/{event_id}/registrations"

    taken = [
        await stranger.post(
            registrations, json={**registration_form, "email": f"x{number}@example.com", "party_size": 10}
        )
        for number in range(10)
    ]
    residents = await resident.post(registrations, json={**registration_form, "party_size": 4})

    assert [answer.json()["status"] for answer in taken] == ["confirmed"] * 3 + ["waitlisted"] * 7
    assert residents.json()["status"] == "confirmed"
    assert await seats_taken(event_id) == 34


async def test_seats_that_were_refused_are_not_counted(client_at, announced, registration_form):
    event_id, resident = await announced(capacity=9), client_at("203.0.113.9")
    registrations = f"/events/{event_id}/registrations"
    for _ in range(4):
        await resident.post(registrations, json={**registration_form, "party_size": 10})

    response = await resident.post(registrations, json={**registration_form, "party_size": 9})

    assert response.json()["status"] == "confirmed"


async def test_nobody_registers_for_an_event_that_does_not_exist(client, registration_form):
    response = await client.post(f"/events/{uuid4()}/registrations", json=registration_form)

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"party_size": 11}, ("party_size", "less_than_equal")),
        ({"role": "vip"}, ("role", "enum")),
        ({"email": "kim"}, ("email", "email")),
        ({"name": " "}, ("name", "string_too_short")),
    ],
)
async def test_a_malformed_registration_is_refused(client, announced, registration_form, change, code):
    event_id = await announced()

    response = await client.post(f"/events/{event_id}/registrations", json={**registration_form, **change})

    assert response.status_code == 422
    assert codes(response) == {code}
