"""What the mails about a step would say, before it is taken. The step is taken, and undone."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from eservice_intake.cases import api, linking
from eservice_intake.cases.handling import PendingStep
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions import api as decisions
from eservice_intake.decisions import appealing, courts, notifying
from eservice_intake.referrals import api as referrals
from shared.contacts import Contact
from shared.events import (
    DecisionFinal,
    Language,
    OpinionRequested,
    Outcome,
    PartyNotified,
    PartyServed,
    RulingReceived,
)
from shared.events.decisions import ToldToParties
from shared.events.eservice_intake import CaseEvent
from web.json_body import JsonRoute

MAILED = (
    api.extend,
    api.complete,
    api.close,
    api.move,
    api.send_message,
    linking.merge,
    referrals.refer,
    notifying.notify,
    notifying.correct,
    decisions.register_receipt,
    appealing.register,
    appealing.forward,
    courts.receive_ruling,
)
"""The steps of which mails are all that is to be read: what others send is previewed with it."""
STEPS = (api, linking, referrals, notifying, decisions, appealing, courts)
TO_A_PARTY = (OpinionRequested, PartyNotified, PartyServed)
"""What somebody else is told alone, by a link."""
router = APIRouter(tags=["Cases"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


class StepMail(BaseModel):
    """A mail about a step: what it tells of, to whom, and what it says."""

    tells: str = Field(description="What happens, as its event is named.", examples=["case-extended"])
    to_party: bool = Field(description="Whether it is to somebody else than the applicant.")
    party_name: str | None = Field(None, description="Who that is.", examples=[None])
    language: Language = Field(description="Of whoever gets it.")
    is_mailed: bool = Field(description="Whether a mail tells them. Nobody is mailed who has no address.")
    due_on: date | None = Field(None, description="The last day, of what is extended or asked for.", examples=[None])
    earliest_start_on: date | None = Field(
        None, description="Of what is complete: when work may begin, if something is to begin.", examples=[None]
    )
    into_reference: str | None = Field(None, description="Of what is merged: the case that goes on.", examples=[None])
    served_on: date | None = Field(None, description="When a decision counts as served.", examples=[None])
    appeal_until: date | None = Field(None, description="The last day to appeal it, if one can.", examples=[None])
    received_on: date | None = Field(None, description="When an appeal came.", examples=[None])
    ruled_on: date | None = Field(None, description="When a court ruled on it.", examples=[None])
    opens: bool = Field(False, description="Whether the case is open again.")


class StepPreview(BaseModel):
    """The mails about a step, also those that nobody gets for want of an address."""

    mails: list[StepMail]


async def _mails(step: PendingStep) -> list[StepMail]:
    return [await _mail(step, event, *to) for event in step.events for to in _told(event)]


def _told(event: CaseEvent) -> Iterator[tuple[bool, UUID | None]]:
    """Whether it is somebody else than the applicant, and their contact, of everybody who is told."""
    if isinstance(event, TO_A_PARTY):
        yield True, event.party_contact_id
        return
    yield False, event.applicant_contact_id
    if isinstance(event, ToldToParties):
        yield from ((True, one.party_contact_id) for one in event.parties)


async def _mail(step: PendingStep, event: CaseEvent, to_party: bool, contact_id: UUID | None) -> StepMail:
    contact = await step.tx.get(Contact, contact_id) if contact_id else None
    is_hidden = isinstance(event, TO_A_PARTY) and step.case.confidential
    said = dict(event) | {
        "tells": event.type.split(".")[1],
        "to_party": to_party,
        "party_name": contact.name if contact and to_party else None,
        "language": contact.language if contact else event.language,
        "is_mailed": contact is not None and not is_hidden,
        "opens": _opens(event),
    }
    return StepMail.model_validate(said)


def _opens(event: CaseEvent) -> bool:
    match event:
        case RulingReceived(status=Status.COMPLETE) | DecisionFinal(outcome=Outcome.REVOKED):
            return True
        case _:
            return False


def previewed(take: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[StepPreview]]:
    """What takes a step, as what answers with its mails and refuses what the step would."""

    @wraps(take)
    async def preview(step: PendingStep, **given: Any) -> StepPreview:
        await take(step=step, **given)
        mails = await _mails(step)
        await step.undo()
        return StepPreview(mails=mails)

    return preview


for route in (route for module in STEPS for route in module.router.routes):
    if isinstance(route, APIRoute) and route.endpoint in MAILED:
        router.add_api_route(
            f"{route.path}/preview",
            previewed(route.endpoint),
            methods=["POST"],
            name=f"preview_{route.name}",
            operation_id=f"preview_{route.operation_id}",
            description="What the mails would say if the step were taken now. It is refused as the step is. Nothing "
            "is sent or saved.",
            response_model=StepPreview,
            responses=route.responses,
        )
