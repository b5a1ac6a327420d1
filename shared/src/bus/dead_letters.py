"""What a consumer keeps of a record that it cannot handle, and for how long."""

import re
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid5

from aiokafka import ConsumerRecord

from bus.retention import delete_old
from shared.bulk import Row
from shared.clock import now
from shared.database import Database, Session
from shared.dead_letters import DEAD_LETTER, LONGEST_ERROR, REPLAYED_AS, DeadLetter, DeadLetterStatus, happened
from shared.settings import Settings

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"

ORIGINS = UUID("5b1f6a5e-8a0b-5f0e-9c53-0d6a1c7be021")
_WIRE_NAME = re.compile("[a-z0-9.-]{1,100}")


def header(record: Record, name: str) -> str:
    """A header as text that every database takes; Kafka allows one without a value."""
    return next((_text(value or b"") for known, value in record.headers if known == name), "")


def wire_name(record: Record) -> str | None:
    """The type that a record says it has, if it is written as types are: it may be shown."""
    name = header(record, "ce_type")
    return name if _WIRE_NAME.fullmatch(name) else None


async def keep(tx: Session, record: Record, reason: str, attempts: int) -> None:
    """Keep the record as it is. One that was replayed is the dead letter that it was, with its first origin."""
    row = _row(record, reason[:LONGEST_ERROR], attempts, now())
    if not await tx.insert_new(DEAD_LETTER, [row], DEAD_LETTER.c.id):
        letter = await tx.get_one(DeadLetter, row["id"], with_for_update=True)
        letter.fail_again(row["error"], attempts, row["set_aside_at"])


async def purge_dead_letters(database: Database, settings: Settings) -> None:
    """Delete those set aside before DEAD_LETTER_RETENTION_DAYS."""
    oldest = now() - timedelta(days=settings.dead_letter_retention_days)
    await delete_old(database, DEAD_LETTER, DEAD_LETTER.c.set_aside_at < oldest)


def _row(record: Record, reason: str, attempts: int, at: datetime) -> Row:
    value = record.value or b""
    return {
        "id": _id(record),
        "event_id": _uuid(header(record, "ce_id")),
        "type": wire_name(record),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": _text(record.key or b""),
        "headers": {name: header(record, name) for name, _ in record.headers if name != REPLAYED_AS},
        "value": value,
        "size": len(value),
        "error": reason,
        "attempts": attempts,
        "status": DeadLetterStatus.WAITING,
        "set_aside_at": at,
        "history": [happened(DeadLetterStatus.WAITING, at, why=reason)],
    }


def _id(record: Record) -> UUID:
    """The same each time the event comes, or the record of one without an id.

    A topic that is made anew counts from zero again, at another time.
    """
    origin = f"{record.topic}/{record.partition}/{record.offset}/{record.timestamp}"
    event_id = _uuid(header(record, "ce_id"))
    return _uuid(header(record, REPLAYED_AS)) or uuid5(ORIGINS, str(event_id or origin))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _text(value: bytes) -> str:
    """What is not text is escaped, and so is NUL, which PostgreSQL does not take."""
    return value.decode(errors="backslashreplace").replace("\0", "\\x00")
