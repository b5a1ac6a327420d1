"""What goes into mails, told when they are written: why an ad was declined, and links to a registration."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from recruitment.models.ads import Ad
from recruitment.models.events import Registration, SeatStatus
from shared.contacts import Contact
from shared.database import Session
from shared.mailed_links import page_in
from web.contacts import FindTexts, Texts


async def find_reasons(session: Session, ids: Collection[UUID]) -> Texts:
    """Why an ad was declined. Nothing else that somebody wrote is mailed to anybody."""
    reasons = await session.exec(select(Ad.id, Ad.decline_reason).where(col(Ad.id).in_(ids)))
    return {ad_id: {"reason": reason} for ad_id, reason in reasons if reason is not None}


def find_links(pages: str) -> FindTexts:
    """The link to a registration that is not cancelled. Its secret is made when the mail is written, and not kept."""

    async def found(tx: Session, ids: Collection[UUID]) -> Texts:
        query = select(Registration, Contact).join(Contact, col(Contact.id) == col(Registration.participant_contact_id))
        query = query.where(col(Registration.id).in_(ids), Registration.status != SeatStatus.CANCELLED)
        rows = await tx.exec(query.order_by(col(Registration.id)).with_for_update(of=Registration))
        return {one.id: {"link": one.new_link(page_in(contact.language, pages, "anmalan"))} for one, contact in rows}

    return found
