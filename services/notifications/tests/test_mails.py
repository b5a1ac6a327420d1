import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mails import TEMPLATES, Addressee, Sender, write
from notifications.models import Delivery
from shared.events import Language

SENDER = Sender.parse("Kommunen <no-reply@kommun.example>")
WORDS = {"area": "Brunflo", "message": "Finns det fiber?", "headline": "Kock", "employer": "Krogen AB"}
ANNA = Addressee("anna@example.se", Language.SWEDISH, "Anna", WORDS)
CONTEXT = {
    "reference": "K7M4-P2XR",
    "title": "Flytta hit",
    "deadline": "2026-12-24",
    "place": "Rådhuset",
    "starts_at": "2026-12-03T17:00:00+00:00",
}
NAMES = sorted({path.name.split(".")[0] for path in TEMPLATES.glob("*.txt")} - {"signature"})


def delivery(template: str = "application_received") -> Delivery:
    return Delivery(
        id=UUID(int=7),
        event_id=UUID(int=8),
        about="x",
        publisher="housing",
        contact_id=UUID(int=9),
        template=template,
        context=CONTEXT,
        priority=1,
        created_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    )


def told(**words: str) -> Addressee:
    """Anna, with other words to quote to her."""
    return replace(ANNA, words={**WORDS, **words})


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def test_a_mail_carries_what_a_mail_must():
    mail = read(write(delivery(), ANNA, SENDER).content)

    assert mail["From"] == "Kommunen <no-reply@kommun.example>"
    assert mail["To"] == "anna@example.se"
    assert mail["Subject"] == "Vi har tagit emot din ansökan K7M4-P2XR"
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000007@kommun.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Kommunbuss-Event"] == "00000000-0000-0000-0000-000000000008"
    assert mail["Date"].datetime == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert mail.get_content_type() == "text/plain"
    assert "Ditt referensnummer är K7M4-P2XR." in mail.get_content()


def test_a_mail_is_the_same_at_every_attempt():
    assert write(delivery(), ANNA, SENDER) == write(delivery(), ANNA, SENDER)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", NAMES)
def test_every_template_is_complete_in_every_language(template: str, language: Language):
    mail = read(write(delivery(template), replace(ANNA, language=language), SENDER).content)

    assert mail["Subject"].strip()
    assert mail["Content-Language"] == language
    assert not re.search(r"[{}]", mail.get_content())


def test_times_are_those_of_the_town_in_the_readers_language():
    swedish = read(write(delivery("registration_confirmed"), ANNA, SENDER).content)
    english = read(
        write(delivery("registration_confirmed"), Addressee("a@example.se", Language.ENGLISH), SENDER).content
    )
    deadline = read(write(delivery("ad_published"), ANNA, SENDER).content)

    assert "Tid: torsdag 3 december 2026 kl. 18:00" in swedish.get_content()
    assert "Time: Thursday 3 December 2026 at 18:00" in english.get_content()
    assert "till och med 24 december 2026" in deadline.get_content()


def test_a_relayed_message_is_marked_as_somebody_elses_words():
    mail = read(write(delivery("interest_relayed"), told(message="Hej!\nFinns fiber?"), SENDER).content)

    assert "Hej Anna!" in mail.get_content()
    assert "> Hej!\r\n> Finns fiber?\r\n" in mail.get_content()


def test_a_long_message_arrives_whole():
    message = "\n".join(f"Rad {number}: finns det väg till huset på vintern?" for number in range(200))

    mail = read(write(delivery("interest_relayed"), told(message=message), SENDER).content)

    assert "\n".join(f"> {line}" for line in message.split("\n")) in mail.get_content().replace("\r\n", "\n")
    assert mail.get_content().rstrip().endswith("går inte att svara på.")


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_no_value_can_break_a_mail(headline: str, employer: str):
    mail = read(write(delivery("ad_received"), told(headline=headline, employer=employer), SENDER).content)

    assert len(mail.keys()) == 11
    assert not mail.defects
    assert not mail["Subject"].defects
    printable = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", headline)
    assert mail["Subject"] == f"Vi har tagit emot er annons: {printable}".strip()
    body = mail.get_payload(decode=True).decode()
    assert re.sub(r"\r\n?|\n", "\r\n", f"”{headline}” från {employer}.") in body


@given(st.text(st.characters(codec="utf-8"), min_size=200))
def test_no_line_of_a_mail_is_too_long(headline: str):
    content = write(delivery("ad_received"), told(headline=headline), SENDER).content

    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("address", ["anna@example.se\r\nBcc: alla@example.se", "anna", "@example.se"])
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(ValueError, match="not an e-mail address"):
        write(delivery(), Addressee(address, Language.SWEDISH), SENDER)


def test_a_domain_with_swedish_letters_is_sent_as_name_servers_know_it():
    mail = write(delivery(), Addressee("åsa@östersund.example", Language.SWEDISH), SENDER)

    assert mail.recipient == "åsa@xn--stersund-m4a.example"


def test_the_municipalitys_own_swedish_domain_is_sent_as_name_servers_know_it():
    sender = Sender.parse("Östersunds kommun <no-reply@östersund.example>")

    mail = read(write(delivery(), ANNA, sender).content)

    assert sender.address == "no-reply@xn--stersund-m4a.example"
    assert mail["From"] == "Östersunds kommun <no-reply@xn--stersund-m4a.example>"
    assert mail["Message-ID"].endswith("@xn--stersund-m4a.example>")
