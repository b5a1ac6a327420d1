"""Whether a case has ended, and whether its applicant knows."""

from datetime import datetime

from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import ENDED


def ended_at(case: Case) -> datetime | None:
    """When it ended, unless it has been opened again."""
    return case.ended_at if case.status in ENDED else None


def is_end_read(case: Case) -> bool:
    """Whether the applicant has looked at it since it ended."""
    ended = ended_at(case)
    return ended is not None and case.end_read_at is not None and case.end_read_at >= ended
