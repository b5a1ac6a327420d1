"""A mail carries what a mail must, whatever its values, addresses and enclosures are."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mails import Addressee, NotAnAddress, Sender, write
from shared.contacts import Enclosure
from shared.events import Language

from .mails import ANNA, CONTEXT, SENDER, delivery, read

COPY = Enclosure(
    text="E-post: anna@example.se\n\nEn rad", name="K7MP-2XWB.pdf", media_type="application/pdf", content=b"JVBERg=="
)


def test_a_mail_carries_what_a_mail_must():
    mail = read(write(delivery(), ANNA, SENDER).content)

    assert mail["From"] == "Kommunen <no-reply@kommun.example>"
    assert mail["To"] == "anna@example.se"
    assert mail["Reply-To"] == "kontakt@kommun.example"
    assert mail["Subject"] == "Vi har tagit emot ditt klagomål K7M4-P2XR"
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000007@kommun.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Kommunbuss-Event"] == "00000000-0000-0000-0000-000000000008"
    assert mail["Date"].datetime == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert mail.get_content_type() == "text/plain"
    assert "Ditt referensnummer är K7M4-P2XR," in mail.get_content()


def test_a_mail_is_the_same_at_every_attempt():
    assert write(delivery(), ANNA, SENDER) == write(delivery(), ANNA, SENDER)


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_no_value_can_break_a_mail(title: str, place: str):
    about = delivery("registration_confirmed")
    about.context = {**CONTEXT, "title": title, "place": place}

    mail = read(write(about, ANNA, SENDER).content)

    assert len(mail.keys()) == 12
    assert not mail.defects
    assert not mail["Subject"].defects
    printable = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", title)
    assert mail["Subject"] == f"Du är anmäld: {printable}".strip()
    body = mail.get_payload(decode=True).decode()
    assert re.sub(r"\r\n?|\n", "\r\n", f"till {title} är") in body


@given(st.text(st.characters(codec="utf-8"), min_size=200))
def test_no_line_of_a_mail_is_too_long(title: str):
    about = delivery("registration_confirmed")
    about.context = {**CONTEXT, "title": title}

    content = write(about, ANNA, SENDER).content

    assert max(map(len, content.split(b"\r\n"))) <= 76
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("address", ["anna@example.se\r\nBcc: alla@example.se", "anna", "@example.se"])
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(NotAnAddress):
        write(delivery(), Addressee(address, Language.SWEDISH), SENDER)


def test_a_domain_with_swedish_letters_is_sent_as_name_servers_know_it():
    mail = write(delivery(), Addressee("åsa@östersund.example", Language.SWEDISH), SENDER)

    assert mail.recipient == "åsa@xn--stersund-m4a.example"


def test_the_municipalitys_own_swedish_domain_is_sent_as_name_servers_know_it():
    whose = "Östersunds kommun <no-reply@östersund.example>", "kontakt@östersund.example"
    sender = Sender.parse(*whose, "https://kommun.example")

    mail = read(write(delivery(), ANNA, sender).content)

    assert sender.address == "no-reply@xn--stersund-m4a.example"
    assert mail["From"] == "Östersunds kommun <no-reply@xn--stersund-m4a.example>"
    assert mail["Reply-To"] == "kontakt@xn--stersund-m4a.example"
    assert mail["Message-ID"].endswith("@xn--stersund-m4a.example>")


@pytest.mark.parametrize(("language", "page"), [("sv", "/arenden/K7M4-P2XR"), ("en", "/en/arenden/K7M4-P2XR")])
@pytest.mark.parametrize("template", ["application_received", "supplement_requested", "case_message", "decision_made"])
def test_a_mail_about_ones_own_case_leads_to_its_page(template: str, language: str, page: str):
    to = Addressee("anna@example.se", Language(language))

    mail = read(write(delivery(template), to, SENDER).content)

    assert f"\nhttps://kommun.example{page}\n" in mail.get_content().replace("\r\n", "\n")


def test_a_mail_carries_what_it_encloses_as_a_file_and_as_quoted_text():
    mail = read(write(delivery(), ANNA, SENDER, COPY).content)

    text, file = mail.iter_parts()
    assert (mail["Subject"], mail.get_content_type()) == (
        "Vi har tagit emot ditt klagomål K7M4-P2XR",
        "multipart/mixed",
    )
    assert "> E-post: anna@example.se\n> \n> En rad\n" in text.get_content().replace("\r\n", "\n")
    assert "Det bifogas också som PDF." in text.get_content()
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "K7MP-2XWB.pdf")
    assert (file.get_content_disposition(), file.get_content()) == ("attachment", b"%PDF")


def test_without_the_file_the_text_is_there():
    mail = read(write(delivery(), ANNA, SENDER, COPY.model_copy(update={"content": None})).content)

    assert mail.get_content_type() == "text/plain"
    assert "> En rad" in mail.get_content()


def test_a_mail_that_encloses_nothing_says_nothing_of_it():
    assert "bifogas" not in read(write(delivery(), ANNA, SENDER).content).get_content()
