"""What time it is, and where."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def day_in_sweden(at: datetime) -> date:
    return at.astimezone(SWEDEN).date()
