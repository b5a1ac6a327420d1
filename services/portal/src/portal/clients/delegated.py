"""What the board is told of decisions by delegation."""

from datetime import datetime

from portal.clients.base import Read


class DelegatedDecision(Read):
    diary_number: str
    number: int
    title: str | None
    unit: str
    outcome_text: str | None
    delegation: str | None
    decided_at: datetime
    decided_by_name: str | None
