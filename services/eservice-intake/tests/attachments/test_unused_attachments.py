"""How much is kept of what no application uses, and for how long."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from eservice_intake.app import storage
from eservice_intake.attachments.models import Attachment, AttachmentUse, StoredFile
from eservice_intake.attachments.purge import purge_unused
from eservice_intake.attachments.storage import StorageAway
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import new_reference
from shared.clock import now

from ..files import PDF, file_of, send, send_file, stored


async def name_of(database, attachment_id):
    """Under which its bytes are kept, if they are."""
    file = await file_of(database, attachment_id)
    return file and str(file.id)


async def test_a_client_uploads_so_many_megabytes_an_hour(client, with_settings):
    with_settings(upload_megabytes_per_hour=3)
    large = PDF + bytes(1_500_000)

    statuses = [(await send(client, content)).status_code for content in (large, PDF, PDF)]

    assert statuses == [201, 201, 429]


async def test_what_nobody_uses_does_not_fill_the_store(client, with_settings):
    with_settings(unused_megabytes=1)
    before = stored()

    refused = await send(client, PDF + bytes(1_500_000))

    assert (refused.status_code, refused.json()["code"]) == (503, "StoreFull")
    assert stored() == before


async def test_a_file_that_nobody_has_used_goes_after_a_day(client, database, app):
    old, new, used = [UUID(await send_file(client, PDF + content)) for content in (b"old", b"new", b"used")]
    await let_a_day_pass(database, old, used)
    await use(database, used)
    files = {id_: await name_of(database, id_) for id_ in (old, new, used)}

    await purge_unused(storage, database, app.state.settings)

    assert stored().keys() & {*files.values()} == {files[new], files[used]}
    async with database.reading() as session:
        rows = {*await session.exec(select(Attachment.id))}
        bytes_ = {*map(str, await session.exec(select(StoredFile.id)))}
    assert rows & {old, new, used} == {new, used}
    assert bytes_ & {*files.values()} == {files[new], files[used]}


async def test_bytes_stay_while_they_are_somebodys_attachment(client, database, app):
    old, used = [UUID(await send_file(client)) for _ in range(2)]
    await let_a_day_pass(database, old, used)
    await use(database, used)

    await purge_unused(storage, database, app.state.settings)

    file_id = await name_of(database, used)
    assert await name_of(database, old) is None
    assert b"".join([piece async for piece in storage.pieces(UUID(file_id), len(PDF))]) == PDF


async def test_a_purge_that_was_cut_short_is_finished_by_the_next(client, database, app, monkeypatch):
    old = UUID(await send_file(client, PDF + b"cut short"))
    await let_a_day_pass(database, old)
    file_id = await name_of(database, old)

    with monkeypatch.context() as patch:
        patch.setattr("obstore.delete_async", away)
        with pytest.raises(StorageAway):
            await purge_unused(storage, database, app.state.settings)
    again = await send(client, PDF + b"cut short")
    await purge_unused(storage, database, app.state.settings)

    new = await name_of(database, UUID(again.json()["id"]))
    assert new != file_id
    assert stored().keys() & {file_id, new} == {new}


async def away(*_):
    raise OSError("nobody answers")


async def let_a_day_pass(database, *ids):
    async with database.transaction() as tx:
        day_ago = now() - timedelta(days=1, minutes=1)
        update = sa.update(Attachment).where(Attachment.id.in_(ids)).values(uploaded_at=day_ago)
        await (await tx.connection()).execute(update)


async def use(database, attachment_id):
    async with database.transaction() as tx:
        case = received_case()
        tx.add(case)
        await tx.flush()
        tx.add(AttachmentUse(attachment_id=attachment_id, case_id=case.id, question="drawing"))


def received_case():
    return Case(
        language="sv",
        diary_series="MH-2020",
        diary_number=1,
        eservice="klagomal-olagenhet",
        answers={},
        reference=new_reference(),
        secret_hash="",
        kind="klagomal",
        unit="halsoskydd",
    )
