"""The days that an open case waits for, and whether its applicant has been told."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from shared.columns import UtcDateTime


class WithDays(SQLModel):
    """A row that waits for a supplement or a decision. What is kept of a mail is of the latest that told of a day."""

    supplement_due_on: date | None = None
    extended_to_on: date | None = Field(default=None, description="Until when the decision was put off.")
    decision_due_on: date | None = None
    sent_event_id: UUID | None = Field(default=None, description="Of whose mail tells the last day.")
    unreached_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When it was known that the mail did not come."
    )

    def tell_day(self, event_id: UUID) -> None:
        """That event's mail tells of the day which is waited for now."""
        self.sent_event_id, self.unreached_at = event_id, None

    def miss_day(self, at: datetime) -> None:
        """The applicant was not reached, and does not know the day."""
        self.sent_event_id, self.unreached_at = None, at

    def end_supplement(self) -> None:
        """A supplement is not waited for, whatever became of the mail about it."""
        if self.supplement_due_on is not None:
            self.supplement_due_on = self.sent_event_id = self.unreached_at = None

    def end_days(self) -> None:
        """Nothing is waited for."""
        self.decision_due_on = self.sent_event_id = self.unreached_at = None
