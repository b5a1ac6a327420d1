"""Which mails and which staff tasks each event asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import assert_never
from uuid import UUID

from shared.clock import SWEDEN
from shared.events import (
    AdPosted,
    AdPublished,
    AnyEvent,
    ApplicationSubmitted,
    EventAnnounced,
    EventRegistered,
    HouseListed,
    HouseSubmitted,
    InterestRegistered,
    Language,
)
from shared.events.housing import HousingEvent

REGISTRATOR = "registrator"
HOUSING = "boende"
RECRUITMENT = "rekrytering"

QUEUES = {
    "livsmedel": "Livsmedelskontroll",
    "halsoskydd": "Hälsoskydd",
    "miljoskydd": "Miljöskydd",
    "avlopp": "Avlopp, vatten och energi",
    "avfall": "Avfall och renhållning",
    "tillstand": "Alkohol, tobak och nikotin",
    HOUSING: "Boende",
    RECRUITMENT: "Rekrytering och evenemang",
    REGISTRATOR: "Registrator",
}


class Priority(IntEnum):
    """Mails somebody waits for at the screen go first."""

    RECEIPT = 1
    NEWS = 5


@dataclass(frozen=True)
class Email:
    """A mail to an address, or to the contact that housing knows by this id and whose language it knows."""

    to: str | UUID
    template: str
    language: Language | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = Priority.RECEIPT


@dataclass(frozen=True)
class StaffTask:
    """Something for staff to do. Its title is Swedish, since staff read Swedish."""

    queue: str
    title: str
    urgent: bool = False


Notice = Email | StaffTask


def notices_for(event: AnyEvent) -> list[Notice]:  # noqa: PLR0911  # each event has its own
    match event:
        case ApplicationSubmitted():
            return _application_submitted(event)
        case HouseSubmitted():
            return [
                _to_contact(event.owner_contact_id, "house_received", event),
                StaffTask(HOUSING, f"Granska hus i {event.area} inför publicering"),
            ]
        case HouseListed():
            return [_to_contact(event.owner_contact_id, "house_listed", event, Priority.NEWS)]
        case InterestRegistered():
            return [
                _to_contact(event.owner_contact_id, "interest_relayed", event, Priority.NEWS, message=event.message),
                _to_contact(event.seeker_contact_id, "interest_received", event),
                StaffTask(HOUSING, f"Följ upp intresse för hus i {event.area}"),
            ]
        case AdPosted():
            context = {"headline": event.headline, "employer": event.employer}
            return [
                Email(event.contact_email, "ad_received", event.language, context),
                StaffTask(RECRUITMENT, f"Granska jobbannons: {event.headline} ({event.employer})"),
            ]
        case AdPublished():
            context = {"headline": event.headline, "deadline": event.application_deadline.isoformat()}
            return [Email(event.contact_email, "ad_published", event.language, context, Priority.NEWS)]
        case EventAnnounced():
            day = event.starts_at.astimezone(SWEDEN).date()
            return [StaffTask(RECRUITMENT, f"Sprid evenemang: {event.title} ({day}, {event.capacity} platser)")]
        case EventRegistered():
            return _event_registered(event)
        case _:
            assert_never(event)


def thing(event: AnyEvent) -> str:
    """The id of what the notices are about, as the one who sent it in was told."""
    match event:
        case InterestRegistered():
            return str(event.interest_id)
        case EventRegistered():
            return str(event.registration_id)
        case _:
            return event.subject


def _application_submitted(event: ApplicationSubmitted) -> list[Notice]:
    queue = event.unit if event.unit in QUEUES else REGISTRATOR
    task = StaffTask(queue, f"{event.reference}: {_title(event, Language.SWEDISH)}", event.urgent)
    if event.applicant_email is None:
        return [task]
    context = {"reference": event.reference, "title": _title(event, event.language)}
    return [Email(event.applicant_email, "application_received", event.language, context), task]


def _title(event: ApplicationSubmitted, language: Language) -> str:
    """The e-service's name in the language, or else in the one there is."""
    return event.title.get(language) or next(iter(event.title.values()), event.eservice)


def _event_registered(event: EventRegistered) -> list[Notice]:
    context = {"title": event.title, "place": event.place, "starts_at": event.starts_at.isoformat()}
    waits = event.status == "waitlisted"
    template = "registration_waitlisted" if waits else "registration_confirmed"
    task = "Ny på väntelistan" if waits else "Ny anmälan"
    return [
        Email(event.participant_email, template, event.language, context),
        StaffTask(RECRUITMENT, f"{task}: {event.title}"),
    ]


def _to_contact(
    contact_id: UUID, template: str, event: HousingEvent, priority: Priority = Priority.RECEIPT, **context: str
) -> Email:
    return Email(contact_id, template, context={"area": event.area, **context}, priority=priority)
