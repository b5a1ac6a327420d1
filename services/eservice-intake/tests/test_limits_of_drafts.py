"""Nobody fills the store or the database with drafts."""

from datetime import timedelta

import sqlalchemy as sa

from eservice_intake.attachments.models import Attachment
from eservice_intake.drafts.models import Draft
from shared.clock import now

from .drafts import BEGUN, begin, form
from .files import PDF, send


async def test_files_of_drafts_count_as_long_as_they_are_kept(client, app, database, with_settings):
    sent = await send(client, PDF + bytes(700_000), "a.pdf")
    await begin(client, {"diary": [sent.json()["id"]]})
    async with database.transaction() as tx:
        long_ago = sa.update(Attachment).values(uploaded_at=now() - timedelta(days=2))
        await (await tx.connection()).execute(long_ago)
    with_settings(unused_megabytes=1)

    refused = await send(client, PDF + bytes(700_000), "b.pdf")

    assert (refused.status_code, refused.json()["code"]) == (503, "StoreFull")


async def test_a_client_begins_so_many_drafts_an_hour(client_at, with_settings):
    with_settings(draft_limit="2/hour")
    one, other = client_at("203.0.113.7"), client_at("203.0.113.8")

    statuses = [(await client.post("/drafts", json=form(BEGUN))).status_code for client in (one, one, one, other)]

    assert statuses == [201, 201, 429, 201]


async def test_drafts_do_not_fill_the_database(client, database, with_settings):
    await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(size=1024 * 1024))
    with_settings(draft_megabytes=1)

    refused = await client.post("/drafts", json=form(BEGUN))

    assert (refused.status_code, refused.json()["code"]) == (503, "DraftsFull")


async def test_a_draft_that_grows_does_not_fill_the_database_either(client, database, with_settings):
    draft, secret = await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(size=1024 * 1024))
    small, small_secret = await begin(client, BEGUN)
    with_settings(draft_megabytes=1)

    grown = await client.put(small, json=form({"description": "a" * 1_000}), headers=small_secret)
    shrunk = await client.put(draft, json=form(BEGUN), headers=secret)

    assert (grown.status_code, grown.json()["code"], shrunk.status_code) == (503, "DraftsFull", 200)


async def test_a_draft_is_not_larger_than_a_form(client):
    response = await client.post("/drafts", json=form({"description": "a" * 300_000}))

    assert response.status_code == 413
