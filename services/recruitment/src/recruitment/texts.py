"""What companies wrote that goes into mails."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from recruitment.models.ads import Ad
from shared.database import Session


async def find_texts(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The headline of an ad and the company's name."""
    ads = await session.exec(select(Ad).where(col(Ad.id).in_(ids)))
    return {ad.id: {"headline": ad.headline, "employer": ad.employer.name} for ad in ads}
