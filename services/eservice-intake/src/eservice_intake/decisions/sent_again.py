"""What the mail says that sends a decision again, before it is sent. Nothing is saved."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Decision, NoDecision
from eservice_intake.decisions.papers import decision_document
from eservice_intake.decisions.parties import ConfidentialNotServed, DecisionParty, NotInForce, UnknownParty, now_served
from eservice_intake.decisions.recipients import AlreadyServed, NotToldOfService, Recipient
from eservice_intake.decisions.service_forms import SendingForm
from eservice_intake.decisions.serving import require_unserved
from eservice_intake.documents.copies import as_text
from shared.clock import day_in_sweden
from shared.events import Language
from web import Now, refusals
from web.json_body import JsonRoute
from web.transaction import database_of

router = APIRouter(tags=["Decisions"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


class Unmailed(StrEnum):
    """Why no mail tells somebody: they have no address, or a confidential case is not shown by the link in it."""

    NO_ADDRESS = "no_address"
    SECRECY = "secrecy"


WhyUnmailed: TypeAlias = Annotated[
    Unmailed | None,
    Field(
        description="Why no mail tells them of it: they have no address, or the mail has a link, which does not show a "
        "confidential case. None when one does.",
        examples=[None],
    ),
]


class Served(BaseModel):
    """How a decision reaches whoever is served it."""

    language: Language = Field(description="Theirs.")
    unmailed_because: WhyUnmailed
    to_party: bool = Field(description="Whether it is somebody else than the applicant.")
    party_name: str | None = Field(None, description="Who that is.", examples=[None])
    enclosed: str | None = Field(
        description="The document in words, as the mail has it that encloses it, for who gets decisions by mail.",
        examples=[None],
    )


class SendingPreview(Served):
    """What the mail says that sends a decision again."""

    served_on: date
    appeal_until: date | None = Field(description="The last day to appeal, if one can.")


@router.post(
    "/cases/{reference}/simplified-service/preview",
    response_model=SendingPreview,
    operation_id="preview_sending_again",
    responses=refusals(
        *READING, NoDecision, UnknownParty, NotInForce, AlreadyServed, NotToldOfService, ConfidentialNotServed
    ),
)
async def preview_sending(form: SendingForm, opened: CaseRead, request: Request, at: Now) -> SendingPreview:
    """What the mail would say that sends a decision again.

    When it counts as served, and until when it can be appealed. Nothing is sent or saved.
    """
    async with database_of(request).transaction() as tx:
        case = await tx.get_one(Case, opened.case_id)
        opened.audit(tx, "preview decision", case)
        decision, party = await now_served(tx, case, form.party_id)
    require_unserved(case, decision, party)
    then = Recipient()
    then.send_simplified(day_in_sweden(at), decision.appealable)
    days = {"served_on": then.served_on, "appeal_until": then.appeal_until}
    return SendingPreview(**dict(served_to(case, decision, party)), **days)


def served_to(case: Case, decision: Decision, party: DecisionParty | None) -> Served:
    """Others read it behind a link alone."""
    if party is not None:
        known = {"language": party.language, "party_name": party.party_name}
        why = unmailed_because(case, party.party_contact_id, by_link=True)
        return Served(**known, unmailed_because=why, to_party=True, enclosed=None)
    enclosed = as_text(decision_document(case, decision)) if case.gets_decisions_by_mail else None
    why = unmailed_because(case, case.applicant_contact_id)
    return Served(language=case.language, unmailed_because=why, to_party=False, enclosed=enclosed)


def unmailed_because(case: Case, contact_id: UUID | None, by_link: bool = False) -> Unmailed | None:
    """Why a mail, with a link or without, does not tell whoever has that contact. None when it does."""
    if contact_id is None:
        return Unmailed.NO_ADDRESS
    return Unmailed.SECRECY if by_link and case.confidential else None
