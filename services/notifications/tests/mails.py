"""A mail as it is written and read again, for tests."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

from notifications.mails import Addressee, Sender
from notifications.models.deliveries import Delivery
from shared.events import Language

SENDER = Sender.parse("Kommunen <no-reply@kommun.example>", "kontakt@kommun.example", "https://kommun.example")
WORDS = {"message": "Finns det fiber?", "reason": "Huset ligger i en annan kommun."}
ANNA = Addressee("anna@example.se", Language.SWEDISH, WORDS)
CONTEXT = {
    "reference": "K7M4-P2XR",
    "kind": "klagomal",
    "title": "Flytta hit",
    "deadline": "2026-12-24",
    "occupation": "5120",
    "place": "Rådhuset",
    "starts_at": "2026-12-03T17:00:00+00:00",
    "ends_at": "2026-12-03T19:00:00+00:00",
    "status": "waitlisted",
    "seats": "2",
    "lapses_on": "2026-12-24",
    "link": "https://www.kommun.example/underskrifter/1/2",
    "link_sv": "https://www.kommun.example/naringslivsundersokning",
    "link_en": "https://www.kommun.example/en/naringslivsundersokning",
    "name": "Hösten 2026",
    "answer_by": "2026-12-18",
    "due_on": "2027-01-15",
    "report_year": "2026",
    "earliest_start_on": "2027-02-01",
    "into_reference": "A2B3-C4D5",
    "appealable": "yes",
    "decided_on": "2027-02-20",
    "sent_on": "2027-03-01",
    "served_on": "2027-03-05",
    "appeal_until": "2027-03-26",
    "received_on": "2027-03-20",
    "ruled_on": "2027-09-20",
    "opens": "yes",
    "own": "yes",
    "was_published": "yes",
    "by_staff": "yes",
    "moved": "yes",
    "host": "Nora Vik",
    "diary_number": "MH-2027-000123",
}


def delivery(template: str = "application_received", context: dict[str, str] = CONTEXT) -> Delivery:
    return Delivery(
        id=UUID(int=7),
        event_id=UUID(int=8),
        about="x",
        publisher="housing",
        contact_id=UUID(int=9),
        template=template,
        context=context,
        priority=1,
        created_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    )


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)
