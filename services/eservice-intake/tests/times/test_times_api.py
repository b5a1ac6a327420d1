"""Times with the business guide: each is booked for one case, moved and cancelled."""

from datetime import timedelta

from shared.events import TimeBooked, TimeCancelled, TimeComing

from ..cases import received, secret_of
from .booking import HALF_AN_HOUR, THURSDAY, asked, book, clock_strikes, free, reminders


async def test_times_that_staff_open_in_a_row_can_be_booked_by_anybody(client, slots):
    listed = (await client.get("/slots", params={"eservice": "foretagslots"})).json()["items"]

    assert [slot["id"] for slot in listed] == slots
    assert listed[1] == {
        "id": slots[1],
        "starts_at": "2026-12-03T08:30:00Z",
        "ends_at": "2026-12-03T09:00:00Z",
        "place": "Rådhuset",
    }


async def test_a_booked_time_is_not_free_and_the_others_are_told_without_personal_data(client, slots, receipt, told):
    answer = await book(client, receipt, slots[0])

    [event] = await told()
    assert (answer.status_code, answer.json()["host_name"]) == (200, "Nora Vik")
    assert await free(client) == slots[1:]
    assert (event.starts_at, event.moved, str(event.slot_id)) == (THURSDAY, False, slots[0])
    for word in ("Karin", "Nora", "Rådhuset"):
        assert word not in event.model_dump_json()


async def test_a_time_is_booked_once(client, slots, receipt):
    await book(client, receipt, slots[0])

    refused = await book(client, await asked(client), slots[0])

    assert (refused.status_code, refused.json()["code"]) == (409, "SlotTaken")


async def test_another_time_takes_the_place_of_the_earlier_which_is_free_then(client, slots, receipt, told):
    await book(client, receipt, slots[0])
    await book(client, receipt, slots[1])

    shown = await client.get(f"/applications/{receipt['reference']}/booking", headers=secret_of(receipt))
    assert shown.json()["id"] == slots[1]
    assert await free(client) == slots[:1]
    assert [event.moved for event in await told()] == [False, True]


async def test_the_same_time_again_changes_nothing(client, slots, receipt, told):
    answers = [await book(client, receipt, slots[0]) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await told()) == 1


async def test_a_cancelled_time_is_free_and_the_case_goes_on(client, slots, receipt, told):
    await book(client, receipt, slots[0])
    path = f"/applications/{receipt['reference']}"

    cancelled = await client.post(f"{path}/booking/cancellation", headers=secret_of(receipt))

    case = (await client.get(path, headers=secret_of(receipt))).json()
    assert (cancelled.status_code, case["status"]) == (200, "received")
    assert await free(client) == slots
    assert [line["what"] for line in case["progress"]["history"]] == ["received", "book_time", "cancel_time"]
    assert [type(event) for event in await told()] == [TimeBooked, TimeCancelled]


async def test_a_withdrawn_case_gives_its_time_to_others(client, slots, receipt):
    await book(client, receipt, slots[0])

    await client.post(f"/applications/{receipt['reference']}/withdrawal", headers=secret_of(receipt))

    assert await free(client) == slots


async def test_the_link_in_the_mail_opens_moves_and_cancels_the_time(client, slots, receipt, link):
    await book(client, receipt, slots[0])
    path, secret = await link()

    shown = await client.get(path, headers=secret)
    moved = await client.post(f"{path}/move", json={"slot_id": slots[1]}, headers=secret)
    other, new_secret = await link()
    cancelled = await client.post(f"{other}/cancellation", headers=new_secret)

    assert (shown.json()["reference"], shown.json()["place"]) == (receipt["reference"], "Rådhuset")
    assert (moved.json()["id"], cancelled.status_code) == (slots[1], 200)
    assert await free(client) == slots


async def test_the_link_of_a_time_that_was_given_up_opens_nothing_not_even_for_the_next_who_books_it(
    client, slots, receipt, link
):
    await book(client, receipt, slots[0])
    path, secret = await link()
    await book(client, receipt, slots[1])
    await book(client, await asked(client), slots[0])

    refused = await client.get(path, headers=secret)

    assert (refused.status_code, refused.json()["code"]) == (404, "UnknownSlot")


async def test_the_reminder_comes_the_day_before_and_once(client, database, slots, receipt, told):
    await book(client, receipt, slots[0])

    for at in (THURSDAY - timedelta(days=1, minutes=1), THURSDAY - timedelta(days=1), THURSDAY - timedelta(hours=5)):
        await clock_strikes(database, at)

    assert [type(event) for event in await told()] == [TimeBooked, TimeComing]


async def test_a_time_that_was_cancelled_is_not_reminded_of(client, database, slots, receipt, told):
    await book(client, receipt, slots[0])
    await client.post(f"/applications/{receipt['reference']}/booking/cancellation", headers=secret_of(receipt))

    waiting = await reminders(database)
    await clock_strikes(database, THURSDAY - timedelta(hours=5))

    assert waiting == []
    assert not any(isinstance(event, TimeComing) for event in await told())


async def test_who_books_the_day_before_is_not_reminded_the_same_day(client, database, clock, slots, receipt, told):
    clock.at = THURSDAY - timedelta(hours=20)
    await book(client, receipt, slots[0])

    await clock_strikes(database, THURSDAY - timedelta(hours=1))

    assert [type(event) for event in await told()] == [TimeBooked]


async def test_a_time_that_has_begun_is_neither_listed_booked_nor_cancelled(client, clock, slots, receipt):
    await book(client, receipt, slots[0])
    clock.at = THURSDAY + HALF_AN_HOUR

    late = await book(client, receipt, slots[1])
    cancelled = await client.post(
        f"/applications/{receipt['reference']}/booking/cancellation", headers=secret_of(receipt)
    )

    assert await free(client) == []
    assert (late.json()["code"], cancelled.json()["code"]) == ("SlotPassed", "SlotPassed")


async def test_times_are_for_eservices_that_have_them_and_of_the_unit(client, clock, slots):
    complaint = await received(client)

    refused = await book(client, complaint, slots[0])

    assert (refused.status_code, refused.json()["code"]) == (409, "NotBookable")
