"""What awaits a signature, or has ended without one: it is not a case, and belongs to those it names."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic_core import to_jsonable_python
from sqlmodel import col, select

from eservice_intake.applications.sent import sent_for_signing
from eservice_intake.applications.signatures import Signature, SignatureStatus
from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.definitions import know
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.identities.numbers import Seal, numbers_in
from eservice_intake.people.rows import delete_contacts, forget_journals
from shared.database import Session
from shared.events import ApplicantErased

TOLD = ("reference", "eservice", "status", "requested_at", "refusal")


async def unsigned_with_number(tx: Session, number: str, seal: Seal, today: date) -> Sequence[Signature]:
    """Those awaited lapse after a month, so that each of them can be looked into."""
    awaited = (await tx.exec(select(Signature).where(Signature.status == SignatureStatus.AWAITING))).all()
    await know(tx, awaited)
    return [one for one in awaited if number in _numbers(one, seal, today)]


async def unsigned_with_address(
    tx: Session, contact_ids: Collection[UUID], says: sa.ColumnElement[bool]
) -> Sequence[Signature]:
    """Those that are mailed about to one of the contacts, or have the address among their answers."""
    mailed = col(Signature.sender_contact_id).in_(contact_ids) | col(Signature.signer_contact_id).in_(contact_ids)
    found = (await tx.exec(select(Signature).where(Signature.status != SignatureStatus.SIGNED, mailed | says))).all()
    await know(tx, found)
    return found


def told(signature: Signature, seal: Seal) -> dict[str, Any]:
    """What a person is told of it."""
    answers = seal.opened_answers(catalogue().sent_with(signature).form, signature.answers)
    known: dict[str, Any] = to_jsonable_python({**signature.model_dump(include=set(TOLD)), "answers": answers})
    return known


async def delete_unsigned(tx: Session, signatures: Sequence[Signature]) -> None:
    """Delete them with their files and contacts, and tell the others."""
    ids = [one.id for one in signatures]
    connection = await tx.connection()
    of_them = col(AttachmentUse.case_id).in_(ids)
    files = (await connection.execute(sa.select(col(AttachmentUse.attachment_id)).where(of_them))).scalars().all()
    await forget_journals(tx, signatures)
    await connection.execute(sa.delete(AttachmentUse).where(of_them))
    await connection.execute(sa.delete(Attachment).where(col(Attachment.id).in_(files)))
    await connection.execute(sa.delete(Signature).where(col(Signature.id).in_(ids)))
    for one in signatures:
        contacts = {contact_id for contact_id in (one.sender_contact_id, one.signer_contact_id) if contact_id}
        await delete_contacts(tx, contacts)
        tx.publish(ApplicantErased(application_id=one.id, contact_ids=sorted(contacts)))


def _numbers(signature: Signature, seal: Seal, today: date) -> set[str]:
    eservice = catalogue().sent_with(signature)
    sent = sent_for_signing(signature, eservice, seal)
    filled_in_by = {sent.filled_in_by.number} if sent.filled_in_by else set()
    return numbers_in(eservice.form, sent.answers, today) | filled_in_by
