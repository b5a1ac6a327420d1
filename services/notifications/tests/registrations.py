"""Somebody who has registered for an event, for tests."""

from datetime import UTC, datetime
from uuid import UUID

from shared.events import EventRegistered

PARTICIPANT = UUID(int=8)
REGISTRATION = EventRegistered(
    recruitment_event_id=UUID(int=1),
    registration_id=UUID(int=5),
    title="Flytta hit",
    place="Rådhuset",
    starts_at=datetime(2026, 12, 3, 17, tzinfo=UTC),
    ends_at=datetime(2026, 12, 3, 19, tzinfo=UTC),
    status="confirmed",
    participant_contact_id=PARTICIPANT,
)
