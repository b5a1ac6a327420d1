"""What the pages ask of recruitment."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.lists import Listed


class Description(Read):
    text: str


class Employer(Read):
    name: str
    organization_number: str | None
    url: str | None


class PublicEmployer(Employer):
    """`country` is of a company that is registered in another country."""

    country: str | None


class ForeignCompany(Read):
    number: str


class Occupation(Read):
    label: str


class ApplicationDetails(Read):
    """Where applications go: an address, a page, or both."""

    email: str | None
    url: str | None


class Workplace(Read):
    municipality: str
    city: str | None


class Requirements(Read):
    skills: list[str]
    languages: list[str]


class Ad(Read):
    """A live ad. `language` is that of its texts."""

    id: UUID
    headline: str
    description: Description
    occupation: Occupation
    number_of_vacancies: int
    application_deadline: date
    application_details: ApplicationDetails
    workplace_address: Workplace
    employment_type: str
    working_hours_type: str
    must_have: Requirements
    nice_to_have: Requirements
    sector: str
    language: str
    employer: PublicEmployer
    is_in_shortage: bool
    publication_date: datetime


class AdSent(Read):
    """An ad as it was sent in, published or not."""

    id: UUID
    headline: str
    language: str
    status: str
    employer: Employer
    foreign_company: ForeignCompany | None
    contact_email: str
    application_deadline: date
    received_at: datetime
    published_at: datetime | None
    declined_at: datetime | None
    decline_reason: str | None


class AdToReview(AdSent):
    """With how everybody sees it, or would."""

    public: Ad


class Event(Read):
    """An event. `seats_left` is about how many there are, and `language` what is spoken there."""

    id: UUID
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    place: str
    kind: str
    language: str
    registration_closes_at: datetime | None
    seats_left: int

    @property
    def closes_at(self) -> datetime:
        return self.registration_closes_at or self.starts_at


class EventHeld(Event):
    """An event as those see it who hold it: its seats as they are, and how many people wait for one."""

    capacity: int
    seats_taken: int
    waiting: int


class Participant(Read):
    """Who has registered; `confirmed` or `waitlisted`, and then perhaps held back until staff give it a seat."""

    id: UUID
    name: str | None
    email: str
    role: str
    party_size: int
    status: str
    held_back: bool
    registered_at: datetime


class Announced(Read):
    id: UUID


class Registered(Read):
    """`confirmed` or `waitlisted`."""

    status: str


class OwnRegistration(Read):
    """`confirmed`, `waitlisted` or `cancelled`."""

    status: str
    party_size: int
    event: Event


class Recruitment(Client):
    service = "recruitment"

    async def ads(self, after: str | None = None, **filters: str) -> Listed[Ad]:
        return await self.get("/ads", Listed[Ad], {**filters, "after": after})

    async def ad(self, ad_id: UUID) -> Ad:
        return await self.get("/ads/{ad_id}", Ad, ad_id=str(ad_id))

    async def post_ad(self, form: Mapping[str, Any], key: str) -> None:
        """A company posts an ad, which is shown when staff have published it."""
        await self.post("/ads", Read, form, key=key)

    async def sent_in(self, status: str, after: str | None = None) -> Listed[AdSent]:
        """Every ad of the status, the oldest first."""
        return await self.get("/staff/ads", Listed[AdSent], {"status": status, "after": after})

    async def to_review(self, ad_id: UUID) -> AdToReview:
        return await self.get("/staff/ads/{ad_id}", AdToReview, ad_id=str(ad_id))

    async def publish(self, ad_id: UUID) -> None:
        await self.post("/ads/{ad_id}/publication", Read, ad_id=str(ad_id))

    async def decline(self, ad_id: UUID, form: Mapping[str, Any], key: str) -> Read:
        """Whether it waits or is published: nobody sees it any longer."""
        return await self.post("/ads/{ad_id}/refusal", Read, form, key=key, ad_id=str(ad_id))

    async def events(self, after: str | None = None, **filters: str) -> Listed[Event]:
        return await self.get("/events", Listed[Event], {**filters, "after": after})

    async def event(self, event_id: UUID) -> Event:
        return await self.get("/events/{event_id}", Event, event_id=str(event_id))

    async def register(self, event_id: UUID, form: Mapping[str, Any], key: str) -> Registered:
        return await self.post("/events/{event_id}/registrations", Registered, form, key=key, event_id=str(event_id))

    async def own_registration(self, id_: str, secret: str) -> OwnRegistration:
        return await self.opened("/registrations/{registration_id}", OwnRegistration, secret, registration_id=id_)

    async def cancel(self, id_: str, secret: str) -> None:
        """Whoever waits for the seats gets them."""
        await self.post("/registrations/{registration_id}/cancellation", Read, secret=secret, registration_id=id_)

    async def cancel_for(self, event_id: UUID, registration_id: UUID) -> None:
        """Who had registered is told by a mail."""
        await self.post(
            "/staff/events/{event_id}/registrations/{registration_id}/cancellation",
            Read,
            event_id=str(event_id),
            registration_id=str(registration_id),
        )

    async def give_seat(self, event_id: UUID, registration_id: UUID) -> None:
        """Who waits for a seat is told by a mail that there is one."""
        await self.post(
            "/staff/events/{event_id}/registrations/{registration_id}/seat",
            Read,
            event_id=str(event_id),
            registration_id=str(registration_id),
        )

    async def every_event(self, after: str | None = None) -> Listed[EventHeld]:
        """Past ones too, the latest start first."""
        return await self.get("/staff/events", Listed[EventHeld], {"after": after})

    async def event_held(self, event_id: UUID) -> EventHeld:
        return await self.get("/staff/events/{event_id}", EventHeld, event_id=str(event_id))

    async def participants(self, event_id: UUID, after: str | None = None) -> Listed[Participant]:
        """In the order they registered."""
        return await self.get(
            "/staff/events/{event_id}/registrations",
            Listed[Participant],
            {"after": after, "limit": 100},
            event_id=str(event_id),
        )

    async def every_participant(self, event_id: UUID) -> list[Participant]:
        found: list[Participant] = []
        after: str | None = ""
        while after is not None:
            page = await self.participants(event_id, after)
            found, after = [*found, *page.items], page.next
        return found

    async def announce(self, form: Mapping[str, Any], key: str) -> Announced:
        return await self.post("/events", Announced, form, key=key)
