"""Files sent ahead of the application that names them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.clock import now
from shared.columns import UtcDateTime


class Attachment(SQLModel, table=True):
    """A file in the store, under its id. One case may use it."""

    __tablename__ = "eservice_attachment"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    filename: str
    content_type: str
    size: int
    uploaded_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


class AttachmentUse(SQLModel, table=True):
    """Which case a file is part of. A file is used once."""

    __tablename__ = "eservice_attachment_use"

    attachment_id: UUID = Field(primary_key=True, foreign_key="eservice_attachment.id")
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)


class AttachmentHold(SQLModel, table=True):
    """A draft that names the file: it is kept for as long as the draft is. Several may, until a case uses it."""

    __tablename__ = "eservice_attachment_hold"

    attachment_id: UUID = Field(primary_key=True, foreign_key="eservice_attachment.id")
    draft_id: UUID = Field(primary_key=True, index=True)


class AttachmentReceipt(SQLModel):
    id: UUID
    size: int = Field(schema_extra={"examples": [48213]})
    content_type: str = Field(schema_extra={"examples": ["application/pdf"]})
