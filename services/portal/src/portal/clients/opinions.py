"""What somebody else was asked about a case, as staff read it."""

from datetime import date, datetime

from portal.clients.base import Read


class Referral(Read):
    party_name: str
    question: str | None
    due_on: date | None
    asked_at: datetime
    unreached_at: datetime | None
    opinion: str | None
    answered_at: datetime | None
