"""The catalogue of e-services."""

from datetime import datetime
from typing import Any

from fastapi import Request

from definitions.published import VersionClosed
from eservice_intake.catalogue.eservices import EService, UnknownEService, catalogue, version_of
from eservice_intake.catalogue.file_types import ACCEPT
from eservice_intake.catalogue.presentation import EServiceBrief, EServiceShown, Presenter
from eservice_intake.catalogue.schema import Reader, schema_of
from shared.pagination import Page
from web import Caller, Now, Router, refusals
from web.definitions import EarlierVersion

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
    responses=refusals(UnknownEService, VersionClosed),
)
async def show_eservice(
    eservice_id: str, language: Caller, at: Now, definition: EarlierVersion = None
) -> EServiceShown:
    """An e-service. What it is about, what it costs, how long it takes, and what it asks."""
    return Presenter(catalogue(), language).shown(_found(eservice_id, definition, at))


@router.get(
    "/eservices/{eservice_id}/schema",
    response_model=dict[str, Any],
    operation_id="show_eservice_schema",
    responses=refusals(UnknownEService, VersionClosed),
)
async def show_schema(
    eservice_id: str, language: Caller, request: Request, at: Now, definition: EarlierVersion = None
) -> dict[str, Any]:
    """An e-service's answers as JSON Schema. Draft 2020-12; a form can be rendered from it and checked against it."""
    reader = Reader(language, ACCEPT, request.app.state.settings.max_attachment_bytes)
    return schema_of(catalogue(), _found(eservice_id, definition, at), reader)


def _found(eservice_id: str, definition: str | None, at: datetime) -> EService:
    eservice = version_of(eservice_id, definition, at)
    if eservice is None:
        raise UnknownEService
    return eservice
