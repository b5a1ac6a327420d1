"""Which mails and which staff tasks each event asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import assert_never
from uuid import UUID

from shared.clock import day_in_sweden
from shared.events import (
    AdPosted,
    AdPublished,
    AnyEvent,
    ApplicationSigned,
    ApplicationSubmitted,
    AttachmentRefused,
    EventAnnounced,
    EventRegistered,
    HouseListed,
    HouseSubmitted,
    InterestRegistered,
    Language,
    RegistrationRepeated,
    SignatureDeclined,
    SignatureLapsed,
    SignatureRequested,
)
from shared.events.eservice_intake import CaseEvent
from shared.events.signatures import SignatureEvent
from shared.staff import HOUSING, RECRUITMENT

REGISTRATOR = "registrator"

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
    """A mail to a contact of the event's publisher. `text_id` is the thing that somebody wrote and the mail quotes,
    `enclosure_id` the one that it encloses as a document."""

    to: UUID
    template: str
    context: Mapping[str, str] = field(default_factory=dict)
    text_id: UUID | None = None
    priority: Priority = Priority.RECEIPT
    enclosure_id: UUID | None = None


@dataclass(frozen=True)
class StaffTask:
    """Something for the unit's staff to do. Its title is Swedish, since staff read Swedish."""

    title: str
    urgent: bool = False
    identified: bool | None = None


SIGNATURES: Mapping[type[SignatureEvent], str] = {
    ApplicationSigned: "application_signed",
    SignatureDeclined: "signature_declined",
    SignatureLapsed: "signature_lapsed",
}
"""The mail to whoever filled in an application for somebody else to sign."""

Notice = Email | StaffTask


def notices_for(event: AnyEvent) -> list[Notice]:
    match event:
        case ApplicationSubmitted() | CaseEvent() | SignatureEvent():
            return _of_intake(event)
        case HouseSubmitted() | HouseListed() | InterestRegistered():
            return _of_house(event)
        case AdPosted() | AdPublished():
            return _of_ad(event)
        case EventAnnounced() | EventRegistered() | RegistrationRepeated():
            return _of_recruitment_event(event)
        case _:
            assert_never(event)


def subject_of(event: AnyEvent) -> str:
    """The id of what the notices are about, as the one who sent it in was told."""
    match event:
        case InterestRegistered():
            return str(event.interest_id)
        case EventRegistered() | RegistrationRepeated():
            return str(event.registration_id)
        case _:
            return event.subject


def unit_of(event: AnyEvent) -> str:
    """Whose the event is: the unit has the task in its queue, and sees what became of the mails."""
    match event:
        case ApplicationSubmitted() | CaseEvent() | SignatureEvent():
            return event.unit if event.unit in QUEUES else REGISTRATOR
        case HouseSubmitted() | HouseListed() | InterestRegistered():
            return HOUSING
        case AdPosted() | AdPublished() | EventAnnounced() | EventRegistered() | RegistrationRepeated():
            return RECRUITMENT
        case _:
            assert_never(event)


def _of_intake(event: ApplicationSubmitted | CaseEvent | SignatureEvent) -> list[Notice]:
    match event:
        case ApplicationSubmitted():
            return _of_application(event)
        case SignatureEvent():
            return _of_signature(event)
        case AttachmentRefused():
            return _of_refused_attachment(event)
        case _:
            return []


def _of_application(event: ApplicationSubmitted) -> list[Notice]:
    task = StaffTask(f"{event.reference}: {_title(event, Language.SWEDISH)}", event.urgent, event.identified)
    if event.applicant_contact_id is None:
        return [task]
    context = {"reference": event.reference, "kind": event.kind, "title": _title(event, event.language)}
    copy = event.application_id if event.identified else None
    return [Email(event.applicant_contact_id, "application_received", context, enclosure_id=copy), task]


def _of_refused_attachment(event: AttachmentRefused) -> list[Notice]:
    if event.applicant_contact_id is None:
        return []
    return [Email(event.applicant_contact_id, f"attachment_{event.reason}", {"reference": event.reference})]


def _of_signature(event: SignatureEvent) -> list[Notice]:
    context = {"reference": event.reference, "kind": event.kind, "title": _title(event, event.language)}
    if isinstance(event, SignatureRequested):
        context["lapses_on"] = event.lapses_on.isoformat()
        return [Email(event.signer_contact_id, "signature_requested", context, event.request_id)]
    template = SIGNATURES[type(event)]
    return [] if event.sender_contact_id is None else [Email(event.sender_contact_id, template, context)]


def _title(event: ApplicationSubmitted | SignatureEvent, language: Language) -> str:
    """The e-service's name in the language, or else in the one there is."""
    return event.title.get(language) or next(iter(event.title.values()), event.eservice)


def _of_house(event: HouseSubmitted | HouseListed | InterestRegistered) -> list[Notice]:
    context = {"reference": str(event.house_id)}
    match event:
        case HouseSubmitted():
            return [
                Email(event.owner_contact_id, "house_received", context),
                StaffTask("Granska hus inför publicering"),
            ]
        case HouseListed():
            return [Email(event.owner_contact_id, "house_listed", context, priority=Priority.NEWS)]
        case InterestRegistered():
            owner, seeker, interest = event.owner_contact_id, event.seeker_contact_id, event.interest_id
            return [
                Email(owner, "interest_relayed", context, interest, Priority.NEWS),
                Email(seeker, "interest_received", context),
                StaffTask(f"Följ upp intresse för hus {event.house_id}"),
            ]
        case _:
            assert_never(event)


def _of_ad(event: AdPosted | AdPublished) -> list[Notice]:
    last_day = event.application_deadline
    context = {"reference": str(event.ad_id), "deadline": last_day.isoformat()}
    match event:
        case AdPosted():
            title = f"Granska jobbannons: SSYK {event.occupation}, sista ansökningsdag {last_day}"
            return [
                Email(event.employer_contact_id, "ad_received", {**context, "occupation": event.occupation}),
                StaffTask(title),
            ]
        case AdPublished():
            return [Email(event.employer_contact_id, "ad_published", context, priority=Priority.NEWS)]
        case _:
            assert_never(event)


def _of_recruitment_event(event: EventAnnounced | EventRegistered | RegistrationRepeated) -> list[Notice]:
    match event:
        case EventAnnounced():
            day = day_in_sweden(event.starts_at)
            return [StaffTask(f"Sprid evenemang: {event.title} ({day}, {event.capacity} platser)")]
        case EventRegistered():
            return _event_registered(event)
        case RegistrationRepeated():
            context = {**_seats(event), "status": event.status}
            return [Email(event.participant_contact_id, "registration_repeated", context)]
        case _:
            assert_never(event)


def _event_registered(event: EventRegistered) -> list[Notice]:
    waits = event.status == "waitlisted"
    template = "registration_waitlisted" if waits else "registration_confirmed"
    task = "Ny på väntelistan" if waits else "Ny anmälan"
    return [
        Email(event.participant_contact_id, template, _seats(event)),
        StaffTask(f"{task}: {event.title}"),
    ]


def _seats(event: EventRegistered | RegistrationRepeated) -> dict[str, str]:
    starts_at = event.starts_at.isoformat()
    return {"title": event.title, "place": event.place, "starts_at": starts_at, "seats": str(event.party_size)}
