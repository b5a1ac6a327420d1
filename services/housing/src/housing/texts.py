"""What owners and seekers wrote that goes into mails."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from housing.models.houses import House
from housing.models.interests import Interest
from shared.database import Session


async def find_texts(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The area of a house; of an interest also what the seeker writes to the owner."""
    houses = await session.exec(select(House.id, House.area).where(col(House.id).in_(ids)))
    asked_about = select(Interest.id, House.area, Interest.message).join(House).where(col(Interest.id).in_(ids))
    texts = {house_id: {"area": area} for house_id, area in houses}
    for interest_id, area, message in await session.exec(asked_about):
        texts[interest_id] = {"area": area, "message": message}
    return texts
