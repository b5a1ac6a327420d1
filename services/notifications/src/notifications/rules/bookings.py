"""Which mails a booked time asks for, and what becomes of the case's task."""

from typing import TypeAlias, assert_never

from notifications.rules.cases import stated
from notifications.rules.notices import CaseTask, Email, Notice, Priority
from shared.events import TimeBooked, TimeCancelled, TimeComing

AnyTime: TypeAlias = TimeBooked | TimeCancelled | TimeComing


def notices_of_time(event: AnyTime) -> list[Notice]:
    match event:
        case TimeBooked():
            mail = _mail(event, "time_booked", moved="yes" if event.moved else None)
            return [*mail, CaseTask("tid bokad", opens=True, has_news=True)]
        case TimeCancelled():
            mail = _mail(event, "time_cancelled", by_staff="yes" if event.by_staff else None)
            return [*mail, CaseTask("tiden avbokad", opens=True, has_news=not event.by_staff)]
        case TimeComing():
            return [*_mail(event, "time_coming"), CaseTask()]
        case _:
            assert_never(event)


def _mail(event: AnyTime, template: str, **more: str | None) -> list[Email]:
    """None to who is anonymous. Where it is and the link are looked up when the mail is written."""
    if event.applicant_contact_id is None:
        return []
    when = {"starts_at": event.starts_at.isoformat(), "ends_at": event.ends_at.isoformat()}
    context = {"reference": event.reference, **when, **stated(**more)}
    return [Email(event.applicant_contact_id, template, context, event.slot_id, Priority.RECEIPT)]
