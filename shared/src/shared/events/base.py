from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7


class Language(StrEnum):
    """The languages people read our texts in."""

    SWEDISH = "sv"
    ENGLISH = "en"


class Event(BaseModel):
    """Something that happened. Producers are strict; readers ignore fields they do not know.

    A subclass names its publisher, its wire type and the thing it is about.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    """The publisher, also the first part of the topic."""
    about: ClassVar[str]
    """The field with the id of the thing; its value is the Kafka key, so one thing's events keep their order."""

    type: str
    event_id: UUID = Field(default_factory=uuid7)
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def subject(self) -> str:
        return str(getattr(self, self.about))

    @property
    def topic(self) -> str:
        return topic_of(self.service)


def topic_of(service: str) -> str:
    """The topic a service publishes on: `<service>.events`."""
    return f"{service}.events"
