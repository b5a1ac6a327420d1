"""Administrators see what a consumer set aside, have it handled again, or discard it with a reason."""

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from shared.columns import without
from shared.dead_letters import (
    LONGEST_ERROR,
    LONGEST_REASON,
    AlreadyDiscarded,
    DeadLetter,
    DeadLetterStatus,
    NoSuchDeadLetter,
    locked,
)
from shared.fields import Line
from shared.pagination import Page, Paging, page_of
from shared.settings import Settings
from shared.staff import ADMINISTRATOR, Person
from web.payload import PayloadField, payload_of
from web.refusals import refusals
from web.router import Router
from web.staff import RequireRole
from web.transaction import Now, Reading, Transaction

MOST_CAUSES = 100
administrator = RequireRole(ADMINISTRATOR)
Administrator = Annotated[Person, Depends(administrator)]


class DeadLetterFilter(Paging):
    status: DeadLetterStatus = DeadLetterStatus.WAITING
    error: Line | None = Field(None, max_length=LONGEST_ERROR, description="Only those that this is wrong with.")


class Cause(SQLModel):
    """Something that is wrong with some that wait."""

    error: str = Field(description="It quotes nothing of a record.", schema_extra={"examples": ["house_id: missing"]})
    count: int = Field(schema_extra={"examples": [17]})
    oldest_at: datetime = Field(description="When the first of them was set aside.")


class DeadLetterOut(SQLModel):
    id: UUID
    event_id: UUID | None
    type: str | None = Field(
        description="`null` when the record does not say, or not as types are written.",
        schema_extra={"examples": ["housing.house-listed.v1"]},
    )
    origin: str = Field(
        description="Topic, partition and offset that it first came from.",
        schema_extra={"examples": ["housing.events/2/17"]},
    )
    error: str = Field(description="What was wrong the last time.", schema_extra={"examples": ["house_id: missing"]})
    attempts: int
    status: DeadLetterStatus
    size: int = Field(description="In bytes.")
    set_aside_at: datetime


class Happening(SQLModel):
    """A change of a dead letter."""

    status: DeadLetterStatus
    at: datetime
    who: str | None = Field(description="The subject of who did it.", schema_extra={"examples": ["a1b2"]})
    why: str | None = Field(description="What was wrong, or the reason for discarding it.")


class DeadLetterShown(DeadLetterOut):
    """With what may be shown of what it holds."""

    payload: list[PayloadField]
    sha256: str = Field(description="Of the record's value.", schema_extra={"examples": [hashlib.sha256().hexdigest()]})
    history: list[Happening] = Field(description="The oldest first.")


class Discarding(SQLModel):
    """Why nobody is to handle it."""

    model_config = {"extra": "forbid"}

    reason: Line = Field(
        max_length=LONGEST_REASON,
        description="Kept with it and in the audit: no personal data.",
        schema_extra={"examples": ["The house was registered again by hand."]},
    )


router = Router(tags=["Operations"], dependencies=[Depends(administrator)])
KNOWN = refusals(NoSuchDeadLetter)
NOT_DISCARDED = refusals(NoSuchDeadLetter, AlreadyDiscarded)


def dead_letters_router(settings: Settings) -> Router:
    """What the service's consumer set aside."""
    return named(settings, router)


def named(settings: Settings, routes: Router) -> Router:
    """The routes below the name of the service: all services are under one host."""
    below = Router(prefix=f"/{settings.service}")
    below.include_router(routes)
    return below


@router.get("/dead-letter-causes", response_model=Page[Cause], operation_id="list_dead_letter_causes")
async def list_causes(session: Reading) -> Page[Cause]:
    """What is wrong with those that wait, and with how many. At most a hundred causes, the commonest first."""
    error, count, at = col(DeadLetter.error), sa.func.count(), col(DeadLetter.set_aside_at)
    waiting = sa.select(error, count, sa.func.min(at)).where(col(DeadLetter.status) == DeadLetterStatus.WAITING)
    counted = waiting.group_by(error).order_by(count.desc(), error).limit(MOST_CAUSES)
    rows = await (await session.connection()).execute(counted)
    return Page(items=[Cause(error=why, count=count, oldest_at=oldest) for why, count, oldest in rows], next=None)


@router.get("/dead-letters", response_model=Page[DeadLetterOut], operation_id="list_dead_letters")
async def list_letters(wanted: Annotated[DeadLetterFilter, Query()], session: Reading) -> Page[DeadLetterOut]:
    """What was set aside, and waits or became what `status` says. By what is wrong with it, then the oldest first."""
    letters = select(DeadLetter).where(DeadLetter.status == wanted.status)
    if wanted.error is not None:
        letters = letters.where(DeadLetter.error == wanted.error)
    without_value = letters.options(without(DeadLetter.value))
    order = col(DeadLetter.error).asc(), col(DeadLetter.set_aside_at).asc(), col(DeadLetter.id).asc()
    return await page_of(session, without_value, wanted, order, DeadLetterOut.model_validate)


@router.get(
    "/dead-letters/{dead_letter_id}",
    response_model=DeadLetterShown,
    operation_id="show_dead_letter",
    responses=KNOWN,
)
async def show(dead_letter_id: UUID, person: Administrator, tx: Transaction) -> DeadLetterShown:
    """What was set aside, and what became of it. That it was read is audited.

    Of what it holds, ids, times, codes and numbers are shown.
    """
    letter = await tx.get(DeadLetter, dead_letter_id)
    if letter is None:
        raise NoSuchDeadLetter
    letter.audit(tx, person.subject, "show dead letter")
    return _shown(letter)


@router.post(
    "/dead-letters/{dead_letter_id}/replay",
    response_model=DeadLetterOut,
    operation_id="replay_dead_letter",
    responses=NOT_DISCARDED,
)
async def replay(dead_letter_id: UUID, person: Administrator, tx: Transaction, at: Now) -> DeadLetter:
    """Have it handled again, by the consumer that set it aside and no other. If it fails again, it waits again.

    One whose replay never arrived is replayed again: it is handled once.
    """
    letter = await locked(tx, dead_letter_id)
    letter.replay(tx, person.subject, at)
    return letter


@router.post(
    "/dead-letters/{dead_letter_id}/discard",
    response_model=DeadLetterOut,
    operation_id="discard_dead_letter",
    responses=NOT_DISCARDED,
)
async def discard(
    dead_letter_id: UUID, form: Discarding, person: Administrator, tx: Transaction, at: Now
) -> DeadLetter:
    """Discard it: nobody is to handle it. It is kept until it is old, with who did so and why.

    One that was replayed just now may be handled nevertheless.
    """
    letter = await locked(tx, dead_letter_id)
    letter.discard(tx, person.subject, form.reason, at)
    return letter


def _shown(letter: DeadLetter) -> DeadLetterShown:
    return DeadLetterShown(
        **DeadLetterOut.model_validate(letter).model_dump(),
        payload=payload_of(letter.type, letter.value),
        sha256=hashlib.sha256(letter.value).hexdigest(),
        history=[Happening.model_validate(one) for one in letter.history],
    )
