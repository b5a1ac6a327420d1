"""Whom rounds have invited: somebody at a company, who may ask what is known of them, and that it goes."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic_core import to_jsonable_python
from sqlmodel import col, select

from eservice_intake.surveys.models import SurveyInvitation, SurveyRound
from shared.contacts import Contact
from shared.database import Session
from shared.events import ApplicantErased

TOLD = {"invited_at", "remind_on", "reminded_at"}


async def invitations_of(
    tx: Session, contact_ids: Collection[UUID], company_hash: str | None
) -> Sequence[SurveyInvitation]:
    """Those that were mailed to one of the contacts; of a sole trader, those of the company."""
    theirs = col(SurveyInvitation.contact_id).in_(contact_ids) | (col(SurveyInvitation.company_hash) == company_hash)
    return (await tx.exec(select(SurveyInvitation).where(theirs).order_by(col(SurveyInvitation.id)))).all()


async def told(tx: Session, invitation: SurveyInvitation) -> dict[str, Any]:
    """What a person is told of it."""
    to = await tx.get_one(SurveyRound, invitation.round_id)
    contact = await tx.get_one(Contact, invitation.contact_id)
    known = {"survey": to.name, "name": contact.name, "email": contact.email, **invitation.model_dump(include=TOLD)}
    return dict(to_jsonable_python(known))


async def delete_invitations(tx: Session, invitations: Sequence[SurveyInvitation]) -> None:
    """Delete them with their contacts, and tell the others. A mail that is not sent yet is then cancelled."""
    connection = await tx.connection()
    contacts = [one.contact_id for one in invitations]
    for one in invitations:
        tx.publish(ApplicantErased(application_id=one.id, contact_ids=[one.contact_id]))
    ids = [one.id for one in invitations]
    await tx.flush()
    await connection.execute(sa.delete(SurveyInvitation).where(col(SurveyInvitation.id).in_(ids)))
    await connection.execute(sa.delete(Contact).where(col(Contact.id).in_(contacts)))
