"""Staff see what became of the mails."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import Field, SQLModel, col, select

from notifications.api.queues import Caseworker, caseworker
from notifications.models.deliveries import DELIVERY, Delivery, DeliveryStatus
from notifications.models.tasks import Task
from shared.pagination import Page, Paging, page_of
from shared.staff import UNIT_HEAD
from web import Person, Router, Transaction

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
    wanted: Annotated[DeliveryFilter, Query()], person: Caseworker, tx: Transaction
) -> Page[DeliveryOut]:
    """Your units' mails and what became of them, the newest first. They name contacts by id, never by address.

    Those of a confidential case are listed for its handler and the head of its unit. That they were read is audited.
    """
    deliveries = select(Delivery).where(*_wanted(wanted), ~_is_hidden(person))
    newest = col(Delivery.created_at).desc(), col(Delivery.id).desc()
    units = None if person.sees_all else [col(Delivery.unit) == unit for unit in sorted(person.units)]
    page = await page_of(tx, deliveries, wanted, newest, DeliveryOut.model_validate, units)
    asked = wanted.model_dump(mode="json", include={"status", "about", "event_id"}, exclude_none=True)
    tx.audit(person.subject, "read deliveries", **asked, mails=[str(mail.id) for mail in page.items])
    return page


def _wanted(wanted: DeliveryFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.status is not None:
        # Written out, so that a plan that is kept for every status still knows which index has this one.
        yield col(Delivery.status) == sa.literal(wanted.status, DELIVERY.c.status.type, literal_execute=True)
    if wanted.about is not None:
        yield col(Delivery.about) == str(wanted.about)
    if wanted.event_id is not None:
        yield col(Delivery.event_id) == wanted.event_id


def _is_hidden(person: Person) -> sa.ColumnElement[bool]:
    """Whether the mail is about a confidential case that the person does not open."""
    of_case = select(Task.id).where(col(Task.about) == Delivery.about, col(Task.confidential))
    held = of_case.where(col(Task.claimed_by) == person.subject)
    hidden = of_case.exists() & ~held.exists()
    heads = sorted(person.units) if UNIT_HEAD in person.roles else []
    return hidden & col(Delivery.unit).not_in(heads)
