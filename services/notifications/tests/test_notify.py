from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import select
from uuid_utils.compat import uuid7

from notifications.models.deliveries import DELIVERY, KEEP_TRYING, Delivery, DeliveryStatus
from notifications.models.tasks import Task
from shared.clock import day_in_sweden, now
from shared.database import Database
from shared.events import ApplicationSubmitted, InterestRegistered, Language

from .events import handle, handle_anew


def application() -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=uuid7(),
        reference="K7M4-P2XR",
        eservice="food-registration",
        title={Language.SWEDISH: "Registrera livsmedelsverksamhet"},
        kind="registrering",
        unit="livsmedel",
        language=Language.SWEDISH,
        applicant_contact_id=uuid7(),
    )


async def kept(database: Database) -> tuple[list[Delivery], list[Task]]:
    async with database.reading() as session:
        return list(await session.exec(select(Delivery))), list(await session.exec(select(Task)))


async def test_an_event_becomes_a_mail_to_send_and_a_task(database: Database):
    event = application()

    await handle(database, event)

    [delivery], [task] = await kept(database)
    assert (delivery.event_id, delivery.about) == (event.event_id, str(event.application_id))
    assert (delivery.publisher, delivery.contact_id) == ("eservice-intake", event.applicant_contact_id)
    assert (delivery.template, delivery.text_id) == ("application_received", event.application_id)
    assert delivery.context == {
        "reference": "K7M4-P2XR",
        "kind": "registrering",
        "title": "Registrera livsmedelsverksamhet",
        "received_on": day_in_sweden(event.occurred_at).isoformat(),
        "due_on": "",
        "earliest_start_on": "",
    }
    assert delivery.status is DeliveryStatus.QUEUED
    assert (task.event_id, task.about, task.queue) == (event.event_id, str(event.application_id), "livsmedel")


async def test_the_same_event_twice_has_one_effect(database: Database):
    event = application()

    await handle(database, event, event)
    await handle(database, event)

    deliveries, tasks = await kept(database)
    assert (len(deliveries), len(tasks)) == (1, 1)


async def test_an_event_replayed_after_the_inbox_forgot_it_has_one_effect(database: Database):
    event = application()
    await handle(database, event)

    await handle_anew(database, event, application())

    deliveries, tasks = await kept(database)
    assert (len(deliveries), len(tasks)) == (2, 2)


async def test_people_and_what_they_wrote_are_kept_by_id_only(database: Database):
    event = InterestRegistered(
        house_id=uuid7(), interest_id=uuid7(), owner_contact_id=uuid7(), seeker_contact_id=uuid7()
    )

    await handle(database, event)

    deliveries, _ = await kept(database)
    relayed = next(delivery for delivery in deliveries if delivery.template == "interest_relayed")
    assert (relayed.publisher, relayed.contact_id) == ("housing", event.owner_contact_id)
    assert (relayed.text_id, relayed.context) == (event.interest_id, {"reference": str(event.house_id)})


async def test_a_batch_of_500_is_handled_in_one_transaction(database: Database):
    await handle(database, *(application() for _ in range(500)))

    deliveries, tasks = await kept(database)
    assert (len(deliveries), len(tasks)) == (500, 500)


def interest(owner: UUID) -> InterestRegistered:
    return InterestRegistered(house_id=uuid7(), interest_id=uuid7(), owner_contact_id=owner, seeker_contact_id=uuid7())


async def relayed_hours(database: Database, since: datetime) -> Counter[int]:
    """How many messages may go in each hour."""
    return Counter((one.next_attempt_at - since) // timedelta(hours=1) for one in await relayed(database))


async def relayed(database: Database) -> list[Delivery]:
    deliveries, _ = await kept(database)
    return [one for one in deliveries if one.template == "interest_relayed"]


async def test_messages_to_an_owner_go_at_the_pace_that_one_reads_and_none_is_lost(database: Database):
    started, owner = now(), uuid7()

    await handle(database, *(interest(owner) for _ in range(30)))
    await handle(database, *(interest(owner) for _ in range(25)))

    assert await relayed_hours(database, started) == {0: 20, 1: 20, 2: 15}
    assert {one.expires_at - one.next_attempt_at for one in await relayed(database)} == {KEEP_TRYING}


async def test_an_owner_whom_few_write_to_waits_for_nobody(database: Database):
    started, others = now(), [uuid7() for _ in range(3)]

    await handle(database, *(interest(owner) for owner in [uuid7()] * 50 + others))

    assert await relayed_hours(database, started) == {0: 23, 1: 20, 2: 10}


async def test_a_message_that_went_an_hour_ago_keeps_none_waiting(database: Database):
    owner, started = uuid7(), now()
    await handle(database, *(interest(owner) for _ in range(20)))
    async with database.transaction() as tx:
        gone = DELIVERY.update().values(next_attempt_at=started - timedelta(minutes=61))
        await (await tx.connection()).execute(gone)

    await handle(database, interest(owner))

    assert await relayed_hours(database, started) == {-2: 20, 0: 1}


async def test_receipts_are_not_paced(database: Database):
    seeker, started = uuid7(), now()
    events = [interest(uuid7()).model_copy(update={"seeker_contact_id": seeker}) for _ in range(50)]

    await handle(database, *events)

    deliveries, _ = await kept(database)
    assert {one.next_attempt_at - started < timedelta(minutes=1) for one in deliveries} == {True}
