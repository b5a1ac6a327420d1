"""What time it is. Override `clock` to try another."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends

from shared.clock import SWEDEN, now


async def clock() -> datetime:
    return now()


Now = Annotated[datetime, Depends(clock)]


async def calendar(at: Now) -> date:
    return at.astimezone(SWEDEN).date()


Today = Annotated[date, Depends(calendar)]
"""The day in Sweden."""
