"""Of somebody with protected identity nothing is kept."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from .applications import application


async def rows_in(database) -> dict[str, int]:
    """How many rows each table has."""
    async with database.reading() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        counts = {name: await connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')) for name in tables}
    return {name: found.scalar_one() for name, found in counts.items()}


@pytest.mark.parametrize("signed_in", [True, False])
async def test_somebody_with_protected_identity_is_told_to_phone_and_nothing_is_kept(
    client, database, published, resident, caplog, signed_in
):
    answers = {"protected_identity": True, "applicant_name": "Märta Hemlig", "households": "wrong"}
    headers = {"Idempotency-Key": str(uuid4()), "Accept-Language": "en", **(resident() if signed_in else {})}
    before = await rows_in(database)
    caplog.clear()

    response = await client.post("/applications", json=application(answers, "kompostering"), headers=headers)

    assert response.status_code == 422
    [violation] = response.json()["violations"]
    assert (violation["field"], violation["code"]) == ("protected_identity", "protected_identity")
    assert "Phone +46 63 14 30 00" in violation["message"]
    assert (await rows_in(database), await published.fetch(), caplog.records) == (before, [], [])


async def test_a_draft_of_somebody_with_protected_identity_is_not_kept(client, database):
    before = await rows_in(database)

    response = await client.post(
        "/drafts", json=application({"protected_identity": True, "households": 1}, "kompostering")
    )

    assert [one["code"] for one in response.json()["violations"]] == ["protected_identity"]
    assert await rows_in(database) == before
