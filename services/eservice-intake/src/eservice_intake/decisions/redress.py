"""What one can do about a decision, told before anything is sent in."""

import re

from fastapi import APIRouter
from pydantic import BaseModel, Field

from eservice_intake.catalogue.eservices import UnknownEService, catalogue
from eservice_intake.decisions.delegation import decisions
from web import Caller, refusals

NUMBER = re.compile(r",? *\{diary_number\}")
"""No case has a number before it is sent in."""

router = APIRouter(tags=["E-services"])


class Redress(BaseModel):
    is_decided: bool = Field(description="Whether the answer is a decision, that one is served.")
    how_to_appeal: str | None = Field(
        description="`null` when nothing is decided.", examples=["Write which decision you appeal against."]
    )


@router.get(
    "/eservices/{eservice_id}/redress",
    response_model=Redress,
    operation_id="show_redress",
    responses=refusals(UnknownEService),
)
async def show_redress(eservice_id: str, language: Caller) -> Redress:
    """Whether what is sent in is decided, and how to appeal against the decision."""
    eservice = catalogue().find(eservice_id)
    kinds = {eservice.kind, *(eservice.kind_by_field.cases if eservice.kind_by_field else ())}
    if not any(eservice.kinds[kind].decided for kind in kinds):
        return Redress(is_decided=False, how_to_appeal=None)
    return Redress(is_decided=True, how_to_appeal=NUMBER.sub("", decisions().told_how_to_appeal(language)))
