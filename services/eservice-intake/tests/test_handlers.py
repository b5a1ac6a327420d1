"""Who holds a case's task is its handler."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from eservice_intake.subscribers import follow
from shared.events import TaskClaimed, TaskDone, TaskOpened, TaskReleased
from shared.staff import person_id
from shared.tables import INBOX

from .cases import received, shown, take

ANNA, BO = person_id("anna"), person_id("bo")


async def handle(database, *events):
    async with database.transaction() as tx:
        await follow(list(events), tx)


def facts(receipt, queue="halsoskydd"):
    return {"task_id": uuid7(), "about_id": UUID(receipt["id"]), "queue": queue}


def claimed(receipt, holder=ANNA, confidential=False, **values):
    return TaskClaimed(**facts(receipt, **values), holder_id=holder, confidential=confidential)


def released(receipt, holder=ANNA):
    return TaskReleased(**facts(receipt), holder_id=holder)


async def handler(client, headers, receipt):
    return (await shown(client, headers, receipt))["handler_id"]


async def mine(client, headers):
    response = await client.get("/cases?mine=true", headers=headers)
    return [case["reference"] for case in response.json()["items"]]


async def test_who_claims_the_task_is_the_handler_and_finds_the_case(client, database, anna):
    receipt = await received(client)
    assert await mine(client, anna) == [], "and the register has the case now"

    await handle(database, claimed(receipt))

    assert await handler(client, anna, receipt) == str(ANNA)
    assert receipt["reference"] in await mine(client, anna)


async def test_who_gives_the_task_back_is_no_longer_the_handler(client, database, anna):
    receipt = await received(client)

    await handle(database, claimed(receipt), released(receipt))

    assert await handler(client, anna, receipt) is None
    assert receipt["reference"] not in await mine(client, anna)


async def test_a_task_that_is_done_leaves_the_handler(client, database, anna):
    receipt = await received(client)

    await handle(
        database,
        TaskOpened(**facts(receipt)),
        claimed(receipt),
        TaskDone(**facts(receipt), holder_id=ANNA),
    )

    assert await handler(client, anna, receipt) == str(ANNA)


async def test_what_comes_again_or_late_changes_no_handler(client, database, anna):
    receipt = await received(client)
    first, given_back, second = claimed(receipt), released(receipt), claimed(receipt, BO)
    await handle(database, first, second)
    await handle(database, given_back)

    async with database.transaction() as tx:
        await (await tx.connection()).execute(INBOX.delete())
    await handle(database, first)

    assert await handler(client, anna, receipt) == str(BO)


async def test_who_held_the_task_of_the_unit_before_is_not_the_handler(client, database, staff, anna):
    receipt = await received(client)
    claim = claimed(receipt)
    await take(client, anna, receipt, "move", {"unit": "avlopp"})

    await handle(database, claim)

    assert await handler(client, staff("administrator"), receipt) is None


async def test_a_task_of_something_else_is_passed_over(client, database, anna):
    receipt = await received(client)

    await handle(database, claimed({"id": str(uuid4())}, queue="boende"), claimed(receipt))

    assert await handler(client, anna, receipt) == str(ANNA)


async def test_a_handler_changes_no_version_that_somebody_works_with(client, database, anna):
    receipt = await received(client)
    version = (await shown(client, anna, receipt))["version"]

    await handle(database, claimed(receipt))

    assert (await shown(client, anna, receipt))["version"] == version


async def test_a_claim_alone_opens_no_confidential_case(client, database, anna, staff):
    receipt = await received(client)
    await take(client, anna, receipt, "secrecy", {"confidential": True})
    path = f"/cases/{receipt['reference']}"

    await handle(database, claimed(receipt))
    by_claiming = await client.get(path, headers=anna)
    await handle(database, claimed(receipt, confidential=True))
    by_the_head = await client.get(path, headers=anna)

    assert (by_claiming.status_code, by_the_head.status_code) == (403, 200)
