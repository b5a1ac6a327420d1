"""Administrators see the events that Kafka could not take, have them sent again, or discard them with a reason."""

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from shared.columns import without
from shared.database import Session
from shared.errors import NotFound
from shared.pagination import Page, Paging, page_of
from shared.settings import Settings
from shared.tables import OutboxEvent
from web.dead_letters import Administrator, Discarding, administrator, named
from web.payload import PayloadField, payload_of
from web.refusals import refusals
from web.router import Router
from web.transaction import Now, Reading, Transaction


class NoSuchParkedEvent(NotFound):
    """No event with that id is parked. It may have been replayed or discarded, or the id is mistyped."""

    sv = "Ingen parkerad händelse har det id:t. Den kan ha skickats eller avskrivits, eller så är id:t felskrivet."


class ParkedEventOut(SQLModel):
    """An event that waits because Kafka cannot take it, and with it later ones about the same thing."""

    id: UUID = Field(description="Of the event.")
    type: str | None = Field(schema_extra={"examples": ["housing.house-listed.v1"]})
    error: str = Field(schema_extra={"examples": ["1203114 bytes; Kafka takes 1048576"]})
    created_at: datetime


class ParkedEventShown(ParkedEventOut):
    """With what may be shown of what it holds."""

    payload: list[PayloadField]
    sha256: str = Field(description="Of the event's value.", schema_extra={"examples": [hashlib.sha256().hexdigest()]})


router = Router(tags=["Operations"], dependencies=[Depends(administrator)])
KNOWN = refusals(NoSuchParkedEvent)


def parked_events_router(settings: Settings) -> Router:
    """What the service's relay could not send."""
    return named(settings, router)


@router.get("/parked-events", response_model=Page[ParkedEventOut], operation_id="list_parked_events")
async def list_parked(wanted: Annotated[Paging, Query()], session: Reading) -> Page[ParkedEventOut]:
    """The events that Kafka could not take, the oldest first."""
    without_value = _parked().options(without(OutboxEvent.value))
    return await page_of(session, without_value, wanted, [col(OutboxEvent.id).asc()], _out)


@router.get(
    "/parked-events/{event_id}",
    response_model=ParkedEventShown,
    operation_id="show_parked_event",
    responses=KNOWN,
)
async def show(event_id: UUID, person: Administrator, tx: Transaction) -> ParkedEventShown:
    """A parked event. That it was read is audited.

    Of what it holds, ids, times, codes and numbers are shown.
    """
    event = await _locked(tx, event_id)
    tx.audit(person.subject, "show parked event", event_id=str(event_id))
    return _shown(event)


@router.post(
    "/parked-events/{event_id}/replay",
    response_model=ParkedEventOut,
    operation_id="replay_parked_event",
    responses=KNOWN,
)
async def replay(event_id: UUID, person: Administrator, tx: Transaction) -> ParkedEventOut:
    """Have it sent again, and then what waits behind it. If Kafka still cannot take it, it is parked again."""
    event = await _locked(tx, event_id)
    shown = _out(event)
    event.parked_error = None
    tx.wake("outbox")
    tx.audit(person.subject, "replay parked event", event_id=str(event_id))
    return shown


@router.post(
    "/parked-events/{event_id}/discard",
    response_model=ParkedEventOut,
    operation_id="discard_parked_event",
    responses=KNOWN,
)
async def discard(event_id: UUID, form: Discarding, person: Administrator, tx: Transaction, at: Now) -> ParkedEventOut:
    """Discard it: nobody is to be told of it. What waits behind it is sent."""
    event = await _locked(tx, event_id)
    event.published_at = at
    tx.wake("outbox")
    tx.audit(person.subject, "discard parked event", event_id=str(event_id), reason=form.reason)
    return _out(event)


def _parked() -> SelectOfScalar[OutboxEvent]:
    return select(OutboxEvent).where(
        col(OutboxEvent.parked_error).is_not(None), col(OutboxEvent.published_at).is_(None)
    )


async def _locked(tx: Session, event_id: UUID) -> OutboxEvent:
    wanted = _parked().where(OutboxEvent.event_id == event_id).order_by(col(OutboxEvent.id)).limit(1)
    event = (await tx.exec(wanted.with_for_update())).first()
    if event is None:
        raise NoSuchParkedEvent
    return event


def _out(event: OutboxEvent) -> ParkedEventOut:
    return ParkedEventOut(
        id=event.event_id,
        type=event.headers.get("ce_type"),
        error=event.parked_error or "",
        created_at=event.created_at,
    )


def _shown(event: OutboxEvent) -> ParkedEventShown:
    out = _out(event)
    payload, sha256 = payload_of(out.type, event.value), hashlib.sha256(event.value).hexdigest()
    return ParkedEventShown(**out.model_dump(), payload=payload, sha256=sha256)
