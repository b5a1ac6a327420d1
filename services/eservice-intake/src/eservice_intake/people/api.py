"""What a person may ask of the municipality: everything that is held about them, and that it goes."""

from collections.abc import Sequence
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from pydantic_core import to_jsonable_python
from sqlmodel import col

from eservice_intake.attachments.models import AttachmentHold
from eservice_intake.attachments.purge import purge_bytes
from eservice_intake.attachments.storage import storage_of
from eservice_intake.cases.definitions import know
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import ENDED
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.documents.api import PDF, download, downloads
from eservice_intake.documents.pdf import DocumentNotMade, typesetter_of
from eservice_intake.drafts.models import Draft
from eservice_intake.drafts.rules import begun_with, opened
from eservice_intake.identities.numbers import Seal
from eservice_intake.people.finding import Found, Person, find
from eservice_intake.people.models import CaseExtract, Erased, Extract, PersonForm, StillOpen
from eservice_intake.people.papers import extract_document
from eservice_intake.people.parties import told as told_to_party
from eservice_intake.people.parties import without_parties
from eservice_intake.people.rows import delete_cases, delete_unused, rows_of
from eservice_intake.people.unsigned import delete_unsigned, told
from eservice_intake.surveys.invited import delete_invitations
from eservice_intake.surveys.invited import told as told_of_invitation
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import ApplicantErased
from shared.staff import ADMINISTRATOR
from shared.staff import Person as Staff
from web import Caller, Now, RequireRole, Router, Today, Transaction, refusals
from web.json_body import JsonRoute
from web.transaction import database_of

Administrator = Annotated[Staff, Depends(RequireRole(ADMINISTRATOR))]

erasing = Router(tags=["People"])
extracting = APIRouter(tags=["People"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


@erasing.post("/people/erasure", response_model=Erased, operation_id="erase_person", responses=refusals(StillOpen))
async def erase(
    form: PersonForm, by: Administrator, request: Request, tx: Transaction, today: Today, afterwards: BackgroundTasks
) -> Erased:
    """Erase one person. Cases, drafts, what awaits a signature, files and journals; refused while a case is open.

    What mentions the person in somebody else's case stays, and is named.
    """
    seal: Seal = request.app.state.seal
    person = Person.of(form, today)
    found = await find(tx, person, seal, today)
    if still_open := [case.diary for case in found.cases if case.status not in ENDED]:
        raise StillOpen(still_open)
    erased = Erased(
        cases=_diaries(found.cases),
        drafts=len(found.drafts),
        unsigned=len(found.unsigned),
        invitations=len(found.invitations),
        mentioned_in=_diaries(found.mentions),
    )
    await erase_cases(tx, found.cases)
    await _delete_drafts(tx, found.drafts)
    await delete_unsigned(tx, found.unsigned)
    await delete_invitations(tx, found.invitations)
    await delete_unused(tx, found.contacts)
    tx.audit(by.subject, "erase person", person=person.digest(seal), **erased.model_dump())
    afterwards.add_task(purge_bytes, storage_of(request), database_of(request))
    return erased


async def erase_cases(tx: Session, cases: Sequence[Case]) -> None:
    """Delete the cases, and tell the others that what they keep under the ids concerns nobody any longer."""
    for case in cases:
        contacts = await delete_cases(tx, [case])
        tx.publish(ApplicantErased(application_id=case.id, contact_ids=sorted(contacts)))


@extracting.post("/people/extract", response_model=Extract, operation_id="extract_person")
async def extract(form: PersonForm, by: Administrator, request: Request, at: Now) -> Extract:
    """All that is held about one person, confidential cases by their numbers. That it was asked for is audited."""
    seal: Seal = request.app.state.seal
    person = Person.of(form, day_in_sweden(at))
    async with database_of(request).transaction() as tx:
        found = await find(tx, person, seal, day_in_sweden(at))
        cases = [await _extracted(tx, case, seal) for case in found.cases if not case.confidential]
        served = [await told_to_party(tx, party) for party in found.parties]
        invited = [await told_of_invitation(tx, one) for one in found.invitations]
        tx.audit(by.subject, "extract person", person=person.digest(seal), cases=_diaries(found.cases))
    return Extract(made_at=at, cases=cases, served=served, invited=invited, **_others(found, seal))


@extracting.post(
    "/people/extract/pdf",
    response_class=Response,
    operation_id="extract_person_as_pdf",
    responses=downloads(PDF, refusals(DocumentNotMade)),
)
async def extract_as_pdf(form: PersonForm, by: Administrator, request: Request, at: Now, language: Caller) -> Response:
    """All that is held about one person, as a PDF. That it was asked for is audited."""
    document = extract_document(await extract(form, by, request, at), language)
    content = await typesetter_of(request).as_pdf(document)
    return download(content, PDF, "extract.pdf", language)


def _others(found: Found, seal: Seal) -> dict[str, Any]:
    """What is held besides cases."""
    drafts = [opened(begun_with(catalogue(), draft), draft, seal) for draft in found.drafts]
    return {
        "confidential": _diaries([case for case in found.cases if case.confidential]),
        "drafts": [draft.model_dump(mode="json") for draft in drafts],
        "unsigned": [told(signature, seal) for signature in found.unsigned],
        "contacts": [contact.model_dump(mode="json") for contact in found.contacts],
        "mentioned_in": _diaries(found.mentions),
    }


async def _extracted(tx: Session, case: Case, seal: Seal) -> CaseExtract:
    await know(tx, [case])
    eservice = catalogue().sent_with(case)
    answers = seal.opened_answers(eservice.form, case.answers)
    rows = without_parties(await rows_of(tx, case.id))
    for row in rows["eservice_case"]:
        row["answers"] = answers
    for row in rows.get("eservice_case_person", []):
        row["number"] = row["number"] and seal.opened(row["number"])
    return CaseExtract(
        diary_number=case.diary,
        reference=case.reference,
        answers=read_answers(eservice, answers, case.language),
        rows=to_jsonable_python(rows),
    )


async def _delete_drafts(tx: Session, drafts: Sequence[Draft]) -> None:
    ids = [draft.id for draft in drafts]
    connection = await tx.connection()
    await connection.execute(sa.delete(AttachmentHold).where(col(AttachmentHold.draft_id).in_(ids)))
    await connection.execute(sa.delete(Draft).where(col(Draft.id).in_(ids)))


def _diaries(cases: Sequence[Case]) -> list[str]:
    return [case.diary for case in cases]
