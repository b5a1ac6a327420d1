"""Every list is read by key: completely, without doublets while others are added, and along an index."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from housing.app import api as housing
from notifications.app import api as notifications
from notifications.models.deliveries import Delivery
from notifications.models.tasks import Task
from recruitment.app import api as recruitment
from shared.database import Database
from testkit.pages import pages_of

ROLES = ("caseworker", "housing-officer", "recruitment-officer")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LISTS = [
    (housing, "/houses"),
    (housing, "/staff/houses"),
    (housing, "/staff/houses?status=submitted"),
    (recruitment, "/ads"),
    (recruitment, "/staff/ads"),
    (recruitment, "/staff/ads?status=posted"),
    (recruitment, "/events"),
    (recruitment, "/staff/events"),
    (notifications, "/queues/boende/tasks"),
    (notifications, "/queues/boende/tasks?mine=true"),
    (notifications, "/queues/boende/tasks?status=done"),
    (notifications, "/deliveries"),
    (notifications, "/deliveries?status=failed"),
]
every_list = pytest.mark.parametrize(("app", "path"), LISTS, ids=[path for _, path in LISTS])


@pytest.fixture
def app() -> FastAPI:
    return notifications


def task(minutes: int, urgent: bool = False, **fields: object) -> Task:
    created_at = NOON + timedelta(minutes=minutes)
    return Task(
        id=uuid4(),
        event_id=uuid4(),
        about="x",
        queue="boende",
        title="x",
        urgent=urgent,
        created_at=created_at,
        **fields,
    )


def mail(unit: str, created_at: datetime) -> Delivery:
    whom = {"publisher": "housing", "contact_id": uuid4(), "template": "x", "priority": 1}
    return Delivery(id=uuid4(), event_id=uuid4(), about="x", unit=unit, created_at=created_at, **whom)


async def save(database: Database, *rows: Task | Delivery) -> None:
    async with database.transaction() as tx:
        tx.add_all(rows)


async def test_pages_of_one_hold_everything_once_in_the_order_of_one_page(client, database, staff):
    headers = staff("caseworker")
    # Ten at the same two minutes, so that time alone does not tell them apart.
    await save(database, *(task(number % 2, urgent=number % 3 == 0) for number in range(10)))

    [together] = await pages_of(client, "/queues/boende/tasks", limit=100, headers=headers)
    singly = await pages_of(client, "/queues/boende/tasks", limit=1, headers=headers)

    assert [one for page in singly for one in page] == together
    assert len(together) == 10
    assert [one["urgent"] for one in together] == [True] * 4 + [False] * 6


async def test_what_is_added_while_somebody_reads_is_neither_doubled_nor_does_it_hide_another(client, database, staff):
    headers = staff("caseworker")
    await save(database, *(task(minutes) for minutes in (10, 20, 30)))

    first = (await client.get("/queues/boende/tasks?limit=2", headers=headers)).json()
    await save(database, task(5), task(1, urgent=True))
    second = (await client.get(f"/queues/boende/tasks?limit=2&after={first['next']}", headers=headers)).json()

    assert [one["created_at"][14:16] for one in first["items"] + second["items"]] == ["10", "20", "30"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "å",
        base64.urlsafe_b64encode(b"17").decode(),
        base64.urlsafe_b64encode(b'[true, "2026-05-01T12:00:00Z"]').decode(),
        base64.urlsafe_b64encode(b'[true, "2026-05-01T12:00:00", "x"]').decode(),
        base64.urlsafe_b64encode(f'[true, "0001-01-01T00:00:00+14:00", "{UUID(int=0)}"]'.encode()).decode(),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(client, staff, cursor):
    answer = await client.get("/queues/boende/tasks", params={"after": cursor}, headers=staff("caseworker"))

    assert answer.status_code == 422
    assert [(v["field"], v["code"]) for v in answer.json()["violations"]] == [("after", "cursor")]


@every_list
async def test_every_list_has_the_one_page_form(app, path, client, staff):
    answer = await client.get(path, headers=staff(*ROLES))

    assert answer.json().keys() == {"items", "next"}


async def test_the_lists_that_are_never_long_are_one_page_of_that_form(client, staff):
    queues = await client.get("/queues", headers=staff("caseworker"))

    assert queues.json().keys() == {"items", "next"}


class Seen(list[tuple[str, object]]):
    """The statements that read a list, or how much is in several."""

    def __call__(self, _c: Connection, _cursor: object, statement: str, values: object, *_: object) -> None:
        if "ORDER BY" in statement or "UNION ALL" in statement:
            self.append((statement, values))


@asynccontextmanager
async def seeing(database: Database) -> AsyncIterator[Seen]:
    seen = Seen()
    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", seen)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine.sync_engine, "before_cursor_execute", seen)


async def plan_of(connection: AsyncConnection, statement: str, values: object, *without: str) -> str:
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)
    for setting in ("enable_seqscan", "enable_bitmapscan", "enable_incremental_sort"):
        await connection.exec_driver_sql(f"SET LOCAL {setting} = off")
    for index in without:  # a table with nothing in it costs the same by any index
        await connection.exec_driver_sql(f"DROP INDEX {index}")
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(row[0] for row in rows)


@every_list
@pytest.mark.parametrize("is_far_on", [False, True], ids=["first page", "a page far on"])
async def test_every_page_is_read_along_an_index_without_sorting(app, path, is_far_on, client, database, staff):
    cursor = base64.urlsafe_b64encode(CURSORS[path.endswith(("/tasks", "?mine=true"))]).decode()
    query = ("&" if "?" in path else "?") + f"after={cursor}"
    async with seeing(database) as seen:
        of_one_unit = staff(*ROLES, units=["rekrytering" if app is recruitment else "boende"])
        await client.get(path + query if is_far_on else path, headers=of_one_unit)

    [(statement, values)] = seen
    async with database.reading() as session:
        plan = await plan_of(await session.connection(), statement, values)
    assert " ix_" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


CURSORS = {
    True: f'[false, false, "2026-05-01T12:00:00Z", "{UUID(int=7)}"]'.encode(),
    False: f'["2026-05-01T12:00:00Z", "{UUID(int=7)}"]'.encode(),
}
"""Where a page far on begins: queues put urgent tasks first, all else goes by time."""


@pytest.mark.parametrize("query", ["", f"?after={base64.urlsafe_b64encode(CURSORS[False]).decode()}"])
async def test_the_mails_of_several_units_are_read_along_an_index_of_each(query, client, database, staff):
    async with seeing(database) as seen:
        await client.get(f"/deliveries{query}", headers=staff("caseworker", units=["boende", "avlopp", "avfall"]))

    [(statement, values)] = seen
    async with database.reading() as session:
        plan = await plan_of(await session.connection(), statement, values)
    reads = re.findall(r"(?:SCAN|SEARCH|Scan|Scan Backward) .*\bdelivery\b.*", plan)
    assert len(reads) == 3
    assert all("ix_delivery_unit" in read for read in reads)
    assert "ix_staff_task_confidential" in plan
    assert "Sort  (" not in plan


async def test_the_mails_of_several_units_come_in_pages_of_all_of_them(client, database, staff):
    headers = staff("caseworker", units=["boende", "avlopp", "avfall"])
    units = ["boende", "avlopp", "boende", "avfall", "registrator"] * 3
    await save(database, *(mail(unit, NOON + timedelta(minutes=at // 4)) for at, unit in enumerate(units)))

    [together] = await pages_of(client, "/deliveries", limit=100, headers=headers)
    by_two = await pages_of(client, "/deliveries", limit=2, headers=headers)

    assert [one for page in by_two for one in page] == together
    assert len(together) == 12
    newest_first = sorted(together, key=lambda one: (one["created_at"], one["id"]), reverse=True)
    assert together == newest_first


@pytest.mark.parametrize("role", ["administrator", "caseworker"])
async def test_what_was_done_today_is_read_without_all_that_was_done_before(role, client, database, staff):
    async with seeing(database) as seen:
        await client.get("/tasks?view=done_today", headers=staff(role))

    [(statement, values)] = seen
    async with database.reading() as session:
        plan = await plan_of(await session.connection(), statement, values)
    assert re.search(r"queue.* AND \(?done_at ?>", plan)


async def test_what_somebody_has_done_is_read_without_what_the_others_did(client, database, staff):
    async with seeing(database) as seen:
        await client.get("/queues/boende/tasks?status=done&mine=true", headers=staff("caseworker"))

    [(statement, values)] = seen
    async with database.reading() as session:
        plan = await plan_of(await session.connection(), statement, values, "ix_staff_task_done")
    assert re.search(r"claimed_by.* AND .*queue", plan)
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


async def test_what_waits_in_the_queues_is_counted_in_an_index_alone(client, database, staff):
    async with seeing(database) as seen:
        await client.get("/queues", headers=staff("caseworker"))

    [(statement, values)] = seen
    async with database.reading() as session:
        others = ("ix_staff_task_waiting", "ix_staff_task_holder")
        plan = await plan_of(await session.connection(), statement, values, *others)
    reads = [line for line in plan.splitlines() if "staff_task" in line]
    assert reads
    assert all(re.search("COVERING INDEX|Index Only Scan", line) for line in reads)
    assert statement.count("LIMIT") == statement.count("count(*)") > 0
