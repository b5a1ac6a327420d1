"""The owner reads what a contractor has filled in, and signs it or declines; the contractor may name another owner."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import col, select

from eservice_intake.applications.models import (
    ApplicationToSign,
    Receipt,
    SignatureState,
)
from eservice_intake.applications.progress import service_notice
from eservice_intake.applications.receiving import (
    facts,
    receive,
    signature_requested,
)
from eservice_intake.applications.sent import sent_for_signing
from eservice_intake.applications.signatures import (
    NotAwaited,
    RefusalForm,
    Signature,
    SignatureStatus,
    SignerForm,
    UnknownSignature,
)
from eservice_intake.attachments.downloads import answers, download
from eservice_intake.attachments.models import AttachmentUse
from eservice_intake.attachments.uses import file_of, files_of
from eservice_intake.cases.applicants import UnknownApplication
from eservice_intake.cases.definitions import know
from eservice_intake.cases.references import as_reference
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import EService, UnknownEService, catalogue
from eservice_intake.clock.due import Due
from shared.contacts import Contact
from shared.database import Session
from shared.events import ApplicationSigned, SignatureDeclined, SignatureLapsed
from shared.mailed_links import hash_of, new_secret, page_in
from web import Caller, InTransaction, Now, Reading, RecipientLimit, Router, TooManyMails, Transaction, refusals
from web.contacts import FindTexts, Texts
from web.mailed_links import Secret

router = Router(tags=["Signatures"])


async def _opened(signature_id: UUID, tx: Transaction, secret: Secret = "") -> Signature:
    return _by_link(await tx.get(Signature, signature_id, with_for_update=True), secret)


def _by_link(signature: Signature | None, secret: str) -> Signature:
    if signature is None or not signature.opens_with_link(secret):
        raise UnknownSignature
    return signature


async def _sent_to(session: Session, signature: Signature) -> EService:
    """The e-service as it was when it was filled in. Raises UnknownEService when it has left the catalogue."""
    catalogue().find(signature.eservice)
    await know(session, [signature])
    return catalogue().sent_with(signature)


ToSign = Annotated[Signature, Depends(_opened, scope="function")]
"""What the link in a mail leads to, locked."""


@router.get(
    "/signatures/{signature_id}",
    response_model=ApplicationToSign,
    operation_id="show_application_to_sign",
    responses=refusals(UnknownSignature, UnknownEService),
)
async def show(
    signature_id: UUID, request: Request, language: Caller, reading: Reading, secret: Secret = ""
) -> ApplicationToSign:
    """Read an application before signing it. The link in the mail has the id and the secret."""
    signature = _by_link(await reading.get(Signature, signature_id), secret)
    eservice, settings = await _sent_to(reading, signature), request.app.state.settings
    files = [used.shown(settings) for used in await files_of(reading, signature.id)]
    names = {str(file.id): file.filename for file in files}
    read = read_answers(eservice, signature.answers, language, names) if signature.answers else []
    return ApplicationToSign(
        title=eservice.text.in_language(language),
        lapses_at=signature.lapses_at,
        answers=read,
        attachments=files,
        **signature.model_dump(include={"reference", "eservice", "status", "requested_at"}),
    )


@router.get(
    "/signatures/{signature_id}/attachments/{attachment_id}",
    operation_id="fetch_attachment_to_sign",
    response_class=StreamingResponse,
    responses=answers(UnknownSignature),
)
async def fetch(
    signature_id: UUID, attachment_id: UUID, reading: Reading, request: Request, secret: Secret = ""
) -> StreamingResponse:
    """Fetch a file of an application before signing it."""
    signature = _by_link(await reading.get(Signature, signature_id), secret)
    return await download(request, await file_of(reading, signature.id, attachment_id), signature.reference)


@router.post(
    "/signatures/{signature_id}/signature",
    status_code=201,
    response_model=Receipt,
    operation_id="sign_application",
    responses=refusals(UnknownSignature, UnknownEService, NotAwaited),
)
async def sign(signature: ToSign, submission: InTransaction, tx: Transaction, response: Response) -> Receipt:
    """Sign the application, and thereby send it in. It is received now; the receipt is the owner's."""
    signature.require_awaited()
    eservice, secret = await _sent_to(tx, signature), new_secret()
    await submission.request.app.state.definitions.keep(submission, eservice)
    sent = sent_for_signing(signature, eservice, submission.request.app.state.seal)
    case = receive(
        submission,
        sent,
        reference=signature.reference,
        secret_hash=hash_of(secret),
        applicant_contact_id=signature.signer_contact_id,
        address_proved=True,
    )
    await _pass_on(tx, signature.id, case.id)
    signature.sign(case.id, submission.at)
    submission.publish(ApplicationSigned(**facts(signature)))
    response.headers["Location"] = f"/applications/{case.reference}"
    notice = service_notice(case.told_of_service, case.language)
    return Receipt(secret=secret, service_notice=notice, register_notices=sent.register_notices, **vars(case))


