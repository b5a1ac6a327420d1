"""Administrators read definitions and what was changed in them, and try them before they are published."""

from collections import Counter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request
from sqlmodel import col, select

from definitions.models import Definition, UnknownDefinition, definition_of, latest_published
from shared.columns import without
from shared.database import Session
from shared.pagination import Page
from shared.settings import Settings
from web.dead_letters import Administrator, administrator, named
from web.definitions import steps
from web.definitions.forms import DefinitionBrief, Judged, Trial, Versions, VersionShown
from web.definitions.reading import brief, kind_named, mounted, reason_shown, shown
from web.language import Caller
from web.refusals import ViolationShown, refusals
from web.router import Router
from web.transaction import Now, Reading

MOST_VERSIONS = 200
KNOWN = refusals(UnknownDefinition)

router = Router(tags=["Definitions"], dependencies=[Depends(administrator)])


def definitions_router(settings: Settings) -> Router:
    """The definitions that `create_api` was given."""
    routes = Router()
    routes.include_router(router)
    routes.include_router(steps.router)
    return named(settings, routes)


@router.get("/definitions", response_model=Page[DefinitionBrief], operation_id="list_definitions")
async def list_definitions(request: Request, reading: Reading, language: Caller) -> Page[DefinitionBrief]:
    """What can be changed without a release: every definition, on one page."""
    waiting = await _waiting(reading)
    items = [
        DefinitionBrief(
            kind=kind.kind.name,
            kind_title=kind.kind.title.in_language(language),
            name=name,
            title=kind.kind.title_of(one).in_language(language),
            version=one.version,
            waiting=waiting[kind.kind.name, name],
        )
        for kind in mounted(request)
        for name, one in sorted(kind.published.current().items())
    ]
    return Page(items=items, next=None)


@router.get(
    "/definitions/{kind}/{name}", response_model=Versions, operation_id="list_definition_versions", responses=KNOWN
)
async def list_versions(kind: str, name: str, request: Request, reading: Reading) -> Versions:
    """The versions of a definition, at most 200. The latest first."""
    published = kind_named(request, kind)
    wanted = select(Definition).where(Definition.kind == kind, Definition.name == name)
    ordered = wanted.order_by(col(Definition.uploaded_at).desc(), col(Definition.id).desc()).limit(MOST_VERSIONS)
    listed = ordered.options(without(Definition.source), without(Definition.content))
    found = [brief(version, published) for version in await reading.exec(listed)]
    if not found:
        raise UnknownDefinition
    return Versions(items=found)


@router.get(
    "/definition-versions/{definition_id}",
    response_model=VersionShown,
    operation_id="show_definition_version",
    responses=KNOWN,
)
async def show(
    definition_id: UUID, request: Request, person: Administrator, reading: Reading, language: Caller, at: Now
) -> VersionShown:
    """A version: how it is written, and what it says otherwise than the one that holds."""
    version = await definition_of(reading, definition_id)
    holding = await latest_published(reading, version.kind, version.name, at)
    kind = kind_named(request, version.kind)
    return shown(version, holding.source if holding else "", kind, person, language, at)


@router.get(
    "/definition-versions/{definition_id}/preview",
    response_model=dict[str, Any],
    operation_id="preview_definition_version",
    responses=KNOWN,
)
async def preview(definition_id: UUID, request: Request, reading: Reading, language: Caller) -> dict[str, Any]:
    """What people would be shown: of an e-service the form and its JSON Schema."""
    version = await definition_of(reading, definition_id)
    kind = kind_named(request, version.kind)
    return kind.trials.preview(kind.kind.load(version.content), language, request.app.state.settings)


@router.post(
    "/definition-versions/{definition_id}/trial",
    response_model=Judged,
    operation_id="try_definition_version",
    responses=KNOWN,
)
async def try_answers(
    definition_id: UUID, form: Trial, request: Request, reading: Reading, language: Caller, at: Now
) -> Judged:
    """Have made-up answers judged by a version. Nothing is kept."""
    version = await definition_of(reading, definition_id)
    kind = kind_named(request, version.kind)
    one = kind.kind.load(version.content)
    wrong = kind.trials.judge(one, form.answers, at)
    outcome = [] if wrong else kind.trials.outcome(one, form.answers, at)
    reasons = [] if wrong else kind.trials.reasons(one, form.answers, at)
    return Judged(
        violations=[ViolationShown.of(each, language) for each in wrong],
        asked=kind.trials.asks(one, form.answers),
        outcome=[each.in_language(language) for each in outcome],
        reasons=[reason_shown(each, language) for each in reasons],
    )


async def _waiting(session: Session) -> Counter[tuple[str, str]]:
    open_ = col(Definition.effective_at).is_(None), col(Definition.withdrawn_at).is_(None)
    columns = col(Definition.kind), col(Definition.name)
    counted = sa.select(*columns, sa.func.count()).where(*open_).group_by(*columns)
    rows = await (await session.connection()).execute(counted)
    return Counter({(kind, name): count for kind, name, count in rows})
