"""A registration is cancelled, and who waits moves up."""

from uuid import uuid4

import pytest

from shared.events import RegistrationCancelled, SeatGiven


async def test_who_has_the_link_of_the_mail_sees_the_registration_and_its_event(client, announced, registered, link_of):
    registration_id = await registered(await announced(), "eva", party_size=2, language="en")

    address, _, secret = (await link_of(registration_id)).rpartition("/")
    shown = await client.get(f"/registrations/{registration_id}", headers={"X-Application-Secret": secret})

    assert address.endswith(f"/en/anmalan/{registration_id}")
    assert (shown.json()["status"], shown.json()["party_size"]) == ("confirmed", 2)
    assert shown.json()["event"]["title"] == "Flytta till Jämtland"
    assert "eva@example.com" not in shown.text


@pytest.mark.parametrize("secret", ["", "fel"])
async def test_without_its_secret_a_registration_is_neither_shown_nor_cancelled(client, announced, registered, secret):
    registration_id = await registered(await announced(), "eva")

    headers = {"X-Application-Secret": secret}
    shown = await client.get(f"/registrations/{registration_id}", headers=headers)
    cancelled = await client.post(f"/registrations/{registration_id}/cancellation", headers=headers)

    assert (shown.status_code, cancelled.status_code) == (404, 404)
    assert shown.json()["code"] == "UnknownRegistration"


async def test_cancelling_frees_the_seats_and_tells_the_others(announced, registered, cancel, seats_taken, published):
    event_id = await announced()
    registration_id = await registered(event_id, "eva", party_size=2)

    response = await cancel(registration_id)

    event = (await published.fetch())[-1]
    assert response.json()["status"] == "cancelled"
    assert isinstance(event, RegistrationCancelled)
    assert (str(event.registration_id), event.party_size, event.by_staff) == (registration_id, 2, False)
    assert await seats_taken(event_id) == 0


async def test_who_waits_gets_the_seats_in_the_order_they_came_as_far_as_they_last(
    announced, registered, cancel, seats_taken, published, client, staff
):
    event_id = await announced(capacity=3)
    first = await registered(event_id, "first", party_size=3)
    large, small, late = [
        await registered(event_id, name, party_size=size) for name, size in (("large", 2), ("small", 1), ("late", 1))
    ]

    await cancel(first)

    given = [str(one.registration_id) for one in await published.fetch() if isinstance(one, SeatGiven)]
    seen = await client.get(f"/staff/events/{event_id}/registrations", headers=staff("recruitment-officer"))
    assert given == [large, small]
    assert [(one["id"], one["status"]) for one in seen.json()["items"]] == [
        (large, "confirmed"),
        (small, "confirmed"),
        (late, "waitlisted"),
    ]
    assert await seats_taken(event_id) == 3


async def test_who_leaves_the_waiting_list_frees_no_seat(announced, registered, cancel, seats_taken, published):
    event_id = await announced(capacity=1)
    await registered(event_id, "first")
    waiting = await registered(event_id, "waiting")

    await cancel(waiting)

    assert await seats_taken(event_id) == 1
    assert isinstance((await published.fetch())[-1], RegistrationCancelled)


async def test_parties_that_wait_since_their_client_took_many_seats_do_not_move_up_by_themselves(
    client_at, announced, registered, registration_form, cancel, seats_taken, published
):
    event_id, greedy = await announced(capacity=100), client_at("203.0.113.9")
    for number in range(4):
        form = {**registration_form, "email": f"made{number}@example.com", "party_size": 10}
        await greedy.post(f"/events/{event_id}/registrations", json=form)
    someone = await registered(event_id, "eva")

    await cancel(someone)

    assert await seats_taken(event_id) == 30
    assert not any(isinstance(event, SeatGiven) for event in await published.fetch())


async def test_an_address_that_cancelled_may_register_again(announced, registered, cancel, seats_taken):
    event_id = await announced()
    await cancel(await registered(event_id, "eva"))

    again = await registered(event_id, "eva")

    assert await seats_taken(event_id) == 1
    assert (await cancel(again)).json()["status"] == "cancelled"


async def test_a_registration_is_cancelled_once(client, announced, registered, link_of):
    registration_id = await registered(await announced(), "eva")
    secret = {"X-Application-Secret": (await link_of(registration_id)).rpartition("/")[2]}
    await client.post(f"/registrations/{registration_id}/cancellation", headers=secret)

    again = await client.post(f"/registrations/{registration_id}/cancellation", headers=secret)
    shown = await client.get(f"/registrations/{registration_id}", headers=secret)

    assert (again.status_code, again.json()["code"]) == (409, "AlreadyCancelled")
    assert shown.json()["status"] == "cancelled"


async def test_nobody_cancels_when_the_event_has_started(announced, registered, cancel, clock_at_noon, seats_taken):
    event_id = await announced()
    registration_id = await registered(event_id, "eva")
    clock_at_noon.pass_time(days=60)

    response = await cancel(registration_id)

    assert (response.status_code, response.json()["code"]) == (409, "TooLateToCancel")
    assert await seats_taken(event_id) == 1


async def test_no_mail_has_a_link_to_what_is_cancelled(internal_client, announced, registered, cancel, staff):
    registration_id = await registered(await announced(), "eva")
    await cancel(registration_id)

    wanted = {"texts": [registration_id]}
    told = await internal_client.post("/contacts/lookup", json=wanted, headers=staff("contact-reader"))

    assert told.json()["texts"] == {}


async def test_who_holds_the_event_cancels_for_somebody(client, announced, registered, staff, published, seats_taken):
    event_id = await announced()
    registration_id = await registered(event_id, "eva")

    address = f"/staff/events/{event_id}/registrations/{registration_id}/cancellation"
    response = await client.post(address, headers=staff("recruitment-officer"))

    assert response.json()["status"] == "cancelled"
    assert (await published.fetch())[-1].by_staff
    assert await seats_taken(event_id) == 0


@pytest.mark.parametrize(
    ("role", "is_there", "status"), [("caseworker", True, 403), ("recruitment-officer", False, 404)]
)
async def test_only_who_holds_the_event_cancels_and_only_what_is_there(
    client, announced, registered, staff, role, is_there, status
):
    event_id, other_event = await announced(), await announced()
    registration_id = await registered(event_id, "eva")

    address = f"/staff/events/{event_id if is_there else other_event}/registrations/{registration_id}/cancellation"
    response = await client.post(address, headers=staff(role))

    assert response.status_code == status


async def test_an_id_that_no_registration_of_the_event_has_is_said_to_be_that_and_suspected_of_nothing(
    client, announced, staff, caplog
):
    address = f"/staff/events/{await announced()}/registrations/{uuid4()}/cancellation"

    response = await client.post(address, headers=staff("recruitment-officer"))

    assert (response.status_code, response.json()["code"]) == (404, "RegistrationNotFound")
    assert "refused" not in caplog.text
