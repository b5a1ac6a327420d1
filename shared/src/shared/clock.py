"""What time it is, and where."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
