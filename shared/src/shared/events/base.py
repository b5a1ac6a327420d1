from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

ContactId = UUID
"""Somebody the publisher knows by this id. Whoever may, looks up the address when it is needed."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,99}$")]
"""One of a list that the publisher keeps, such as a unit or an e-service."""

PublicText = Annotated[
    str, Field(min_length=1, json_schema_extra={"x-written-by": "the municipality, for everybody to read"})
]
"""What the municipality itself has made public. Never what somebody wrote in a form."""


class Language(StrEnum):
    """The languages people read our texts in."""

    SWEDISH = "sv"
    ENGLISH = "en"


class Event(BaseModel):
    """Something that happened. Producers are strict; readers ignore fields they do not know.

    A subclass names its publisher, its wire type and the thing it is about. It carries nothing about a person but
    contact ids: what somebody wrote stays with the publisher, which tells it to those who may look it up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    """The publisher, also the first part of the topic."""
    about: ClassVar[str]
    """The field with the id of the thing; its value is the Kafka key, so one thing's events keep their order."""

    type: str
    event_id: UUID = Field(default_factory=uuid7)
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def subject(self) -> str:
        return str(getattr(self, self.about))

    @property
    def topic(self) -> str:
        return topic_of(self.service)


def topic_of(service: str) -> str:
    """The topic a service publishes on: `<service>.events`."""
    return f"{service}.events"
