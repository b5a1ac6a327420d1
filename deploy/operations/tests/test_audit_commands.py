"""Commands that show the audit."""

import asyncio
import json
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from operations.console import opened
from testkit.commands import kommunbuss


@pytest.fixture
def audited() -> str:
    """Somebody who has read two cases and moved one."""
    who = f"anna-{uuid4().hex[:8]}"

    async def keep() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            tx.audit(who, "read case", case="MH-2026-000001", roles=["caseworker"], address="203.0.113.7")
            tx.audit(who, "read case", case="MH-2026-000002", roles=["caseworker"], address="203.0.113.7")
            tx.audit(who, "move case", case="MH-2026-000002", roles=["registrator"], address="203.0.113.7")

    asyncio.run(keep())
    return who


def test_the_audit_says_who_read_a_case_when_in_which_role_and_from_where(audited):
    result = kommunbuss("audit", "housing", "--who", audited, "--about", "MH-2026-000001")

    [line] = result.stdout.splitlines()
    assert re.fullmatch(
        rf"[0-9-]{{10}} [0-9:]{{8}}Z housing {audited}: read case "
        r"case=MH-2026-000001 roles=caseworker address=203\.0\.113\.7",
        line,
    )


def test_what_was_read_together_with_others_is_found_by_its_id(audited):
    read = str(uuid4())

    async def keep() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            tx.audit(audited, "read deliveries", mails=[str(uuid4()), read])

    asyncio.run(keep())
    result = kommunbuss("audit", "housing", "--about", read)

    assert [audited in line for line in result.stdout.splitlines()] == [True]


def test_the_audit_is_exported_entry_by_entry(audited):
    result = kommunbuss("audit", "housing", "--who", audited, "--since", "1h", "--json")

    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(entry["action"], entry["case"]) for entry in entries] == [
        ("read case", "MH-2026-000001"),
        ("read case", "MH-2026-000002"),
        ("move case", "MH-2026-000002"),
    ]


@pytest.mark.parametrize(("option", "value", "count"), [("--action", "move case", 1), ("--until", "1h", 0)])
def test_the_audit_is_searched(audited, option: str, value: str, count: int):
    result = kommunbuss("audit", "housing", "--who", audited, option, value)

    assert len(result.stdout.splitlines()) == count


def test_a_long_audit_is_listed_whole(audited, monkeypatch):
    monkeypatch.setattr("operations.audit.AT_ONCE", 2)

    result = kommunbuss("audit", "housing", "--who", audited)

    assert len(result.stdout.splitlines()) == 3


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET who = 'bo' WHERE who = :who", "DELETE FROM audit WHERE who = :who"],
)
def test_the_database_itself_refuses_to_change_the_audit(audited, change: str):
    async def try_it() -> None:
        async with opened("housing") as database, database.transaction() as tx:
            await (await tx.connection()).execute(sa.text(change), {"who": audited})

    with pytest.raises(sa.exc.DBAPIError, match="an audit entry is not"):
        asyncio.run(try_it())
