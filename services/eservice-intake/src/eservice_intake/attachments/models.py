"""Files that were sent in, what has been found in them, and whose they are."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound

LONGEST_WAIT = timedelta(hours=1)
SCANS = "attachments"
"""The channel that wakes the scanner."""


class Scan(StrEnum):
    """What is known of a file. One that waits where nothing scans is shown as not scanned."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"
    NOT_SCANNED = "not_scanned"


_PENDING = sa.text(f"scan = '{Scan.PENDING}'")
_REFUSED = sa.text(f"scan IN ('{Scan.INFECTED}', '{Scan.FAILED}')")


class UnknownAttachment(NotFound):
    """The case has no such attachment. The case lists those it has."""

    sv = "Ärendet har ingen sådan bilaga. Ärendet visar dem som finns."


class NotScannedYet(Conflict):
    """The file is being scanned for malware. Try again in a minute."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}
    sv = "Filen söks igenom efter skadlig kod. Försök igen om en minut."


class HasMalware(Conflict):
    """The file contains malware and cannot be fetched. Until the case is decided, its sender can replace it."""

    sv = "Filen innehåller skadlig kod och kan inte hämtas. Avsändaren kan ersätta den tills ärendet är avgjort."


class Unreadable(Conflict):
    """The file could not be scanned and cannot be fetched. Until the case is decided, its sender can replace it."""

    sv = "Filen gick inte att söka igenom och kan inte hämtas. Avsändaren kan ersätta den tills ärendet är avgjort."


class InOrder(Conflict):
    """The file can be opened, so there is nothing to replace. Send what you want to add as a supplement."""

    sv = "Filen går att öppna, så det finns inget att ersätta. Skicka det du vill lägga till som en komplettering."


CLOSED: dict[Scan, type[Conflict]] = {
    Scan.PENDING: NotScannedYet,
    Scan.INFECTED: HasMalware,
    Scan.FAILED: Unreadable,
}
"""Why a file is not handed out."""


class StoredFile(SQLModel, table=True):
    """Bytes in the storage, under the id. The same bytes are kept once, however many attachments they are.

    Without a digest they are being deleted.
    """

    __tablename__ = "eservice_stored_file"
    __table_args__ = (
        sa.Index("ix_eservice_stored_file_due", "scan_at", postgresql_where=_PENDING, sqlite_where=_PENDING),
        sa.Index("ix_eservice_stored_file_refused", "id", postgresql_where=_REFUSED, sqlite_where=_REFUSED),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    digest: str | None = Field(unique=True, max_length=64, description="SHA-256.")
    size: int
    scan: Scan = Field(default=Scan.PENDING, sa_type=text_enum(Scan))
    scan_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, description="When it is due, or was done.")
    attempts: int = 0
    lease: UUID | None = None
    finding: str | None = Field(default=None, description="What the scanner said last, unless it was clean.")

    def settle(self, scan: Scan, at: datetime, finding: str | None = None) -> None:
        """Keep what a scan has found."""
        self.scan, self.scan_at, self.finding = scan, at, finding

    def give_back(self, at: datetime) -> None:
        """Take the scan as not tried."""
        self.attempts -= 1
        self.scan_at = at

    def retry(self, at: datetime, first_wait: timedelta, most: int, finding: str) -> None:
        """Scan again later, or take the file for unreadable when that has been tried often enough."""
        if self.attempts >= most:
            self.settle(Scan.FAILED, at, finding)
            return
        wait = min(first_wait * 2 ** (self.attempts - 1), LONGEST_WAIT)
        self.settle(Scan.PENDING, at + wait, finding)


class Attachment(SQLModel, table=True):
    """A file that somebody sent in. One case may use it."""

    __tablename__ = "eservice_attachment"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    file_id: UUID = Field(foreign_key="eservice_stored_file.id", index=True)
    filename: str
    content_type: str
    size: int
    uploaded_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


class AttachmentUse(SQLModel, table=True):
    """Which case a file is part of, and as the answer to which question. A file is used once.

    `case_id` may also be the id of an application that awaits a signature, which is not a case yet.
    """

    __tablename__ = "eservice_attachment_use"

    attachment_id: UUID = Field(primary_key=True, foreign_key="eservice_attachment.id")
    case_id: UUID = Field(index=True)
    question: str = Field(description="The path of the answer, such as `drawings.0`.")
    refused_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When the sender was told that it cannot be opened."
    )


class AttachmentHold(SQLModel, table=True):
    """A draft that names the file: it is kept for as long as the draft is. Several may, until a case uses it."""

    __tablename__ = "eservice_attachment_hold"

    attachment_id: UUID = Field(primary_key=True, foreign_key="eservice_attachment.id")
    draft_id: UUID = Field(primary_key=True, index=True)


class AttachmentReceipt(SQLModel):
    id: UUID
    size: int = Field(schema_extra={"examples": [48213]})
    content_type: str = Field(schema_extra={"examples": ["application/pdf"]})


class AttachmentShown(SQLModel):
    """A file of a case."""

    id: UUID
    question: str = Field(
        description="The field of the e-service that it answers, with its place in a list.",
        schema_extra={"examples": ["site_plan"]},
    )
    filename: str = Field(description="What the sender calls it.", schema_extra={"examples": ["ritning.pdf"]})
    content_type: str = Field(schema_extra={"examples": ["application/pdf"]})
    size: int = Field(schema_extra={"examples": [48213]})
    uploaded_at: datetime
    scan: Scan = Field(
        description="What is known of malware in it. It can be fetched when it is `clean`, and as `not_scanned` where "
        "nothing is scanned.",
        schema_extra={"examples": ["clean"]},
    )
