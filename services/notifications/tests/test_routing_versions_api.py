"""Queues, and whose each event is, are changed by two people while all runs."""

import pytest
from faststream.kafka import KafkaRouter
from sqlmodel import select
from uuid_utils.compat import uuid7

from bus.consumer import create_consumer
from definitions.published import Published
from notifications.app import settings
from notifications.models.tasks import Task
from notifications.rules import unit_of
from notifications.rules.routing import PUBLISHED, Routings
from shared.events import ApplicationSubmitted, CaseMessageSent, CaseMoved, HouseSubmitted, Language

from .events import handle

SOURCE = PUBLISHED.seeds["routing"].source
BUILDING = SOURCE.replace("queues:\n", "queues:\n  stadsbyggnad: {sv: Stadsbyggnad, en: Building}\n", 1)
MEANT = BUILDING.replace("unit: stadsbyggnad, queue: registrator", "unit: stadsbyggnad, queue: stadsbyggnad")
HOUSES_TO_REGISTRAR = SOURCE.replace("houses: boende", "houses: registrator").partition("\ngolden:")[0]
CASE = {
    "application_id": uuid7(),
    "reference": "K7M4-P2XR",
    "eservice": "bygglov",
    "kind": "ansokan",
    "language": Language.SWEDISH,
    "applicant_contact_id": None,
}
pytestmark = pytest.mark.usefixtures("definitions")


def application(**about):
    return ApplicationSubmitted(**{**CASE, "unit": "stadsbyggnad", "title": {}, **about})


async def waiting(database):
    async with database.reading() as session:
        return sorted((task.queue, task.status) for task in await session.exec(select(Task)))


async def test_a_queue_is_added_and_its_units_cases_come_to_it(client, definitions, database, staff):
    await definitions.publish(MEANT)

    await handle(database, application())

    listed = await client.get("/queues", headers=staff("caseworker", units=["stadsbyggnad"]))
    [queue] = listed.json()["items"]
    assert (queue["title"], queue["open"]["count"]) == ("Stadsbyggnad", 1)


async def test_what_happens_to_houses_comes_to_the_queue_that_is_published(definitions):
    house = HouseSubmitted(house_id=uuid7(), owner_contact_id=uuid7())
    before = unit_of(house)

    await definitions.publish(HOUSES_TO_REGISTRAR)

    assert (before, unit_of(house)) == ("boende", "registrator")


async def test_a_task_stays_in_the_queue_where_it_waits(definitions, database):
    await handle(database, application())
    await definitions.publish(MEANT)

    await handle(database, CaseMessageSent(**CASE, unit="stadsbyggnad", message_id=uuid7(), by_applicant=True))

    assert await waiting(database) == [("registrator", "open")]


async def test_a_case_that_moves_comes_to_the_queue_that_there_is_then(definitions, database):
    await handle(database, application(unit="halsoskydd"))
    await definitions.publish(MEANT)

    await handle(database, CaseMoved(**CASE, unit="stadsbyggnad", from_unit="halsoskydd"))

    assert await waiting(database) == [("halsoskydd", "done"), ("stadsbyggnad", "open")]


async def test_a_queue_is_not_left_out(definitions, karin):
    shorter = SOURCE.replace("  avfall: {sv: Avfall och renhållning, en: Waste}\n", "")

    refused = await definitions.upload(karin, shorter)

    [wrong] = refused.json()["violations"]
    assert (refused.status_code, wrong["field"], wrong["code"]) == (422, "queues", "too_late")


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("houses: boende", "houses: bostad", "houses"),
        ("fallback: registrator", "fallback: registratur", "fallback"),
        ("en: Waste", "english: Waste", "queues.avfall.en"),
        ("  avfall:", "  Avfall:", "queues.Avfall.[key]"),
    ],
)
async def test_every_mistake_is_named_by_its_place(definitions, karin, before, after, place):
    refused = await definitions.upload(karin, SOURCE.replace(before, after, 1))

    assert refused.status_code == 422
    assert place in [one["field"] for one in refused.json()["violations"]]


async def test_what_would_come_to_another_queue_than_was_meant_is_refused(definitions, karin):
    refused = await definitions.upload(karin, BUILDING)

    [wrong] = refused.json()["violations"]
    assert wrong["field"] == "golden (Ett ärende hos en enhet utan kö kommer till registratorn)"


async def test_who_has_written_it_may_not_approve_it(definitions, karin):
    version = (await definitions.upload(karin, MEANT)).json()

    refused = await definitions.step(karin, version, "approval")

    assert (refused.status_code, refused.json()["code"]) == (403, "FourEyesOfDefinition")


async def test_the_preview_says_what_goes_where(client, definitions, karin):
    version = (await definitions.upload(karin, MEANT)).json()

    address = f"/notifications/definition-versions/{version['id']}/preview?language=en"
    shown = (await client.get(address, headers=karin)).json()

    assert (shown["queues"]["stadsbyggnad"], shown["houses"]) == ("Building", "boende")


class Nothing(Routings):
    """A kind of which the package has none, so that nothing is kept."""

    name = "nothing"

    def seeds(self):
        return {}


class Looked(Published):
    has_looked = False

    def learn(self, standing, contents):
        self.has_looked = True


async def test_a_consumer_knows_what_is_published_before_it_reads():
    published = Looked(Nothing(PUBLISHED.kind.file))
    consumer = create_consumer(settings, KafkaRouter(), published=[published])

    async with consumer.router.lifespan_context(consumer):
        assert published.has_looked
