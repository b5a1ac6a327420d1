"""Deletes attachments that nobody uses, and bytes that are nobody's attachment any longer."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.attachments.models import Attachment, StoredFile
from eservice_intake.attachments.storage import Storage
from eservice_intake.attachments.uploads import HELD, KEPT_UNUSED, UNUSED
from shared.clock import now
from shared.database import Database
from shared.settings import Settings

DELETED_AT_ONCE = 1_000
_NOBODYS = ~sa.exists().where(col(Attachment.file_id) == col(StoredFile.id))


async def purge_unused(storage: Storage, database: Database, _: Settings) -> None:
    """Delete the attachments that no case has used in time and no draft names, and the bytes that were theirs alone."""
    while await _delete_unused(database) == DELETED_AT_ONCE:
        pass
    await purge_bytes(storage, database)


async def purge_bytes(storage: Storage, database: Database) -> None:
    """Delete the bytes that are nobody's attachment any longer, those of an earlier try that was cut short too."""
    while await _let_go(database) == DELETED_AT_ONCE:
        pass
    while ids := await _let_go_of(database):
        await storage.delete(ids)
        async with database.transaction() as tx:
            await (await tx.connection()).execute(sa.delete(StoredFile).where(col(StoredFile.id).in_(ids)))


async def _delete_unused(database: Database) -> int:
    old = UNUSED & ~HELD & (col(Attachment.uploaded_at) < now() - KEPT_UNUSED)
    some = sa.select(col(Attachment.id)).where(old).limit(DELETED_AT_ONCE)
    async with database.transaction() as tx:
        result = await (await tx.connection()).execute(sa.delete(Attachment).where(col(Attachment.id).in_(some)))
    return result.rowcount


async def _let_go(database: Database) -> int:
    """Take the digest from nobody's bytes. Whoever sends the same then keeps a copy of their own.

    They are locked before it is looked again: an attachment that was under way is seen, and none can come.
    """
    some = select(StoredFile.id).where(col(StoredFile.digest).is_not(None), _NOBODYS).limit(DELETED_AT_ONCE)
    async with database.transaction() as tx:
        ids = (await tx.exec(some.with_for_update(skip_locked=True))).all()
        mine = sa.update(StoredFile).where(col(StoredFile.id).in_(ids), _NOBODYS).values(digest=None)
        await (await tx.connection()).execute(mine)
    return len(ids)


async def _let_go_of(database: Database) -> Sequence[UUID]:
    query = select(StoredFile.id).where(col(StoredFile.digest).is_(None)).limit(DELETED_AT_ONCE)
    async with database.reading() as session:
        return (await session.exec(query)).all()
