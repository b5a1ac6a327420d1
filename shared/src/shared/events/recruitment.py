from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import Event, Language


class RecruitmentEvent(Event):
    service: ClassVar[str] = "recruitment"


class AdPosted(RecruitmentEvent):
    """A company sent in a job ad, which waits for moderation."""

    about: ClassVar[str] = "ad_id"
    type: Literal["recruitment.ad-posted.v1"] = "recruitment.ad-posted.v1"
    ad_id: UUID
    headline: str
    employer: str
    contact_email: str
    language: Language


class AdPublished(RecruitmentEvent):
    """Staff published a job ad. It is live until the end of its deadline."""

    about: ClassVar[str] = "ad_id"
    type: Literal["recruitment.ad-published.v1"] = "recruitment.ad-published.v1"
    ad_id: UUID
    headline: str
    contact_email: str
    language: Language
    application_deadline: date


class EventAnnounced(RecruitmentEvent):
    """Staff announced a course, a relocation event or a recruitment event."""

    about: ClassVar[str] = "recruitment_event_id"
    type: Literal["recruitment.event-announced.v1"] = "recruitment.event-announced.v1"
    recruitment_event_id: UUID
    title: str
    starts_at: AwareDatetime
    capacity: int


class EventRegistered(RecruitmentEvent):
    """Somebody registered for an event, and has a seat or a place on the waiting list."""

    about: ClassVar[str] = "recruitment_event_id"
    type: Literal["recruitment.event-registered.v1"] = "recruitment.event-registered.v1"
    recruitment_event_id: UUID
    registration_id: UUID
    title: str
    place: str
    starts_at: AwareDatetime
    status: Literal["confirmed", "waitlisted"]
    participant_email: str
    party_size: int = 1
    language: Language
