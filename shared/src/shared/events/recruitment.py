from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.events.base import ContactId, Event, PublicText

Seats = Annotated[int, Field(ge=1, le=100_000)]


class RecruitmentEvent(Event):
    service: ClassVar[str] = "recruitment"


class AdPosted(RecruitmentEvent):
    """A company sent in a job ad, which waits for moderation. Its words are looked up by the ad's id.

    `occupation` is an SSYK 2012 code.
    """

    about: ClassVar[str] = "ad_id"
    type: Literal["recruitment.ad-posted.v1"] = "recruitment.ad-posted.v1"
    ad_id: UUID
    employer_contact_id: ContactId
    occupation: Annotated[str, Field(pattern="^[0-9]{4}$")]
    application_deadline: date


class AdPublished(RecruitmentEvent):
    """Staff published a job ad. It is live until the end of its deadline."""

    about: ClassVar[str] = "ad_id"
    type: Literal["recruitment.ad-published.v1"] = "recruitment.ad-published.v1"
    ad_id: UUID
    employer_contact_id: ContactId
    application_deadline: date


class AdDeclined(RecruitmentEvent):
    """Staff declined a job ad, or took it down if it was published. The reason is looked up by the ad's id."""

    about: ClassVar[str] = "ad_id"
    type: Literal["recruitment.ad-declined.v1"] = "recruitment.ad-declined.v1"
    ad_id: UUID
    employer_contact_id: ContactId
    was_published: bool


class EventAnnounced(RecruitmentEvent):
    """Staff announced a course, a relocation event or a recruitment event."""

    about: ClassVar[str] = "recruitment_event_id"
    type: Literal["recruitment.event-announced.v1"] = "recruitment.event-announced.v1"
    recruitment_event_id: UUID
    title: PublicText
    starts_at: AwareDatetime
    capacity: Seats


class RegistrationEvent(RecruitmentEvent):
    """Something about somebody's registration for an event."""

    about: ClassVar[str] = "recruitment_event_id"
    recruitment_event_id: UUID
    registration_id: UUID
    title: PublicText
    place: PublicText
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    participant_contact_id: ContactId


class EventRegistered(RegistrationEvent):
    """Somebody registered for an event, and has a seat or a place on the waiting list."""

    type: Literal["recruitment.event-registered.v1"] = "recruitment.event-registered.v1"
    status: Literal["confirmed", "waitlisted"]
    party_size: Seats = 1


class RegistrationRepeated(RegistrationEvent):
    """Somebody registered an address that is registered for the event already. Nothing changed.

    `status`, `party_size` and the contact are those of the first registration. `registration_id` is what whoever
    repeated it was told; nothing is kept of it.
    """

    type: Literal["recruitment.registration-repeated.v1"] = "recruitment.registration-repeated.v1"
    status: Literal["confirmed", "waitlisted"]
    party_size: Seats


class RegistrationCancelled(RegistrationEvent):
    """Somebody, or staff for them, cancelled a registration. Its seats are free, if it had any."""

    type: Literal["recruitment.registration-cancelled.v1"] = "recruitment.registration-cancelled.v1"
    party_size: Seats
    by_staff: bool


class SeatGiven(RegistrationEvent):
    """Who waited for a seat at an event has one, since somebody else cancelled or staff gave it."""

    type: Literal["recruitment.seat-given.v1"] = "recruitment.seat-given.v1"
    party_size: Seats
