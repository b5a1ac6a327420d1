"""Files sent ahead of the application that names them, streamed into a folder. A file is used once."""

import asyncio
import os
import shutil
import unicodedata
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, BinaryIO, ClassVar
from uuid import UUID

from fastapi import Depends, Request, UploadFile
from sqlalchemy import delete as sa_delete
from sqlalchemy import exists, func, inspect, outerjoin
from sqlalchemy import select as sa_select
from sqlmodel import col

from eservice_intake.attachments.models import Attachment, AttachmentHold, AttachmentReceipt, AttachmentUse
from eservice_intake.catalogue.file_types import type_of
from eservice_intake.catalogue.messages import violation
from shared.clock import now
from shared.database import Database, Session
from shared.engine import OutcomeUnknown
from shared.errors import DomainError, Text, TooManyRequests, Unavailable, Violation
from shared.logging import log
from shared.settings import Settings
from web import Router, Transaction, refusals
from web.client import client_of
from web.limits import MEGABYTE

CHUNK_BYTES = 256 * 1024
FORM_BYTES = 64 * 1024
"""Room for what a multipart form has around its file."""
LONGEST_FILENAME = 200
KEPT_UNUSED = timedelta(days=1)
DELETED_AT_ONCE = 1_000
UNUSED = ~exists().where(col(AttachmentUse.attachment_id) == col(Attachment.id))
HELD = exists().where(col(AttachmentHold.attachment_id) == col(Attachment.id))


class UnsupportedAttachment(DomainError):
    """Send a PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT or ODS without macros, whose name ends so, for example in .pdf."""

    status: ClassVar[int] = 415
    sv: ClassVar[str] = (
        "Skicka en PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT eller ODS utan makron, vars namn slutar så, till exempel .pdf."
    )


class AttachmentTooLarge(DomainError):
    """The file is too large."""

    status: ClassVar[int] = 413

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest

    @property
    def text(self) -> Text:
        megabytes = f"{self.largest / 1024**2:g} MB"
        return Text(
            sv=f"Filen är för stor: högst {megabytes} tas emot.",
            en=f"The file is too large: at most {megabytes} are accepted.",
        )


class TooManyUploads(TooManyRequests):
    """You have sent many files lately. Wait an hour and try again."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Du har skickat många filer nyligen. Vänta en timme och försök igen."


class StoreFull(Unavailable):
    """No more files can be received at the moment. The file was not saved. Try again later."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "3600"}
    sv = "Just nu kan inga fler filer tas emot. Filen sparades inte. Försök igen senare."


def create_router(settings: Settings) -> Router:
    """The route has a body limit of its own, which must be known when it is made."""
    router = Router(tags=["Applications"])
    limit = settings.max_attachment_bytes + FORM_BYTES
    router.post(
        "/attachments",
        status_code=201,
        response_model=AttachmentReceipt,
        operation_id="send_attachment",
        responses=refusals(AttachmentTooLarge, UnsupportedAttachment, TooManyUploads, StoreFull),
        max_body_size=limit,
    )(attach)
    return router


async def stored(request: Request, file: UploadFile) -> AsyncIterator[Attachment]:
    """The file in the store, before its row. Deleted again unless its row may be saved."""
    settings: Settings = request.app.state.settings
    if (file.size or 0) > settings.max_attachment_bytes:
        raise AttachmentTooLarge(settings.max_attachment_bytes)
    await _require_room(request, file.size or 0)
    name = plain_name(file.filename or "")
    content_type = await asyncio.to_thread(type_of, file.file, name)
    if content_type is None:
        raise UnsupportedAttachment
    await file.seek(0)
    attachment = Attachment(filename=name, content_type=content_type, size=file.size or 0)
    path = _path_of(attachment.id, settings)
    await asyncio.to_thread(_keep, path, file.file)
    await file.seek(0)
    may_be_saved = False
    try:
        yield attachment
        may_be_saved = inspect(attachment).has_identity
    except OutcomeUnknown:
        may_be_saved = True
        raise
    finally:
        if not may_be_saved:
            await asyncio.to_thread(path.unlink)


async def _require_room(request: Request, size: int) -> None:
    """Raise TooManyUploads when the client has sent its share, and StoreFull when too much lies unused."""
    state = request.app.state
    if not await state.limiter.count(state.limiter.of_uploads(client_of(request.scope), size)):
        raise TooManyUploads
    query = sa_select(func.coalesce(func.sum(col(Attachment.size)), 0)).where(
        UNUSED, HELD | (col(Attachment.uploaded_at) > now() - KEPT_UNUSED)
    )
    async with state.database.reading() as session:
        unused = (await (await session.connection()).execute(query)).scalar_one()
    if unused + size > state.settings.unused_megabytes * MEGABYTE:
        log.error("unused attachments fill the store: UNUSED_MEGABYTES", megabytes=unused // MEGABYTE)
        raise StoreFull


async def purge_unused(database: Database, settings: Settings) -> None:
    """Delete the files that no application has used within a day and no draft names, and their rows."""
    while await _purge_some(database, settings) == DELETED_AT_ONCE:
        pass


async def _purge_some(database: Database, settings: Settings) -> int:
    old = UNUSED & ~HELD & (col(Attachment.uploaded_at) < now() - KEPT_UNUSED)
    some = sa_select(col(Attachment.id)).where(old).limit(DELETED_AT_ONCE)
    statement = sa_delete(Attachment).where(col(Attachment.id).in_(some)).returning(col(Attachment.id))
    async with database.transaction() as tx:
        deleted = (await (await tx.connection()).execute(statement)).scalars().all()
    for attachment_id in deleted:
        await asyncio.to_thread(_path_of(attachment_id, settings).unlink, missing_ok=True)
    return len(deleted)


def _path_of(attachment_id: UUID, settings: Settings) -> Path:
    return settings.data_dir / "attachments" / str(attachment_id)


async def attach(
    attachment: Annotated[Attachment, Depends(stored, scope="function")], tx: Transaction
) -> AttachmentReceipt:
    """Send a file ahead. The application then names it by the id in the answer."""
    tx.add(attachment)
    return AttachmentReceipt.model_validate(attachment, from_attributes=True)


def _keep(path: Path, content: BinaryIO) -> None:
    """Write the file to the disk, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            shutil.copyfileobj(content, file, CHUNK_BYTES)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def plain_name(filename: str) -> str:
    """What people call the file, without folders and unprintable characters. Never used as a path."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in name if character.isprintable()).strip(" .")[-LONGEST_FILENAME:]
    return unicodedata.normalize("NFC", shown) or "file"


async def known_attachments(session: Session, wanted: Iterable[UUID]) -> dict[UUID, bool]:
    """The attachments that exist, each with whether an application uses it."""
    used = outerjoin(Attachment, AttachmentUse)
    query = sa_select(col(Attachment.id), col(AttachmentUse.attachment_id).is_not(None)).select_from(used)
    rows = await (await session.connection()).execute(query.where(col(Attachment.id).in_(set(wanted))))
    return {row[0]: row[1] for row in rows}


def attachment_violations(wanted: Mapping[str, UUID], known: Mapping[UUID, bool]) -> list[Violation]:
    """What keeps the answers from having the attachments they name. `known` says of each whether it is used."""
    violations = []
    seen: set[UUID] = set()
    for path, attachment_id in wanted.items():
        if attachment_id not in known:
            violations.append(violation(path, "unknown_attachment"))
        elif known[attachment_id]:
            violations.append(violation(path, "attachment_used"))
        elif attachment_id in seen:
            violations.append(violation(path, "duplicate"))
        seen.add(attachment_id)
    return violations
