"""What seekers write to owners, which goes into mails."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from housing.models.interests import Interest
from shared.database import Session


async def find_texts(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The message of an interest. Nothing else that somebody wrote is mailed to anybody."""
    messages = await session.exec(select(Interest.id, Interest.message).where(col(Interest.id).in_(ids)))
    return {interest_id: {"message": message} for interest_id, message in messages}
