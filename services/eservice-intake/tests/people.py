"""Somebody who has sent in, and where they are found, for tests."""

from uuid import uuid4

import sqlalchemy as sa

from .cases import COMPOST

BO = "197001012397"


async def applied(client, headers, **answers):
    address = {"street": "Hemliga gatan 1", "postal_code": "83131", "city": "Östersund"}
    form = {**COMPOST, "applicant_address": address, "applicant_email": "karin.hemlig@exempel.se", **answers}
    body = {"eservice": "kompostering", "language": "sv", "answers": form}
    key = {"Idempotency-Key": str(uuid4())}
    response = await client.post("/applications", json=body, headers={**headers, **key})
    assert response.status_code == 201, response.text
    return response.json()


async def closed(client, staff, receipt):
    """The case with a message in it, ended."""
    anna = staff("caseworker")
    for version, step, form in ((1, "messages", {"text": "Hemliga frågan"}), (2, "closure", None)):
        headers = {**anna, "If-Match": f'"{version}"'}
        response = await client.post(f"/cases/{receipt['reference']}/{step}", json=form, headers=headers)
        assert response.status_code == 200, response.text


async def tables_with(database, *words) -> set[str]:
    """Tables with any of the words in them."""
    async with database.reading() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        rows = {name: (await connection.execute(sa.text(f'SELECT * FROM "{name}"'))).all() for name in names}
    return {name for name, found in rows.items() if any(word in _text(found) for word in words)}


def _text(rows) -> str:
    return " ".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )
