"""What the mails about a case enclose: told to who writes them, when they are sent."""

import base64
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from eservice_intake.cases.definitions import know
from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.papers import decision_document
from eservice_intake.documents.api import PDF, filenames_of
from eservice_intake.documents.copies import as_text, copy_of
from eservice_intake.documents.pdf import Document, DocumentNotMade, Typesetter, typesetter_of
from shared.contacts import LARGEST_ENCLOSURE, Enclosure, FoundEnclosure, WantedEnclosure
from shared.database import Session
from shared.staff import Person
from web import RequireRole
from web.json_body import JsonRoute
from web.transaction import database_of


def enclosures_router(units: Iterable[str]) -> APIRouter:
    """The copy of a case by its id, and a decision by its own."""
    Reader = Annotated[Person, Depends(RequireRole("contact-reader", units=units))]
    # Not the Router with Idempotency-Key: an answer that was kept would outlive the person it is about.
    router = APIRouter(tags=["Contacts"], route_class=JsonRoute)

    @router.post("/enclosures/lookup", operation_id="look_up_enclosure")
    async def look_up(wanted: WantedEnclosure, reader: Reader, request: Request) -> FoundEnclosure:
        """Look up what a mail encloses. Nothing is told that would go to an address that nobody has proved."""
        async with database_of(request).transaction() as tx:
            document = await _document(tx, wanted.id)
            tx.audit(reader.subject, "look up enclosure", id=str(wanted.id))
        found = await _enclosed(typesetter_of(request), document) if document else None
        return FoundEnclosure(service=request.app.state.settings.service, enclosure=found)

    return router


async def _document(tx: Session, wanted: UUID) -> Document | None:
    decision = await tx.get(Decision, wanted)
    case = await tx.get(Case, decision.case_id if decision else wanted)
    if case is None or not case.may_be_mailed:
        return None
    await know(tx, [case])
    if decision is not None:
        return decision_document(case, decision) if case.gets_decisions_by_mail else None
    return copy_of(case, await filenames_of(tx, case))


async def _enclosed(typesetter: Typesetter, document: Document) -> Enclosure:
    name = f"{document.footer.replace(':', '_')}.pdf"
    return Enclosure(text=as_text(document), name=name, media_type=PDF, content=await _content(typesetter, document))


async def _content(typesetter: Typesetter, document: Document) -> bytes | None:
    """The PDF in base64."""
    try:
        content = await typesetter.as_pdf(document)
    except DocumentNotMade:
        return None
    return base64.b64encode(content) if len(content) <= LARGEST_ENCLOSURE else None
