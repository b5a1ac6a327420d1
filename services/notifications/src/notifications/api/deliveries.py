"""Staff see what became of the mails."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from notifications.api.queues import Caseworker, caseworker
from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.models.tasks import Task
from shared.pagination import Page, Paging, page_of
from shared.staff import UNIT_HEAD
from web import Person, Reading, Router

router = Router(tags=["Queues and mails"], dependencies=[Depends(caseworker)])

ABOUT = "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b"


class DeliveryFilter(Paging):
    status: DeliveryStatus | None = None
    about: UUID | None = None
    event_id: UUID | None = None


class DeliveryOut(SQLModel):
    id: UUID
    event_id: UUID
    about: str = Field(description="The id of the thing.", schema_extra={"examples": [ABOUT]})
    publisher: str = Field(description="The service that knows the contact.", schema_extra={"examples": ["housing"]})
    contact_id: UUID
    template: str = Field(schema_extra={"examples": ["house_received"]})
    status: DeliveryStatus
    attempts: int
    lapses: int
    next_attempt_at: datetime
    last_error: str | None
    created_at: datetime
    accepted_at: datetime | None


@router.get("/deliveries", response_model=Page[DeliveryOut], operation_id="list_deliveries")
async def list_deliveries(
    wanted: Annotated[DeliveryFilter, Query()], person: Caseworker, session: Reading
) -> Page[DeliveryOut]:
    """Your units' mails and what became of them, the newest first. They name contacts by id, never by address.

    Those of a confidential case are listed for its handler and the head of its unit.
    """
    deliveries = select(Delivery).where(~_is_hidden(person))
    if not person.sees_all:
        deliveries = deliveries.where(col(Delivery.unit).in_(person.units))
    if wanted.status is not None:
        deliveries = deliveries.where(Delivery.status == wanted.status)
    if wanted.about is not None:
        deliveries = deliveries.where(Delivery.about == str(wanted.about))
    if wanted.event_id is not None:
        deliveries = deliveries.where(Delivery.event_id == wanted.event_id)
    newest = col(Delivery.created_at).desc(), col(Delivery.id).desc()
    return await page_of(session, deliveries, wanted, newest, DeliveryOut.model_validate)


def _is_hidden(person: Person) -> sa.ColumnElement[bool]:
    """Whether the mail is about a confidential case that the person does not open."""
    of_case = select(Task.id).where(col(Task.about) == Delivery.about, col(Task.confidential))
    held = of_case.where(col(Task.claimed_by) == person.subject)
    hidden = of_case.exists() & ~held.exists()
    heads = sorted(person.units) if UNIT_HEAD in person.roles else []
    return hidden & col(Delivery.unit).not_in(heads)
