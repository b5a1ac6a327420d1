"""Turns every event of the others into rows: mails to send and tasks for staff."""

from datetime import datetime

from faststream.kafka import KafkaRouter
from uuid_utils.compat import uuid7

from bus.consumer import on_events
from notifications.models.deliveries import DELIVERY, MAILS, RELAYS, DeliveryStatus
from notifications.pace import turns
from notifications.rules import notices_for, subject_of, unit_of
from notifications.rules.notices import CaseTask, Email, StaffTask
from notifications.tasks import open_and_change
from shared.bulk import Row
from shared.clock import now
from shared.database import Session
from shared.events import TOPICS, AnyEvent, ApplicationSubmitted, topic_of
from shared.events.eservice_intake import CaseEvent

router = KafkaRouter()
OTHERS = [topic for topic in TOPICS if topic != topic_of("notifications")]


@on_events(router, *OTHERS, group="notifications")
async def notify(events: list[AnyEvent], tx: Session) -> None:
    at = now()
    notices = [(notice, event) for event in await tx.unhandled(events) for notice in notices_for(event)]
    deliveries = [_delivery(notice, event, at) for notice, event in notices if isinstance(notice, Email)]
    await _take_turns(tx, [delivery for delivery in deliveries if delivery["template"] == RELAYS], at)
    await tx.insert_new(DELIVERY, deliveries)
    tasks = [(notice, event) for notice, event in notices if isinstance(notice, StaffTask)]
    cases = [
        (notice, event)
        for notice, event in notices
        if isinstance(notice, CaseTask) and isinstance(event, ApplicationSubmitted | CaseEvent)
    ]
    await open_and_change(tx, tasks, cases, at)
    if deliveries:
        tx.wake(MAILS)


async def _take_turns(tx: Session, relayed: list[Row], at: datetime) -> None:
    """Nobody proves who they are before they write to an owner: many who write at once fill no mailbox at once."""
    if not relayed:
        return
    turns_of = await turns(tx, {delivery["contact_id"] for delivery in relayed}, at)
    for delivery in relayed:
        turn = next(turns_of[delivery["contact_id"]])
        delivery |= {"next_attempt_at": turn, "expires_at": turn + (delivery["expires_at"] - at)}


def _delivery(email: Email, event: AnyEvent, at: datetime) -> Row:
    return {
        "id": uuid7(),
        "event_id": event.event_id,
        "about": subject_of(event),
        "publisher": event.service,
        "unit": unit_of(event),
        "contact_id": email.to,
        "text_id": email.text_id,
        "enclosure_id": email.enclosure_id,
        "is_proof": email.is_proof,
        "template": email.template,
        "context": email.context,
        "priority": email.priority,
        "status": DeliveryStatus.QUEUED,
        "attempts": 0,
        "lapses": 0,
        "next_attempt_at": at,
        "created_at": at,
        "expires_at": at + email.priority.keep_trying,
    }
