"""Those who hold an event give a seat to who waits for one."""

from uuid import uuid4

import pytest

from shared.events import SeatGiven


@pytest.fixture
def give(client, staff):
    """Gives who waits a seat: `await give(event_id, registration_id)`."""

    def post(event_id, registration_id, role="recruitment-officer"):
        return client.post(f"/staff/events/{event_id}/registrations/{registration_id}/seat", headers=staff(role))

    return post


@pytest.fixture
def held_back(client_at, registration_form):
    """Registers four parties of ten from one client, and gives the id of the last, that waits for its share."""

    async def register(event_id):
        greedy = client_at("203.0.113.9")
        for number in range(4):
            form = {**registration_form, "email": f"made{number}@example.com", "party_size": 10}
            answer = await greedy.post(f"/events/{event_id}/registrations", json=form)
        return answer.json()["id"]

    return register


async def test_staff_give_a_seat_to_a_party_that_is_held_back_and_a_mail_says_so(
    announced, held_back, give, seats_taken, published
):
    event_id = await announced(capacity=100)
    registration_id = await held_back(event_id)

    response = await give(event_id, registration_id)

    event = (await published.fetch())[-1]
    assert response.json() == {"id": registration_id, "status": "confirmed"}
    assert isinstance(event, SeatGiven)
    assert (str(event.registration_id), event.party_size) == (registration_id, 10)
    assert await seats_taken(event_id) == 40


async def test_staff_see_which_parties_are_held_back(client, staff, announced, held_back):
    event_id = await announced(capacity=100)
    registration_id = await held_back(event_id)

    seen = await client.get(f"/staff/events/{event_id}/registrations", headers=staff("recruitment-officer"))

    assert [one["id"] for one in seen.json()["items"] if one["held_back"]] == [registration_id]


async def test_a_party_is_given_no_seats_when_too_few_are_left(announced, registered, give, seats_taken):
    event_id = await announced(capacity=2)
    await registered(event_id, "first", party_size=1)
    large = await registered(event_id, "large", party_size=2)

    refused = await give(event_id, large)

    assert (refused.status_code, refused.json()["code"]) == (409, "TooFewSeats")
    assert await seats_taken(event_id) == 1


async def test_who_has_a_seat_or_has_cancelled_is_given_none(announced, registered, cancel, give, seats_taken):
    event_id = await announced()
    seated, cancelled = await registered(event_id, "eva"), await registered(event_id, "kim")
    await cancel(cancelled)

    answers = [await give(event_id, one) for one in (seated, cancelled)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "NotWaiting")] * 2
    assert await seats_taken(event_id) == 1


async def test_nobody_is_given_a_seat_when_the_event_has_begun(announced, held_back, give, clock_at_noon):
    event_id = await announced(capacity=100)
    registration_id = await held_back(event_id)
    clock_at_noon.pass_time(days=40)

    response = await give(event_id, registration_id)

    assert (response.status_code, response.json()["code"]) == (409, "EventStarted")


async def test_only_who_holds_the_event_gives_a_seat_and_only_to_who_registered_for_it(announced, held_back, give):
    event_id, other_event = await announced(capacity=100), await announced()
    registration_id = await held_back(event_id)

    answers = [
        await give(event_id, registration_id, role="caseworker"),
        await give(other_event, registration_id),
        await give(event_id, uuid4()),
        await give(uuid4(), registration_id),
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 404, 404]
    assert [answer.json()["code"] for answer in answers][1:] == [
        "RegistrationNotFound",
        "RegistrationNotFound",
        "EventNotFound",
    ]
