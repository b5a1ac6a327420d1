"""The catalogue of e-services."""

from typing import Any

from fastapi import Request

from eservice_intake.catalogue.eservices import UnknownEService, catalogue
from eservice_intake.catalogue.file_types import ACCEPT
from eservice_intake.catalogue.presentation import EServiceBrief, EServiceShown, Presenter
from eservice_intake.catalogue.schema import Reader, schema_of
from shared.pagination import Page
from web import Caller, Router, refusals

router = Router(tags=["E-services"])


@router.get("/eservices", response_model=Page[EServiceBrief], operation_id="list_eservices")
async def list_eservices(language: Caller) -> Page[EServiceBrief]:
    """Every e-service. They are one page, by title."""
    return Page(items=Presenter(catalogue(), language).listed(), next=None)


@router.get(
    "/eservices/{eservice_id}",
    response_model=EServiceShown,
    response_model_exclude_none=True,
    operation_id="show_eservice",
    responses=refusals(UnknownEService),
)
async def show_eservice(eservice_id: str, language: Caller) -> EServiceShown:
    """An e-service. What it is about, what it costs, how long it takes, and what it asks."""
    return Presenter(catalogue(), language).shown(catalogue().find(eservice_id))


@router.get(
    "/eservices/{eservice_id}/schema",
    response_model=dict[str, Any],
    operation_id="show_eservice_schema",
    responses=refusals(UnknownEService),
)
async def show_schema(eservice_id: str, language: Caller, request: Request) -> dict[str, Any]:
    """An e-service's answers as JSON Schema. Draft 2020-12; a form can be rendered from it and checked against it."""
    reader = Reader(language, ACCEPT, request.app.state.settings.max_attachment_bytes)
    return schema_of(catalogue(), catalogue().find(eservice_id), reader)
