"""What time it is. Override `clock` to try another."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends

from shared.database import now

STOCKHOLM = ZoneInfo("Europe/Stockholm")


async def clock() -> datetime:
    return now()


Now = Annotated[datetime, Depends(clock)]


async def calendar(at: Now) -> date:
    return at.astimezone(STOCKHOLM).date()


Today = Annotated[date, Depends(calendar)]
"""The day in Sweden."""
