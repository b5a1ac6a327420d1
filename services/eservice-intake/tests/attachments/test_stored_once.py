"""The same bytes are kept once, whoever sends them and whenever."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.app import storage
from eservice_intake.attachments.models import Attachment, StoredFile
from eservice_intake.attachments.purge import purge_bytes
from testkit.committed import delete, until_waiting

from ..files import new_pdf, send, stored


async def received(client, content):
    """The file's id, or the answer that refuses it."""
    response = await send(client, content)
    return UUID(response.json()["id"]) if response.status_code == 201 else response


def kept():
    return {UUID(name) for name in stored()}


async def files_of(database, *attachment_ids):
    async with database.reading() as session:
        return [*await session.exec(select(Attachment.file_id).where(Attachment.id.in_(attachment_ids)))]


async def forget(database, *attachment_ids):
    await delete(database, sa.delete(Attachment).where(Attachment.id.in_(attachment_ids)))
    await purge_bytes(storage, database)


async def test_the_same_bytes_are_stored_once(client, database):
    content, before = new_pdf(), kept()

    first, second, other = (
        await received(client, content),
        await received(client, content),
        await received(client, new_pdf()),
    )

    one, same = await files_of(database, first, second)
    [another] = await files_of(database, other)
    assert first != second
    assert one == same != another
    assert kept() - before == {one, another}


async def test_the_same_bytes_sent_at_once_are_stored_once(app, committing_client):
    content, before = new_pdf(), kept()

    sent = await asyncio.gather(*(received(committing_client, content) for _ in range(5)))

    database = app.state.database
    assert len({*sent}) == 5
    assert {*await files_of(database, *sent)} == kept() - before
    assert len(kept() - before) == 1
    await forget(database, *sent)


async def test_what_one_of_two_deletes_the_other_keeps(app, committing_client):
    content, before = new_pdf(), kept()
    first, second = await received(committing_client, content), await received(committing_client, content)

    await forget(app.state.database, first)

    assert await files_of(app.state.database, second) == [*kept() - before]
    await forget(app.state.database, second)
    assert not kept() - before


async def test_bytes_that_are_sent_and_deleted_in_turn_are_there_when_they_should_be(app, committing_client):
    """Whoever is told that the file is saved finds it, whatever is deleted meanwhile."""
    content, database = new_pdf(), app.state.database

    async def send_and_forget():
        found = await received(committing_client, content)
        if isinstance(found, UUID):
            [file_id] = await files_of(database, found)
            assert b"".join([piece async for piece in storage.pieces(file_id, len(content))]) == content
            await forget(database, found)
        return found

    before = kept()
    outcomes = [await asyncio.gather(*(send_and_forget() for _ in range(4))) for _ in range(8)]

    refused = [one.status_code for some in outcomes for one in some if not isinstance(one, UUID)]
    assert {*refused} <= {503}
    assert len(refused) < 32
    await purge_bytes(storage, database)
    assert not kept() - before


@pytest.mark.postgres
async def test_bytes_that_somebody_is_about_to_have_are_not_deleted(app, committing_client):
    content, database, before = new_pdf(), app.state.database, kept()
    first = await received(committing_client, content)
    [file_id] = await files_of(database, first)

    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.select(StoredFile.id).with_for_update(read=True, key_share=True))
        tx.add(Attachment(file_id=file_id, filename="a.pdf", content_type="application/pdf", size=1))
        await tx.flush()
        await forget(database, first)

    assert kept() - before == {file_id}
    await delete(database, sa.delete(Attachment).where(Attachment.file_id == file_id))
    await purge_bytes(storage, database)


@pytest.mark.postgres
async def test_who_comes_as_the_bytes_go_is_asked_to_send_again(app, committing_client):
    content, database = new_pdf(), app.state.database
    first = await received(committing_client, content)
    [file_id] = await files_of(database, first)

    async with database.transaction() as tx:
        file = await tx.get(StoredFile, file_id, with_for_update=True)
        sending = asyncio.ensure_future(received(committing_client, content))
        await until_waiting(database, 1)
        file.digest = None
        tx.add(file)
    refused = await sending

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    await forget(database, first)
