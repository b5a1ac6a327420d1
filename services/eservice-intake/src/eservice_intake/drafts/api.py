"""Drafts: saved and resumed with a secret, and sent in as an application."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from limits import parse
from sqlmodel import col

from definitions.published import VersionClosed
from eservice_intake.applications import api as applications
from eservice_intake.applications.models import Receipt
from eservice_intake.attachments.models import AttachmentHold
from eservice_intake.attachments.rules import attachment_violations
from eservice_intake.attachments.uses import files_named, known_attachments
from eservice_intake.cases.definitions import know
from eservice_intake.catalogue.eservices import catalogue, version_of
from eservice_intake.catalogue.rules import attachment_ids
from eservice_intake.drafts.models import (
    KEPT,
    Draft,
    DraftForm,
    DraftsFull,
    TooManyDrafts,
    UnknownDraft,
)
from eservice_intake.drafts.presentation import DraftReceipt, DraftSaved, DraftShown, saved
from eservice_intake.drafts.rules import accepted, begun_with, judged_draft, opened, sealed, size_of
from eservice_intake.identities.models import SignInClosed, SignInFirst, SignInWeak
from eservice_intake.identities.residents import MAY_SIGN_IN
from eservice_intake.settings import IntakeSettings
from eservice_intake.surveys.answering import lock_round
from eservice_intake.surveys.models import SURVEY, CompanyHasAnswered, NoRoundOpen
from shared.clock import now
from shared.database import Database, Session
from shared.errors import Violation
from shared.logging import log
from shared.mailed_links import hash_of, new_secret
from shared.settings import Settings
from web import Caller, InTransaction, Now, Reading, Router, TooManyMails, Transaction, refusals
from web.client import client_of
from web.limits import MEGABYTE, Share
from web.mailed_links import Secret

LARGEST_DRAFT = 256 * 1024
DELETED_AT_ONCE = 1_000

router = Router(tags=["Drafts"])


async def _opened(draft_id: UUID, tx: Transaction, at: Now, secret: Secret = "") -> Draft:
    """The draft, locked. Raises UnknownDraft."""
    return _with_secret(await tx.get(Draft, draft_id, with_for_update=True), secret, at)


Opened = Annotated[Draft, Depends(_opened, scope="function")]


@router.post(
    "/drafts",
    max_body_size=LARGEST_DRAFT,
    status_code=201,
    response_model=DraftReceipt,
    operation_id="begin_draft",
    responses=refusals(TooManyDrafts, DraftsFull, VersionClosed),
)
async def begin(form: DraftForm, request: Request, language: Caller, tx: Transaction, at: Now) -> DraftReceipt:
    """Save what is filled in so far. Nothing is sent in: the draft is opened with its id and secret, for 14 days."""
    size = size_of(form.answers)
    eservice = version_of(form.eservice, form.definition, at)
    violations = accepted(eservice, form, at)
    await _require_share(request)
    await _require_room(request, tx, size)
    secret = new_secret()
    assert eservice is not None
    kept = sealed(eservice, form, request.app.state.seal)
    draft = Draft(**vars(kept), secret_hash=hash_of(secret), size=size, saved_at=at, expires_at=at + KEPT)
    tx.add(draft)
    await tx.flush()
    violations += await _hold(tx, draft)
    return DraftReceipt(secret=secret, **saved(draft, violations, language))


@router.put(
    "/drafts/{draft_id}",
    max_body_size=LARGEST_DRAFT,
    response_model=DraftSaved,
    operation_id="save_draft",
    responses=refusals(UnknownDraft, DraftsFull, VersionClosed),
)
async def save(
    form: DraftForm, draft: Opened, request: Request, language: Caller, tx: Transaction, at: Now
) -> DraftSaved:
    """Save the draft anew, in place of what it was. It is kept for another 14 days.

    It goes on with the version that it was begun with, unless `definition` names the one that holds.
    """
    size = size_of(form.answers)
    eservice = version_of(form.eservice, _goes_on_with(form, draft), at)
    violations = accepted(eservice, form, at)
    assert eservice is not None
    if size > draft.size:
        await _require_room(request, tx, size - draft.size)
    draft.replace(sealed(eservice, form, request.app.state.seal), size, at)
    await _let_go(tx, [draft.id])
    violations += await _hold(tx, draft)
    return DraftSaved(**saved(draft, violations, language))


@router.get(
    "/drafts/{draft_id}", response_model=DraftShown, operation_id="show_draft", responses=refusals(UnknownDraft)
)
async def show(
    draft_id: UUID, request: Request, reading: Reading, language: Caller, at: Now, secret: Secret = ""
) -> DraftShown:
    """A draft to go on with. Answers are as they were written, with what is wrong so far."""
    draft = _with_secret(await reading.get(Draft, draft_id), secret, at)
    await know(reading, [draft])
    eservice = begun_with(catalogue(), draft)
    form = opened(eservice, draft, request.app.state.seal)
    violations = judged_draft(eservice, form, at)
    wanted = _attachments(draft)
    violations += attachment_violations(wanted, await known_attachments(reading, wanted.values()))
    files = await files_named(reading, wanted, request.app.state.settings)
    return DraftShown(attachments=files, **vars(form), **saved(draft, violations, language))


@router.delete("/drafts/{draft_id}", status_code=204, operation_id="delete_draft", responses=refusals(UnknownDraft))
async def delete(draft: Opened, tx: Transaction) -> None:
    """Delete a draft."""
    await _delete(tx, draft)


@router.post(
    "/drafts/{draft_id}/submission",
    status_code=201,
    response_model=Receipt,
    operation_id="send_in_draft",
    responses=refusals(
        UnknownDraft,
        TooManyMails,
        NoRoundOpen,
        CompanyHasAnswered,
        SignInFirst,
        SignInWeak,
        SignInClosed,
        VersionClosed,
    ),
    openapi_extra=MAY_SIGN_IN,
)
async def send_in(draft: Opened, submission: InTransaction, tx: Transaction, response: Response) -> Receipt:
    """Send the draft in as an application. It is refused as an application would be; sent in, the draft is gone."""
    await know(tx, [draft])
    form = opened(begun_with(catalogue(), draft), draft, submission.request.app.state.seal)
    if form.eservice == SURVEY:
        await lock_round(tx)
    receipt = await applications.submit(form, submission)
    await _delete(tx, draft)
    response.headers["Location"] = f"/applications/{receipt.reference}"
    return receipt


async def purge_drafts(database: Database, settings: Settings) -> None:
    """Delete the drafts whose time is over."""
    while await _purge_some(database) == DELETED_AT_ONCE:
        pass


async def _purge_some(database: Database) -> int:
    old = sa.select(col(Draft.id)).where(col(Draft.expires_at) < now()).limit(DELETED_AT_ONCE)
    async with database.transaction() as tx:
        connection = await tx.connection()
        statement = sa.delete(Draft).where(col(Draft.id).in_(old)).returning(col(Draft.id))
        deleted = (await connection.execute(statement)).scalars().all()
        await _let_go(tx, deleted)
    return len(deleted)


def _with_secret(draft: Draft | None, secret: str, at: datetime) -> Draft:
    if draft is None or not draft.opens_with(secret, at):
        raise UnknownDraft
    return draft


async def _require_share(request: Request) -> None:
    """Raise TooManyDrafts when the client has begun many."""
    settings: IntakeSettings = request.app.state.settings
    share = Share(parse(settings.draft_limit), f"drafts/{client_of(request.scope)}")
    if not await request.app.state.limiter.count(share):
        raise TooManyDrafts


async def _require_room(request: Request, tx: Session, more: int) -> None:
    """Raise DraftsFull when all drafts would take too much room with so many bytes more."""
    settings: IntakeSettings = request.app.state.settings
    kept = (await (await tx.connection()).execute(sa.select(sa.func.sum(col(Draft.size))))).scalar() or 0
    if kept + more > settings.draft_megabytes * MEGABYTE:
        log.error("drafts take all their room: DRAFT_MEGABYTES", megabytes=kept // MEGABYTE)
        raise DraftsFull


def _goes_on_with(form: DraftForm, draft: Draft) -> str | None:
    return form.definition or (draft.definition if form.eservice == draft.eservice else None)


def _attachments(draft: Draft) -> dict[str, UUID]:
    eservice = begun_with(catalogue(), draft)
    return {} if eservice is None else attachment_ids(eservice, draft.answers)


async def _hold(tx: Session, draft: Draft) -> list[Violation]:
    """Keep the draft's files for as long as it is kept. What is wrong with those that cannot be used."""
    wanted = _attachments(draft)
    known = await known_attachments(tx, wanted.values())
    free = (attachment_id for attachment_id, attachment in known.items() if not attachment.is_used)
    tx.add_all(AttachmentHold(attachment_id=attachment_id, draft_id=draft.id) for attachment_id in free)
    return attachment_violations(wanted, known)


async def _let_go(tx: Session, draft_ids: Collection[UUID]) -> None:
    statement = sa.delete(AttachmentHold).where(col(AttachmentHold.draft_id).in_(draft_ids))
    await (await tx.connection()).execute(statement)


async def _delete(tx: Session, draft: Draft) -> None:
    await _let_go(tx, [draft.id])
    await tx.delete(draft)
