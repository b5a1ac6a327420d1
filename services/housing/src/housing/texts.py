"""What goes into mails of what somebody wrote: seekers to owners, and officers about a house that they declined."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from housing.models.houses import House
from housing.models.interests import Interest
from shared.database import Session


async def find_texts(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The message of an interest, and why a house was declined. Nothing else that somebody wrote is mailed."""
    messages = await session.exec(select(Interest.id, Interest.message).where(col(Interest.id).in_(ids)))
    reasons = await session.exec(select(House.id, House.decline_reason).where(col(House.id).in_(ids)))
    return {
        **{interest_id: {"message": message} for interest_id, message in messages},
        **{house_id: {"reason": reason} for house_id, reason in reasons if reason is not None},
    }
