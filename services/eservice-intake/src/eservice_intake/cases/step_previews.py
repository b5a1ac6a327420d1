"""What the mail about a step would say, before it is taken. The step is taken, and undone."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from eservice_intake.cases import api, linking
from eservice_intake.cases.forms import CaseState
from eservice_intake.cases.handling import PendingStep
from shared.events import Language
from shared.events.eservice_intake import CaseEvent
from web.json_body import JsonRoute

MAILED = (api.extend, api.complete, api.close, api.move, linking.merge)
"""The steps whose mail is all that the applicant gets: what others send is previewed with it."""
router = APIRouter(tags=["Cases"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


class StepPreview(BaseModel):
    """What the mail says of a step, and whether there is one."""

    language: Language = Field(description="The applicant's.")
    is_mailed: bool = Field(description="Whether a mail tells the applicant of it. Nobody is, who is anonymous.")
    due_on: date | None = Field(None, description="Of an extension: the new last day.")
    earliest_start_on: date | None = Field(
        None, description="Of what is complete: when work may begin, if something is to begin.", examples=[None]
    )
    into_reference: str | None = Field(None, description="Of what is merged: the case that goes on.", examples=[None])

    @classmethod
    def of(cls, event: CaseEvent) -> "StepPreview":
        return cls.model_validate({**dict(event), "is_mailed": event.applicant_contact_id is not None})


def previewed(take: Callable[..., Awaitable[CaseState]]) -> Callable[..., Awaitable[StepPreview]]:
    """What takes a step, as what answers with its mail and refuses what the step would."""

    @wraps(take)
    async def preview(step: PendingStep, **given: Any) -> StepPreview:
        await take(step=step, **given)
        return StepPreview.of(await step.undo())

    return preview


for route in (*api.router.routes, *linking.router.routes):
    if isinstance(route, APIRoute) and route.endpoint in MAILED:
        router.add_api_route(
            f"{route.path}/preview",
            previewed(route.endpoint),
            methods=["POST"],
            name=f"preview_{route.name}",
            operation_id=f"preview_{route.operation_id}",
            description="What the mail would say if the step were taken now. It is refused as the step is. Nothing is "
            "sent or saved.",
            response_model=StepPreview,
            responses=route.responses,
        )
