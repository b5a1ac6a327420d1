"""How a case has ended, and whether its applicant knows."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from shared.columns import UtcDateTime, text_enum
from shared.events import MailDelivered, MailFailed


class EndMail(StrEnum):
    """What became of the mail that tells the applicant of the end."""

    DELIVERED = "delivered"
    FAILED = "failed"


class WithEnd(SQLModel):
    """A row that ends, and may begin again. `end_event_id` is of the event that told the others of the end."""

    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_read_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="By the applicant.")
    end_event_id: UUID | None = None
    end_mail: EndMail | None = Field(default=None, sa_type=text_enum(EndMail))
    has_feedback: bool = Field(default=False, description="Whether the applicant has said what it was like.")

    @property
    def is_end_read(self) -> bool:
        """Whether the applicant has looked at it since it ended."""
        return self.ended_at is not None and self.end_read_at is not None and self.end_read_at >= self.ended_at

    @property
    def is_end_known(self) -> bool:
        """Whether the applicant has looked at it since it ended, or their mail server has taken the mail about that."""
        return self.is_end_read or (self.ended_at is not None and self.end_mail is EndMail.DELIVERED)

    def end(self, at: datetime | None) -> None:
        """It has ended at that moment, or not at all. What is known of an earlier end is known no longer."""
        if at != self.ended_at:
            self.ended_at, self.end_event_id, self.end_mail = at, None, None

    def tell_end(self, event_id: UUID) -> None:
        """Of what has ended, the first event tells that it has."""
        if self.ended_at is not None and self.end_event_id is None:
            self.end_event_id = event_id

    def hear_of_mail(self, event: MailDelivered | MailFailed) -> None:
        """Keep what became of the mail about its end. One about an earlier end says nothing of this one."""
        if event.told_event_id == self.end_event_id:
            self.end_mail = EndMail.DELIVERED if isinstance(event, MailDelivered) else EndMail.FAILED
