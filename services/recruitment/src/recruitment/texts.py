"""What officers write to companies about an ad that they declined, which goes into mails."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from recruitment.models.ads import Ad
from shared.database import Session


async def find_texts(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Why an ad was declined. Nothing else that somebody wrote is mailed to anybody."""
    reasons = await session.exec(select(Ad.id, Ad.decline_reason).where(col(Ad.id).in_(ids)))
    return {ad_id: {"reason": reason} for ad_id, reason in reasons if reason is not None}
