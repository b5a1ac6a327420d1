"""Administrators upload definitions, approve each other's, and publish them at a time."""

from datetime import datetime
from uuid import UUID

from fastapi import Depends, Request

from definitions.models import (
    AlreadySettled,
    ChangedMeanwhile,
    Definition,
    FourEyesOfDefinition,
    NotApproved,
    NothingChanged,
    UnknownDefinition,
    definition_of,
    latest_published,
    locked_versions,
    too_early,
)
from definitions.published import CLOSES_AFTER
from definitions.source import Source
from shared.database import Session
from shared.staff import Person
from web.dead_letters import Administrator, administrator
from web.definitions.forms import NewTexts, Publication, Upload, VersionBrief
from web.definitions.reading import Mounted, brief, kind_named, read, require_in_time, with_texts
from web.refusals import refusals
from web.router import Router
from web.transaction import Now, Transaction

LARGEST = 1024 * 1024

router = Router(tags=["Definitions"], dependencies=[Depends(administrator)])


@router.post(
    "/definitions/{kind}",
    status_code=201,
    response_model=VersionBrief,
    max_body_size=LARGEST,
    operation_id="upload_definition",
    responses=refusals(UnknownDefinition, NothingChanged),
)
async def upload(
    kind: str, form: Upload, request: Request, person: Administrator, tx: Transaction, at: Now
) -> VersionBrief:
    """Upload a version, as YAML. Nothing changes before somebody else has approved it and it is published.

    With 422 every problem is named by its place and line.
    """
    published = kind_named(request, kind)
    return await _proposed(tx, published, form.source, form.note, person, at, authors=[])


@router.post(
    "/definition-versions/{definition_id}/texts",
    status_code=201,
    response_model=VersionBrief,
    operation_id="change_definition_texts",
    responses=refusals(UnknownDefinition, NothingChanged),
)
async def change_texts(
    definition_id: UUID, form: NewTexts, request: Request, person: Administrator, tx: Transaction, at: Now
) -> VersionBrief:
    """Change texts one by one. It makes another version, which somebody else approves."""
    version = await definition_of(tx, definition_id)
    source = with_texts(version.source, [(one.place, one.language, one.text) for one in form.texts])
    authors = [] if version.effective_at else version.authors
    return await _proposed(tx, kind_named(request, version.kind), source, form.note, person, at, authors=authors)


@router.post(
    "/definition-versions/{definition_id}/approval",
    response_model=VersionBrief,
    operation_id="approve_definition_version",
    responses=refusals(UnknownDefinition, FourEyesOfDefinition, AlreadySettled, ChangedMeanwhile),
)
async def approve(
    definition_id: UUID, request: Request, person: Administrator, tx: Transaction, at: Now
) -> VersionBrief:
    """Approve what somebody else has written. Who has written any of it may not."""
    version = await definition_of(tx, definition_id, lock=True)
    await _require_latest(tx, version)
    version.approve(tx, person, at)
    return brief(version, kind_named(request, version.kind))


@router.post(
    "/definition-versions/{definition_id}/publication",
    response_model=VersionBrief,
    operation_id="publish_definition_version",
    responses=refusals(UnknownDefinition, NotApproved, AlreadySettled, ChangedMeanwhile),
)
async def publish(
    definition_id: UUID, form: Publication, request: Request, person: Administrator, tx: Transaction, at: Now
) -> VersionBrief:
    """Publish what is approved, at once or from a time. Every process knows of it within seconds.

    Drafts and forms that were begun with an earlier version go on with that until it closes.
    """
    version = await definition_of(tx, definition_id, lock=True)
    earlier = await _require_latest(tx, version)
    effective_at = form.effective_at or at
    if effective_at < at or any(one.effective_at and effective_at < one.effective_at for one in earlier):
        raise too_early()
    closes_at = form.earlier_close_at or effective_at + CLOSES_AFTER
    if closes_at < effective_at:
        raise too_early("earlier_close_at")
    kind = kind_named(request, version.kind)
    held = next(iter(earlier), None)
    require_in_time(kind, kind.kind.load(version.content), Source(version.source), held, effective_at)
    for one in earlier:
        one.close(closes_at)
    version.publish(tx, person, effective_at, earlier)
    return brief(version, kind)


@router.post(
    "/definition-versions/{definition_id}/withdrawal",
    response_model=VersionBrief,
    operation_id="withdraw_definition_version",
    responses=refusals(UnknownDefinition, AlreadySettled),
)
async def withdraw(
    definition_id: UUID, request: Request, person: Administrator, tx: Transaction, at: Now
) -> VersionBrief:
    """Withdraw a version that is not published. It is kept, with who wrote it."""
    version = await definition_of(tx, definition_id, lock=True)
    version.withdraw(tx, person, at)
    return brief(version, kind_named(request, version.kind))


async def _proposed(
    tx: Session, kind: Mounted, text: str, note: str, person: Person, at: datetime, *, authors: list[str]
) -> VersionBrief:
    one, source = read(kind, text, at)
    name = kind.kind.name_of(one)
    base = await latest_published(tx, kind.kind.name, name)
    if base is not None and base.version == one.version:
        raise NothingChanged
    require_in_time(kind, one, source, base, at)
    version = Definition(
        kind=kind.kind.name,
        name=name,
        version=one.version,
        source=text,
        content=one.content,
        note=note,
        base_id=base.id if base else None,
        authors=sorted({*authors, person.subject}),
        uploaded_by=person.subject,
        uploaded_at=at,
    )
    tx.add(version)
    version.audit(tx, person, "upload definition")
    return brief(version, kind)


async def _require_latest(tx: Session, version: Definition) -> list[Definition]:
    """The published versions, locked. Raises ChangedMeanwhile when another was published since this was written."""
    earlier = await locked_versions(tx, version.kind, version.name)
    if version.effective_at is None and version.base_id != (earlier[0].id if earlier else None):
        raise ChangedMeanwhile
    return earlier
