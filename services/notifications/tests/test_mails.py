import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, meta

from notifications.mails import TEMPLATES, Addressee, Sender, write
from notifications.models.deliveries import Delivery
from shared.contacts import Enclosure
from shared.events import Language

SENDER = Sender.parse("Kommunen <no-reply@kommun.example>", "kontakt@kommun.example")
ANNA = Addressee("anna@example.se", Language.SWEDISH, {"message": "Finns det fiber?"})
CONTEXT = {
    "reference": "K7M4-P2XR",
    "kind": "klagomal",
    "title": "Flytta hit",
    "deadline": "2026-12-24",
    "occupation": "5120",
    "place": "Rådhuset",
    "starts_at": "2026-12-03T17:00:00+00:00",
    "status": "waitlisted",
    "seats": "2",
    "lapses_on": "2026-12-24",
    "link": "https://www.kommun.example/signatures/1#2",
    "due_on": "2027-01-15",
    "report_year": "2026",
    "earliest_start_on": "2027-02-01",
    "into_reference": "A2B3-C4D5",
    "appealable": "yes",
    "sent_on": "2027-03-01",
    "served_on": "2027-03-05",
    "appeal_until": "2027-03-26",
    "received_on": "2027-03-20",
}
FREE_FIELDS = ("name", "area", "headline", "employer", "description", "answers", "phone", "message", "contact", "title")
"""What people write in forms, by names that a template might use, some of them also ours."""
QUOTED = re.compile(r"^> .*$", re.MULTILINE)
ENCLOSING = ("application_received", "decision_made", "decision_changed", "appeal_dismissed")
QUOTED_BY = {"interest_relayed": {"message"}, **{template: {"enclosed"} for template in ENCLOSING}}
"""Templates that pass on what somebody wrote; what is enclosed goes to an address that the sender has proved."""
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


def relayed(message: str, **changes: object) -> str:
    """The body of a mail that passes on the message."""
    to = replace(ANNA, words={"message": message}, **changes)
    return read(write(delivery("interest_relayed"), to, SENDER).content).get_content().replace("\r\n", "\n")


def told_at(moment: str) -> str:
    """The body of a mail about an event that begins then, to somebody who reads English."""
    about = delivery("registration_confirmed")
    about.context = {**CONTEXT, "starts_at": moment}
    return read(write(about, replace(ANNA, language=Language.ENGLISH), SENDER).content).get_content()


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


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


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        ("anmalan", "sv", "din anmälan"),
        ("klagomal", "sv", "ditt klagomål"),
        ("upplysning", "en", "your information"),
        ("ny_sort", "sv", "det du skickade in"),
        ("ny_sort", "en", "what you sent in"),
    ],
)
def test_a_receipt_calls_things_by_their_names(kind: str, language: str, words: str):
    received = delivery()
    received.context = {**CONTEXT, "kind": kind}

    mail = read(write(received, replace(ANNA, language=Language(language)), SENDER).content)

    assert mail["Subject"].endswith(f"{words} K7M4-P2XR")
    assert f"{words}: Flytta hit" in mail.get_content()


def receipt(language: Language, **context: str) -> str:
    mail = delivery()
    mail.context = {**CONTEXT, **context}
    return " ".join(read(write(mail, replace(ANNA, language=language), SENDER).content).get_content().split())


def test_a_receipt_says_what_the_law_asks_of_it():
    swedish, english = (receipt(language) for language in (Language.SWEDISH, Language.ENGLISH))

    assert "Det kom in 20 mars 2027." in swedish
    assert "svar senast 15 januari 2027" in swedish
    assert "hör du inget annat från oss, får du börja tidigast 1 februari 2027" in swedish
    assert "kan du klaga" in swedish
    assert "kan vi delge dig genom förenklad delgivning" in swedish
    assert "It arrived on 20 March 2027." in english
    assert "an answer by 15 January 2027" in english
    assert "hear nothing else from us, you may start on 1 February 2027" in english
    assert "you can complain" in english
    assert "serve you the decision by simplified service" in english


def test_a_receipt_of_what_needs_a_decision_says_that_a_delay_is_not_one():
    mail = receipt(Language.SWEDISH, earliest_start_on="")

    assert "Att det dröjer betyder aldrig att något är godkänt." in mail
    assert "får du börja" not in mail


def test_a_receipt_of_what_nobody_answers_promises_no_answer():
    mail = receipt(Language.SWEDISH, due_on="", earliest_start_on="")

    assert "svar senast" not in mail
    assert "godkänt" not in mail


def test_an_ad_is_told_by_its_occupational_group():
    mail = read(write(delivery("ad_received"), ANNA, SENDER).content)

    assert "Yrkesområde: service-, omsorgs- och försäljningsarbete" in mail.get_content()


def test_times_are_those_of_the_town_in_the_readers_language():
    swedish = read(write(delivery("registration_confirmed"), ANNA, SENDER).content)
    english = read(
        write(delivery("registration_confirmed"), Addressee("a@example.se", Language.ENGLISH), SENDER).content
    )
    deadline = read(write(delivery("ad_published"), ANNA, SENDER).content)

    assert "När: torsdag 3 december 2026 kl. 18:00 (svensk tid, CET)" in swedish.get_content()
    assert "Time: Thursday 3 December 2026 at 18:00 (Swedish time, CET)" in english.get_content()
    assert "till och med 24 december 2026" in deadline.get_content()


