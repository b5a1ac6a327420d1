"""Of a confidential case the queue tells the reference alone, and the head of the unit handles it."""

from uuid import uuid4

import httpx

from shared.database import Database
from shared.events import CaseClosed, CaseCompleted, CaseSecrecyChanged, SupplementRequested
from shared.staff import person_id

from .cases import DUE, NAME, REFERENCE, claim, facts, received, task_of
from .events import handle


async def listed(client: httpx.AsyncClient, headers: dict[str, str], **wanted: str) -> dict[str, object]:
    response = await client.get("/queues/avlopp/tasks", params=wanted, headers=headers)
    [task] = response.json()["items"]
    return task


async def test_of_a_confidential_case_the_queue_tells_the_reference_alone(database: Database):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))

    await handle(database, CaseCompleted(**facts(case)))
    hidden = await task_of(database, case)
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=False))

    assert (hidden.title, hidden.confidential) == (f"{REFERENCE}: sekretessmarkerat", True)
    assert (await task_of(database, case)).title == NAME


async def test_a_confidential_task_tells_its_kind_and_day_to_the_head_of_the_unit_alone(
    client, database: Database, anna, head
):
    case = received()
    await handle(database, case, SupplementRequested(**facts(case), due_on=DUE))
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))

    hidden, open_ = await listed(client, anna), await listed(client, head)

    assert (hidden["title"], hidden["kind"], hidden["due_on"]) == (f"{REFERENCE}: sekretessmarkerat", None, None)
    assert (open_["kind"], open_["due_on"]) == ("ansokan", DUE.isoformat())


async def test_tasks_that_were_done_before_a_case_became_confidential_do_not_name_it(client, database: Database, anna):
    case = received()
    await handle(database, case, CaseClosed(**facts(case)))

    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))
    hidden = await listed(client, anna, status="done")
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=False))

    assert (hidden["title"], hidden["done_because"]) == (f"{REFERENCE}: sekretessmarkerat", None)
    assert (await listed(client, anna, status="done"))["title"] == NAME


async def test_the_task_of_a_confidential_case_is_claimed_by_the_head_of_the_unit(
    client, database: Database, anna, head, published
):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))
    task = await task_of(database, case)

    refused = await client.post(f"/tasks/{task.id}/claim", headers=anna)
    await claim(client, head, task)

    assert (refused.status_code, refused.json()["code"]) == (403, "ConfidentialTask")
    claimed = (await published.fetch())[-1]
    assert (claimed.holder_id, claimed.confidential) == (person_id("head"), True)


async def test_the_head_of_the_unit_assigns_a_confidential_task(client, database: Database, anna, head, published):
    case = received()
    await handle(database, case, CaseSecrecyChanged(**facts(case), confidential=True))
    task = await task_of(database, case)
    await claim(client, head, task)
    body = {"subject": "anna", "name": "Anna Ek"}

    refused = await client.post(f"/tasks/{task.id}/assignment", json=body, headers=anna)
    assigned = await client.post(f"/tasks/{task.id}/assignment", json=body, headers=head)

    assert (refused.status_code, refused.json()["code"]) == (403, "OnlyTheHead")
    assert (assigned.status_code, assigned.json()["claimed_by_name"]) == (200, "Anna Ek")
    claimed = (await published.fetch())[-1]
    assert (claimed.holder_id, claimed.confidential) == (person_id("anna"), True)
    assert (await listed(client, anna))["kind"] == "ansokan"


async def test_the_mails_of_a_confidential_case_are_listed_for_its_handler_and_the_head_alone(
    client, database: Database, anna, head
):
    case = received(applicant_contact_id=uuid4())
    await handle(database, case)
    before = await client.get("/deliveries", headers=anna)
    await handle(database, CaseSecrecyChanged(**facts(case), confidential=True))

    hidden, open_ = [await client.get("/deliveries", headers=headers) for headers in (anna, head)]

    assert [len(response.json()["items"]) for response in (before, hidden, open_)] == [1, 0, 1]
