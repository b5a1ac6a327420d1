"""The mails to send, and the addresses that take no mail."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from notifications.outcomes import Outcome, Verdict
from shared.clock import now
from shared.columns import UtcDateTime, text_enum

KEEP_TRYING = timedelta(hours=72)
KEEP_SUPPRESSED = timedelta(days=90)
LONGEST_WAIT_SECONDS = 3600
MOST_LAPSES = 10
STATUTORY = 2
"""The priority of mails that the law asks for."""
MAILS = "delivery"
"""What wakes the mailer."""


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    RETRY_WAIT = "retry_wait"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


FINISHED = frozenset(DeliveryStatus) - {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.RETRY_WAIT}
UNSENT = FINISHED - {DeliveryStatus.ACCEPTED, DeliveryStatus.CANCELLED}
"""It ended, and not because there was nobody left to write to."""
RELAYS = "interest_relayed"
"""The template of mails that say what a stranger wrote: many at once wait for their turns."""
RELAYED = sa.text(f"template = '{RELAYS}'")
DUE = sa.text("status IN ('queued', 'retry_wait', 'sending')")
TROUBLE = sa.text("status NOT IN ('queued', 'sending', 'accepted')")


class Delivery(SQLModel, table=True):
    """One mail to one contact, whose address only the publisher of the event knows, as it does the words in the mail.

    `next_attempt_at` is when it may be claimed; while it is being sent, that is when its lease lapses.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "contact_id", name="uq_delivery_event_contact"),
        sa.Index("ix_delivery_due", "priority", "next_attempt_at", postgresql_where=DUE, sqlite_where=DUE),
        sa.Index("ix_delivery_created_at", "created_at", "id"),
        sa.Index("ix_delivery_unit", "unit", "created_at", "id"),
        sa.Index(
            "ix_delivery_relayed",
            "contact_id",
            "next_attempt_at",
            postgresql_where=RELAYED,
            sqlite_where=RELAYED,
        ),
        sa.Index("ix_delivery_trouble", "status", "created_at", "id", postgresql_where=TROUBLE, sqlite_where=TROUBLE),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event_id: UUID
    about: str = Field(index=True)
    publisher: str
    unit: str
    contact_id: UUID
    text_id: UUID | None = Field(default=None, description="The thing whose words its publisher tells.")
    enclosure_id: UUID | None = Field(default=None, description="The thing that it encloses as a document.")
    is_proof: bool = Field(default=False, description="Whether the others are told what became of it.")
    template: str
    context: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    priority: int
    status: DeliveryStatus = Field(default=DeliveryStatus.QUEUED, sa_type=text_enum(DeliveryStatus))
    attempts: int = 0
    lapses: int = Field(default=0, description="Attempts whose process died before it recorded what came of them.")
    lease_token: UUID | None = None
    handed_over_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When a statutory mail was last about to be handed over."
    )
    next_attempt_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    last_error: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(default_factory=lambda: now() + KEEP_TRYING, sa_type=UtcDateTime)

    @property
    def may_have_arrived(self) -> bool:
        """Whether nobody saw how an attempt ended. A statutory mail is noted before it is handed over."""
        return self.lapses > 0 and (self.handed_over_at is not None or self.priority != STATUTORY)

    def is_spent(self, at: datetime) -> bool:
        """Whether it is too late to send it, or it has taken its mailer with it too often."""
        return at >= self.expires_at or self.lapses >= MOST_LAPSES

    def take(self, outcome: Outcome, at: datetime, first_wait: float, jitter: float) -> None:
        """Become what came of it."""
        match outcome.verdict:
            case Verdict.SENT:
                self.status, self.accepted_at, self.last_error = DeliveryStatus.ACCEPTED, at, None
            case Verdict.LATER | Verdict.OUR_FAULT:
                self._retry(outcome.reason, at, first_wait, jitter)
            case Verdict.REFUSED | Verdict.NO_SUCH_RECIPIENT | Verdict.UNSENDABLE:
                self.status, self.last_error = DeliveryStatus.FAILED, outcome.reason
            case Verdict.SUPPRESSED:
                self.status = DeliveryStatus.SUPPRESSED
            case Verdict.GONE:
                self.status, self.last_error = DeliveryStatus.CANCELLED, outcome.reason
            case Verdict.SPENT:
                self._give_up()
            case Verdict.PUBLISHER_AWAY:
                self.status, self.next_attempt_at, self.last_error = DeliveryStatus.RETRY_WAIT, at, outcome.reason
                self.attempts -= 1
            case Verdict.NOT_TRIED:
                self.status, self.next_attempt_at = DeliveryStatus.QUEUED, at
                self.attempts -= 1
            case _:
                assert_never(outcome.verdict)

    def _retry(self, error: str, at: datetime, first_wait: float, jitter: float) -> None:
        """Wait up to twice as long as the last time; `jitter`, from 0 to 1, says how much of that."""
        ceiling = min(LONGEST_WAIT_SECONDS, first_wait * 2 ** min(self.attempts - 1, 20))
        self.status = DeliveryStatus.RETRY_WAIT
        self.next_attempt_at = at + timedelta(seconds=ceiling * jitter)
        self.last_error = error
        if self.next_attempt_at >= self.expires_at:
            self._give_up()

    def _give_up(self) -> None:
        """End unsent. When nobody saw how an attempt ended, say so: the mail may have arrived."""
        self.status = DeliveryStatus.UNKNOWN if self.may_have_arrived else DeliveryStatus.EXPIRED


class SuppressedAddress(SQLModel, table=True):
    """An address a mail server has said does not exist, known by its AddressDigest."""

    __tablename__ = "suppressed_address"

    digest: str = Field(primary_key=True)
    reason: str
    suppressed_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


DELIVERY: sa.Table = SQLModel.metadata.tables["delivery"]
SUPPRESSED_ADDRESS: sa.Table = SQLModel.metadata.tables["suppressed_address"]
