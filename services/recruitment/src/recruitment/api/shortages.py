"""Occupations that people are wanted in."""

from recruitment.models.shown_shortages import ShortageListShown
from recruitment.shortages import current
from web import Caller, Router

router = Router(tags=["Shortages"])


@router.get("/recruitment/shortage-list", response_model=ShortageListShown, operation_id="show_shortage_list")
async def show_list(language: Caller) -> ShortageListShown:
    """The occupations that the municipality is short of people in, by sector."""
    return current().shown(language)