def test_an_hour_that_comes_twice_is_told_apart():
    in_summer_time, in_normal_time = told_at("2027-10-31T02:30:00+02:00"), told_at("2027-10-31T02:30:00+01:00")

    assert "31 October 2027 at 02:30 (Swedish time, CEST)" in in_summer_time
    assert "31 October 2027 at 02:30 (Swedish time, CET)" in in_normal_time


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", NAMES)
def test_no_mail_says_what_somebody_wrote_but_the_message_to_an_owner(template: str, language: Language):
    written = {field: f"Vinn på prov.example/{field}" for field in FREE_FIELDS}
    mail = read(write(delivery(template), Addressee("anna@example.se", language, written), SENDER).content)

    said = "\n".join([*map(str, mail.values()), mail.get_content().replace("\r\n", "\n")])

    quoted = {f"> {written['message']}"} if template == "interest_relayed" else set()
    assert set(QUOTED.findall(said)) == quoted
    assert "prov.example" not in QUOTED.sub("", said)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_template_has_no_place_for_what_somebody_wrote(path: Path):
    names = meta.find_undeclared_variables(Environment().parse(without_filters(path.read_text())))

    quoted = QUOTED_BY.get(path.stem.partition(".")[0], set())
    assert names <= {*CONTEXT, "contact"} | quoted
    assert all(f"{{{{ {name} | quoted }}}}" in path.read_text() for name in quoted)


def without_filters(text: str) -> str:
    """The template as Jinja parses it without knowing our filters."""
    return re.sub(r"\| \w+", "", text)


def test_a_relayed_message_is_marked_as_somebody_elses_words():
    body = relayed("Hej!\nFinns fiber?")

    assert "> Hej!\n> Finns fiber?\n" in body
    assert "Raderna med > är inte kommunens ord." in body


@pytest.mark.parametrize(
    "line_break", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_every_line_of_a_relayed_message_is_marked_whatever_breaks_it(line_break: str):
    body = relayed(f"Hej{line_break * 2}Kommunen har godkänt köparen.")

    assert "> Hej\n> \n> Kommunen har godkänt köparen.\n" in body


@pytest.mark.parametrize("filling", [" " * 200, "\t" * 40, "\u00a0" * 200, "\u3000" * 200, "x" * 500, "ord " * 100])
def test_a_line_that_a_reader_would_break_is_broken_and_marked_by_us(filling: str):
    body = relayed(f"Hej{filling}Kommunen har godkänt köparen.")

    [text] = re.findall(r"skriver den personen:\n\n(.*)\n\nVi har inte", body, re.DOTALL)
    lines = text.split("\n")
    assert all(line.startswith("> ") and len(line) <= 74 for line in lines)
    assert "köparen." in lines[-1]


def test_a_relayed_message_cannot_turn_the_words_around_it():
    body = relayed("Hej\u202e.neraporpk tnäkdog rah nenummoK\u2066\u200f!")

    assert "> Hej.neraporpk tnäkdog rah nenummoK!\n" in body


def test_a_long_message_arrives_whole():
    message = "\n".join(f"Rad {number}: finns det väg till huset på vintern?" for number in range(200))

    body = relayed(message)

    assert "\n".join(f"> {line}" for line in message.split("\n")) in body
    assert body.rstrip().endswith("Då behöver du inte göra något.")


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
    with pytest.raises(ValueError, match="not an e-mail address"):
        write(delivery(), Addressee(address, Language.SWEDISH), SENDER)


def test_a_domain_with_swedish_letters_is_sent_as_name_servers_know_it():
    mail = write(delivery(), Addressee("åsa@östersund.example", Language.SWEDISH), SENDER)

    assert mail.recipient == "åsa@xn--stersund-m4a.example"


def test_the_municipalitys_own_swedish_domain_is_sent_as_name_servers_know_it():
    sender = Sender.parse("Östersunds kommun <no-reply@östersund.example>", "kontakt@östersund.example")

    mail = read(write(delivery(), ANNA, sender).content)

    assert sender.address == "no-reply@xn--stersund-m4a.example"
    assert mail["From"] == "Östersunds kommun <no-reply@xn--stersund-m4a.example>"
    assert mail["Reply-To"] == "kontakt@xn--stersund-m4a.example"
    assert mail["Message-ID"].endswith("@xn--stersund-m4a.example>")


COPY = Enclosure(
    text="E-post: anna@example.se\n\nEn rad", name="K7MP-2XWB.pdf", media_type="application/pdf", content=b"JVBERg=="
)


def test_a_mail_carries_what_it_encloses_as_a_file_and_as_quoted_text():
    mail = read(write(delivery(), ANNA, SENDER, COPY).content)

    text, file = mail.iter_parts()
    assert (mail["Subject"], mail.get_content_type()) == (
        "Vi har tagit emot ditt klagomål K7M4-P2XR",
        "multipart/mixed",
    )
    assert "> E-post: anna@example.se\n> \n> En rad\n" in text.get_content().replace("\r\n", "\n")
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "K7MP-2XWB.pdf")
    assert (file.get_content_disposition(), file.get_content()) == ("attachment", b"%PDF")


def test_without_the_file_the_text_is_there():
    mail = read(write(delivery(), ANNA, SENDER, COPY.model_copy(update={"content": None})).content)

    assert mail.get_content_type() == "text/plain"
    assert "> En rad" in mail.get_content()


def test_a_mail_that_encloses_nothing_says_nothing_of_it():
    assert "bifogas" not in read(write(delivery(), ANNA, SENDER).content).get_content()
