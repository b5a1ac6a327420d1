"""A file on its way in: judged, named, and in the storage before its row. The same bytes are kept once."""

import asyncio
import hashlib
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, ClassVar

import sqlalchemy as sa
from fastapi import Request, UploadFile
from sqlmodel import col, select

from eservice_intake.attachments.models import SCANS, Attachment, AttachmentHold, AttachmentUse, Scan, StoredFile
from eservice_intake.attachments.storage import PIECE_BYTES, storage_of
from eservice_intake.catalogue.file_types import ENDINGS, type_of
from eservice_intake.settings import IntakeSettings
from shared.clock import now
from shared.database import Database, Session
from shared.engine import OutcomeUnknown
from shared.errors import DomainError, Text, TooManyRequests, Unavailable
from shared.logging import log
from web.client import client_of
from web.limits import MEGABYTE

LONGEST_FILENAME = 200
KEPT_UNUSED = timedelta(days=1)
STORED_FILE: sa.Table = StoredFile.metadata.tables["eservice_stored_file"]
UNUSED = ~sa.exists().where(col(AttachmentUse.attachment_id) == col(Attachment.id))
HELD = sa.exists().where(col(AttachmentHold.attachment_id) == col(Attachment.id))


class UnsupportedAttachment(DomainError):
    """Send a PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT or ODS without macros, whose name ends so, for example in .pdf."""

    status: ClassVar[int] = 415
    sv: ClassVar[str] = (
        "Skicka en PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT eller ODS utan makron, vars namn slutar så, till exempel .pdf."
    )


class InfectedAttachment(DomainError):
    """The file contains malware. Clean the device it comes from, and send a file made anew."""

    status: ClassVar[int] = 415
    concerns_security = True
    sv: ClassVar[str] = "Filen innehåller skadlig kod. Rensa enheten den kommer från och skicka en nygjord fil."


class UnreadableAttachment(DomainError):
    """The file cannot be read. Is it damaged, or does it have a password? Send one that opens without."""

    status: ClassVar[int] = 415
    sv: ClassVar[str] = "Filen går inte att läsa. Är den skadad eller har den lösenord? Skicka en som öppnas utan."


REFUSALS: dict[Scan | None, type[DomainError]] = {
    Scan.INFECTED: InfectedAttachment,
    Scan.FAILED: UnreadableAttachment,
}


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


@dataclass
class Upload:
    """A file that has been received. `copy` is what was kept of it, unless the same bytes were there already."""

    digest: str
    filename: str
    content_type: str
    size: int
    copy: StoredFile | None = None
    may_be_saved: bool = False

    async def save(self, tx: Session) -> Attachment:
        """Add the attachment. The row of its bytes is held until the end: nobody deletes them meanwhile."""
        if self.copy is not None:
            row = self.copy.model_dump()
            self.may_be_saved = bool(await tx.insert_new(STORED_FILE, [row], STORED_FILE.c.id))
        query = select(StoredFile.id).where(StoredFile.digest == self.digest)
        file_id = (await tx.exec(query.with_for_update(read=True, key_share=True))).first()
        if file_id is None:
            raise Unavailable  # the bytes that were there are gone since
        attachment = Attachment(file_id=file_id, filename=self.filename, content_type=self.content_type, size=self.size)
        tx.add(attachment)
        tx.wake(SCANS)
        return attachment


async def received(request: Request, file: UploadFile) -> AsyncIterator[Upload]:
    """The file, its bytes in the storage. They are deleted again unless their row may be saved."""
    upload = await _judged(request, file)
    known = await _known(request.app.state.database, upload.digest)
    if known in REFUSALS:
        raise REFUSALS[known]
    storage = storage_of(request)
    if known is None:
        upload.copy = StoredFile(digest=upload.digest, size=upload.size)
        await storage.keep(upload.copy.id, file.file)
        await file.seek(0)
    saved = False
    try:
        yield upload
        saved = upload.may_be_saved
    except (OutcomeUnknown, asyncio.CancelledError):
        saved = upload.may_be_saved
        raise
    finally:
        if upload.copy is not None and not saved:
            await storage.delete([upload.copy.id])


async def _judged(request: Request, file: UploadFile) -> Upload:
    """Raise what keeps the file from being taken."""
    settings: IntakeSettings = request.app.state.settings
    size = file.size or 0
    if size > settings.max_attachment_bytes:
        raise AttachmentTooLarge(settings.max_attachment_bytes)
    await _require_room(request, size)
    name = plain_name(file.filename or "")
    content_type = await asyncio.to_thread(type_of, file.file, name)
    if content_type is None:
        raise UnsupportedAttachment
    largest = settings.largest(ENDINGS[content_type])
    if size > largest:
        raise AttachmentTooLarge(largest)
    await file.seek(0)
    digest = await asyncio.to_thread(_digest_of, file.file)
    await file.seek(0)
    return Upload(digest, name, content_type, size)


def _digest_of(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := content.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


async def _known(database: Database, digest: str) -> Scan | None:
    """What has been found in those bytes, if they are there."""
    async with database.reading() as session:
        return (await session.exec(select(col(StoredFile.scan)).where(StoredFile.digest == digest))).first()


async def _require_room(request: Request, size: int) -> None:
    """Raise TooManyUploads when the client has sent its share, and StoreFull when too much lies unused."""
    state = request.app.state
    if not await state.limiter.count(state.limiter.of_uploads(client_of(request.scope), size)):
        raise TooManyUploads
    total = sa.func.coalesce(sa.func.sum(col(Attachment.size)), 0)
    kept = HELD | (col(Attachment.uploaded_at) > now() - KEPT_UNUSED)
    query = sa.select(total).where(UNUSED, kept)
    async with state.database.reading() as session:
        unused = (await (await session.connection()).execute(query)).scalar_one()
    if unused + size > state.settings.unused_megabytes * MEGABYTE:
        log.error("unused attachments fill the store: UNUSED_MEGABYTES", megabytes=unused // MEGABYTE)
        raise StoreFull


def plain_name(filename: str) -> str:
    """What people call the file, without folders and unprintable characters. Never used as a path."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in name if character.isprintable()).strip(" .")[-LONGEST_FILENAME:]
    return unicodedata.normalize("NFC", shown) or "file"