@router.post(
    "/signatures/{signature_id}/refusal",
    status_code=201,
    response_model=SignatureState,
    operation_id="decline_to_sign",
    responses=refusals(UnknownSignature, NotAwaited),
)
async def decline(form: RefusalForm, signature: ToSign, tx: Transaction, at: Now) -> Signature:
    """Decline to sign. What was filled in is deleted, and whoever did so is told and can read the reason."""
    signer_id = signature.signer_contact_id
    signature.decline(form.reason, at)
    await _let_go(tx, signature, [signer_id])
    tx.publish(SignatureDeclined(**facts(signature)))
    return signature


@router.post(
    "/applications/{reference}/signer",
    status_code=201,
    response_model=SignatureState,
    operation_id="name_another_signer",
    responses=refusals(UnknownApplication, NotAwaited, TooManyMails),
)
async def name_another(
    reference: str, form: SignerForm, tx: Transaction, recipients: RecipientLimit, at: Now, secret: Secret = ""
) -> Signature:
    """Ask somebody else to sign, or the same person at the right address. Links sent before do not work any longer."""
    query = select(Signature).where(col(Signature.reference) == as_reference(reference)).with_for_update()
    signature = (await tx.exec(query)).first()
    if signature is None or not signature.opens_with(secret):
        raise UnknownApplication
    await recipients.count(form.email)
    contact, former_id = Contact(email=form.email, language=signature.language), signature.signer_contact_id
    tx.add(contact)
    await tx.flush()
    signature.ask(form, contact.id, at)
    await _forget(tx, [former_id])
    tx.publish(signature_requested(signature))
    return signature


def find_links(pages: str) -> FindTexts:
    """The link in a mail to whoever shall sign. Its secret is made when the mail is written, and is not kept."""

    async def found(tx: Session, request_ids: Collection[UUID]) -> Texts:
        query = select(Signature).where(
            col(Signature.request_id).in_(request_ids), Signature.status == SignatureStatus.AWAITING
        )
        awaited = await tx.exec(query.order_by(col(Signature.id)).with_for_update())
        return {
            one.request_id: {"link": one.new_link(page_in(one.language, pages, "underskrifter"))} for one in awaited
        }

    return found


async def end(tx: Session, signature: Signature, at: datetime) -> None:
    """Let it lapse, or delete what ended unsigned a while ago."""
    if signature.status is SignatureStatus.AWAITING:
        signer_id = signature.signer_contact_id
        signature.lapse(at)
        await _let_go(tx, signature, [signer_id])
        tx.publish(SignatureLapsed(**facts(signature)))
        return
    sender_id, signature.sender_contact_id = signature.sender_contact_id, None
    await _forget(tx, [sender_id])
    await tx.delete(signature)


UNSIGNED = Due("unsigned applications", Signature, "due_at", end)


async def _pass_on(tx: Session, signature_id: UUID, case_id: UUID) -> None:
    """The files are the case's."""
    of_signature = sa.update(AttachmentUse).where(col(AttachmentUse.case_id) == signature_id)
    await (await tx.connection()).execute(of_signature.values(case_id=case_id))


async def _let_go(tx: Session, signature: Signature, contact_ids: Collection[UUID | None]) -> None:
    """Delete what is not needed when nobody signs. Nobody uses the files then, and they go as others do."""
    of_signature = sa.delete(AttachmentUse).where(col(AttachmentUse.case_id) == signature.id)
    await (await tx.connection()).execute(of_signature)
    await _forget(tx, contact_ids)


async def _forget(tx: Session, contact_ids: Collection[UUID | None]) -> None:
    """A mail to the contact that is not sent yet is then cancelled."""
    await tx.flush()
    await (await tx.connection()).execute(sa.delete(Contact).where(col(Contact.id).in_(contact_ids)))
