from sqlmodel import select
from uuid_utils.compat import uuid7

from notifications.models import Delivery, DeliveryStatus, Task
from notifications.subscribers import notify
from shared.database import Database
from shared.events import AnyEvent, ApplicationSubmitted, InterestRegistered, Language
from shared.tables import INBOX


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


async def handle(database: Database, *events: AnyEvent) -> None:
    async with database.transaction() as tx:
        await notify(list(events), tx)


async def kept(database: Database) -> tuple[list[Delivery], list[Task]]:
    async with database.reading() as session:
        return list(await session.exec(select(Delivery))), list(await session.exec(select(Task)))


async def test_an_event_becomes_a_mail_to_send_and_a_task(database: Database):
    event = application()

    await handle(database, event)

    [delivery], [task] = await kept(database)
    assert (delivery.event_id, delivery.about) == (event.event_id, str(event.application_id))
    assert (delivery.publisher, delivery.contact_id) == ("eservice-intake", event.applicant_contact_id)
    assert (delivery.template, delivery.text_id) == ("application_received", None)
    assert delivery.context == {
        "reference": "K7M4-P2XR",
        "kind": "registrering",
        "title": "Registrera livsmedelsverksamhet",
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
    async with database.transaction() as tx:
        await (await tx.connection()).execute(INBOX.delete())

    await handle(database, event, application())

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
