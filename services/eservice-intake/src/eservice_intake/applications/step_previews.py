"""What the mails about a step would say, before it is taken. The step is taken, and undone."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from eservice_intake.cases import api, linking
from eservice_intake.cases.handling import PendingStep
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions import api as decisions
from eservice_intake.decisions import appealing, courts, notifying
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.decisions.sent_again import WhyUnmailed, unmailed_because
from eservice_intake.referrals import api as referrals
from eservice_intake.referrals.models import Referral
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
Other: TypeAlias = DecisionParty | Referral
"""Somebody else than the applicant."""
router = APIRouter(tags=["Cases"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


class StepMail(BaseModel):
    """A mail about a step: what it tells of, to whom, and what it says."""

    tells: str = Field(description="What happens, as its event is named.", examples=["case-extended"])
    to_party: bool = Field(description="Whether it is to somebody else than the applicant.")
    party_name: str | None = Field(None, description="Who that is.", examples=[None])
    language: Language = Field(description="Of whoever gets it.")
    unmailed_because: WhyUnmailed
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
    """The mails about a step, also those that are not sent."""

    mails: list[StepMail]


async def _mails(step: PendingStep) -> list[StepMail]:
    return [await _mail(step, event, other) for event in step.events for other in _told(event)]


def _told(event: CaseEvent) -> Iterator[tuple[type[Other], UUID] | None]:
    """Everybody who is told: where somebody else than the applicant is kept, and None for the applicant."""
    match event:
        case OpinionRequested():
            yield Referral, event.referral_id
        case PartyNotified() | PartyServed():
            yield DecisionParty, event.party_id
        case ToldToParties():
            yield None
            yield from ((DecisionParty, one.party_id) for one in event.parties)
        case _:
            yield None


async def _mail(step: PendingStep, event: CaseEvent, other: tuple[type[Other], UUID] | None) -> StepMail:
    party: Other | None = await step.tx.get_one(*other) if other else None
    contact_id = party.party_contact_id if party else event.applicant_contact_id
    contact = await step.tx.get_one(Contact, contact_id) if contact_id else None
    said = dict(event) | {
        "tells": event.type.split(".")[1],
        "to_party": party is not None,
        "party_name": party and party.party_name,
        "language": (contact or party or event).language,
        "unmailed_because": unmailed_because(step.case, contact_id, by_link=isinstance(event, TO_A_PARTY)),
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
