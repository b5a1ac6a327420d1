"""Records that a consumer set aside: what is kept of each, and what becomes of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from shared.columns import UtcDateTime, text_enum
from shared.database import Session
from shared.errors import Conflict, NotFound
from shared.tables import OutboxEvent

READERS = ("eservice-intake", "notifications")
"""The services that read what others publish."""
LONGEST_REASON = 500
"""Of staff who discard something, in characters."""
LONGEST_ERROR = 1000
REPLAYED_AS = "dead-letter"
"""The header of a record that is handed out again: which dead letter it is."""


def replay_topic(group: str) -> str:
    """Where one group's dead letters are replayed, so that no other group sees them again."""
    return f"{group}.replay"


class DeadLetterStatus(StrEnum):
    WAITING = "waiting"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class NoSuchDeadLetter(NotFound):
    """There is no dead letter with that id. It may be mistyped, or was deleted when it was old."""

    sv = "Det finns inget undanlagt meddelande med det id:t. Det kan vara felskrivet, eller gammalt och borttaget."


class AlreadyDiscarded(Conflict):
    """Somebody has discarded it: nobody is to handle it. Read it again."""

    sv = "Någon har redan avskrivit det: ingen ska hantera det. Läs det på nytt."


class DeadLetter(SQLModel, table=True):
    """A record with where it came from and why it could not be handled. Replayed and failing again it waits again."""

    __tablename__ = "dead_letter"
    __table_args__ = (sa.Index("ix_dead_letter_cause", "status", "error", "set_aside_at", "id"),)

    id: UUID = Field(primary_key=True)
    event_id: UUID | None
    type: str | None
    topic: str
    partition: int
    offset: int = Field(sa_type=sa.BigInteger)
    key: str
    headers: dict[str, str] = Field(sa_type=sa.JSON)
    value: bytes
    size: int
    error: str
    attempts: int
    status: DeadLetterStatus = Field(sa_type=text_enum(DeadLetterStatus))
    set_aside_at: datetime = Field(sa_type=UtcDateTime, index=True)
    history: list[dict[str, Any]] = Field(sa_type=sa.JSON)

    @property
    def origin(self) -> str:
        """Where it first came from."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def fail_again(self, error: str, attempts: int, at: datetime) -> None:
        """It was replayed and could not be handled. One that comes a second time, unasked, changes nothing."""
        if self.status is DeadLetterStatus.REPLAYED:
            self.error, self.attempts = error, self.attempts + attempts
            self._now(DeadLetterStatus.WAITING, at, why=error)

    def replay(self, tx: Session, who: str, at: datetime) -> None:
        """Hand it to the consumer that set it aside, and to no other: it handles it once. Raises AlreadyDiscarded."""
        self._require_not_discarded()
        headers = {**self.headers, REPLAYED_AS: str(self.id)}
        topic = replay_topic(tx.info["group"])
        again = OutboxEvent(
            event_id=self.id, topic=topic, key=self.key, headers=headers, value=self.value, created_at=at
        )
        tx.add(again)
        tx.wake("outbox")
        self._now(DeadLetterStatus.REPLAYED, at, who=who)
        self.audit(tx, who, "replay dead letter")

    def discard(self, tx: Session, who: str, reason: str, at: datetime) -> None:
        """Nobody is to handle it. One that was replayed may be on its way. Raises AlreadyDiscarded."""
        self._require_not_discarded()
        self._now(DeadLetterStatus.DISCARDED, at, who=who, why=reason)
        self.audit(tx, who, "discard dead letter", reason=reason)

    def audit(self, tx: Session, who: str, action: str, **details: str) -> None:
        tx.audit(who, action, dead_letter=str(self.id), event_id=str(self.event_id), **details)

    def _require_not_discarded(self) -> None:
        if self.status is DeadLetterStatus.DISCARDED:
            raise AlreadyDiscarded

    def _now(self, status: DeadLetterStatus, at: datetime, who: str | None = None, why: str | None = None) -> None:
        self.status = status
        self.history = [*self.history, happened(status, at, who, why)]


def happened(status: DeadLetterStatus, at: datetime, who: str | None = None, why: str | None = None) -> dict[str, Any]:
    """What is kept of one change."""
    return {"status": status, "at": at.isoformat(), "who": who, "why": why}


DEAD_LETTER: sa.Table = SQLModel.metadata.tables["dead_letter"]


async def locked(tx: Session, dead_letter_id: UUID) -> DeadLetter:
    """The dead letter, for a change. Raises NoSuchDeadLetter."""
    letter = await tx.get(DeadLetter, dead_letter_id, with_for_update=True)
    if letter is None:
        raise NoSuchDeadLetter
    return letter
