"""What administrators ask of every service: what its relay could not send, and what its consumer could not handle."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class PayloadField(Read):
    """None is a value that is not shown."""

    name: str
    value: str | None


class ParkedEvent(Read):
    id: UUID
    type: str | None
    error: str
    created_at: datetime


class ParkedEventShown(ParkedEvent):
    payload: Sequence[PayloadField]
    sha256: str


class Cause(Read):
    """What is wrong with some that wait."""

    error: str
    count: int
    oldest_at: datetime


class DeadLetter(Read):
    id: UUID
    event_id: UUID | None
    type: str | None
    origin: str
    error: str
    attempts: int
    status: str
    size: int
    set_aside_at: datetime


class Happening(Read):
    status: str
    at: datetime
    who: str | None
    why: str | None


class DeadLetterShown(DeadLetter):
    payload: Sequence[PayloadField]
    sha256: str
    history: Sequence[Happening]


class ParkedEvents(Client):
    """Of a service that publishes: what its relay could not send."""

    async def listed(self, after: str) -> Listed[ParkedEvent]:
        return await self.get("/{service}/parked-events", Listed[ParkedEvent], {"after": after}, service=self.service)

    async def one(self, one_id: UUID) -> ParkedEventShown:
        return await self.get(
            "/{service}/parked-events/{event_id}", ParkedEventShown, service=self.service, event_id=str(one_id)
        )

    async def replay(self, one_id: UUID, key: str) -> Read:
        return await self.post(
            "/{service}/parked-events/{event_id}/replay", Read, key=key, service=self.service, event_id=str(one_id)
        )

    async def discard(self, one_id: UUID, form: Mapping[str, Any], key: str) -> Read:
        return await self.post(
            "/{service}/parked-events/{event_id}/discard",
            Read,
            form,
            key=key,
            service=self.service,
            event_id=str(one_id),
        )


class DeadLetters(Client):
    """Of a service that reads what others publish: what its consumer could not handle."""

    async def causes(self) -> Listed[Cause]:
        return await self.get("/{service}/dead-letter-causes", Listed[Cause], service=self.service)

    async def listed(self, error: str, after: str) -> Listed[DeadLetter]:
        wanted = {"error": error, "after": after}
        return await self.get("/{service}/dead-letters", Listed[DeadLetter], wanted, service=self.service)

    async def one(self, one_id: UUID) -> DeadLetterShown:
        return await self.get(
            "/{service}/dead-letters/{dead_letter_id}",
            DeadLetterShown,
            service=self.service,
            dead_letter_id=str(one_id),
        )

    async def replay(self, one_id: UUID, key: str) -> Read:
        return await self.post(
            "/{service}/dead-letters/{dead_letter_id}/replay",
            Read,
            key=key,
            service=self.service,
            dead_letter_id=str(one_id),
        )

    async def discard(self, one_id: UUID, form: Mapping[str, Any], key: str) -> Read:
        return await self.post(
            "/{service}/dead-letters/{dead_letter_id}/discard",
            Read,
            form,
            key=key,
            service=self.service,
            dead_letter_id=str(one_id),
        )


class EventsOfIntake(ParkedEvents):
    service = "eservice-intake"


class EventsOfHousing(ParkedEvents):
    service = "housing"


class EventsOfRecruitment(ParkedEvents):
    service = "recruitment"


class EventsOfNotifications(ParkedEvents):
    service = "notifications"


class LettersOfIntake(DeadLetters):
    service = "eservice-intake"


class LettersOfNotifications(DeadLetters):
    service = "notifications"
