"""Which mails and tasks job ads and recruitment events ask for."""

from typing import TypeAlias, assert_never

from notifications.rules.notices import Email, Notice, Priority, StaffTask
from shared.clock import day_in_sweden
from shared.events import (
    AdDeclined,
    AdPosted,
    AdPublished,
    EventAnnounced,
    EventRegistered,
    RegistrationCancelled,
    RegistrationRepeated,
    SeatGiven,
)

AnyRegistration: TypeAlias = EventRegistered | RegistrationRepeated | RegistrationCancelled | SeatGiven


def notices_of_ad(event: AdPosted | AdPublished | AdDeclined) -> list[Notice]:
    if isinstance(event, AdDeclined):
        told = {"reference": str(event.ad_id), "was_published": "yes" if event.was_published else ""}
        return [Email(event.employer_contact_id, "ad_declined", told, event.ad_id)]
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


def notices_of_event(event: EventAnnounced | AnyRegistration) -> list[Notice]:
    match event:
        case EventAnnounced():
            day = day_in_sweden(event.starts_at)
            return [StaffTask(f"Sprid evenemang: {event.title} ({day}, {event.capacity} platser)")]
        case EventRegistered():
            return _event_registered(event)
        case RegistrationRepeated():
            return [Email(event.participant_contact_id, "registration_repeated", _seats(event, status=event.status))]
        case RegistrationCancelled():
            told = _seats(event, by_staff="yes" if event.by_staff else "")
            return [Email(event.participant_contact_id, "registration_cancelled", told)]
        case SeatGiven():
            return [Email(event.participant_contact_id, "seat_given", _seats(event), event.registration_id)]
        case _:
            assert_never(event)


def _event_registered(event: EventRegistered) -> list[Notice]:
    waits = event.status == "waitlisted"
    template = "registration_waitlisted" if waits else "registration_confirmed"
    task = "Ny på väntelistan" if waits else "Ny anmälan"
    return [
        Email(event.participant_contact_id, template, _seats(event), event.registration_id),
        StaffTask(f"{task}: {event.title}"),
    ]


def _seats(event: AnyRegistration, **more: str) -> dict[str, str]:
    when = {"starts_at": event.starts_at.isoformat(), "ends_at": event.ends_at.isoformat()}
    return {"title": event.title, "place": event.place, **when, "seats": str(event.party_size), **more}
