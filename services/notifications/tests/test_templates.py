"""What the templates say, in every language, and that none says what somebody wrote in a form."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from notifications.mails import TEMPLATES, Addressee, write
from shared.events import Language

from .mails import ANNA, CONTEXT, SENDER, delivery, read

FREE_FIELDS = ("name", "area", "headline", "employer", "description", "answers", "phone", "message", "contact", "title")
"""What people write in forms, by names that a template might use, some of them also ours."""
QUOTED = re.compile(r"^> .*$", re.MULTILINE)
ENCLOSING = (
    "application_received",
    "decision_made",
    "decision_changed",
    "decision_revoked",
    "decision_sent_again",
    "appeal_dismissed",
)
DECLINING = ("house_declined", "ad_declined")
QUOTED_BY = {
    "interest_relayed": {"message"},
    **{template: {"reason"} for template in DECLINING},
    **{template: {"enclosed"} for template in ENCLOSING},
}
"""Templates that pass on what somebody wrote: a seeker, or an officer who declines something.

What is enclosed goes to an address that the sender has proved.
"""
PARTS = {"signature", "simplified_service"}
NAMES = sorted({path.name.split(".")[0] for path in TEMPLATES.glob("*.txt")} - PARTS)


def told_at(moment: str, until: str = "2027-10-31T05:00:00+01:00") -> str:
    """The body of a mail about an event that begins and ends then, to somebody who reads English."""
    about = delivery("registration_confirmed")
    about.context = {**CONTEXT, "starts_at": moment, "ends_at": until}
    return read(write(about, replace(ANNA, language=Language.ENGLISH), SENDER).content).get_content()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", NAMES)
def test_every_template_is_complete_in_every_language(template: str, language: Language):
    mail = read(write(delivery(template), replace(ANNA, language=language), SENDER).content)

    assert mail["Subject"].strip()
    assert mail["Content-Language"] == language
    assert not re.search(r"[{}]", mail.get_content())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", ["registration_confirmed", "registration_waitlisted"])
def test_a_registration_is_told_without_a_link_when_its_mail_has_none(template: str, language: Language):
    mail = delivery(template)
    mail.context = {name: value for name, value in CONTEXT.items() if name != "link"}

    text = read(write(mail, replace(ANNA, language=language), SENDER).content).get_content()

    assert CONTEXT["place"] in text
    assert not re.search("avboka|cancel", text)


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        ("anmalan", "sv", "din anmälan"),
        ("klagomal", "sv", "ditt klagomål"),
        ("upplysning", "en", "your information"),
        ("forfragan", "sv", "din förfrågan"),
        ("intresse", "en", "your expression of interest"),
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

    assert "Det kom in 20 mars 2027. Ditt referensnummer är K7M4-P2XR" in swedish
    assert "ärendets diarienummer är MH-2027-000123" in swedish
    assert "svar senast 15 januari 2027" in swedish
    assert "hör du inget annat från oss, får du börja tidigast 1 februari 2027" in swedish
    assert "kan du klaga" in swedish
    assert "kan vi delge dig genom förenklad delgivning" in swedish
    assert "It arrived on 20 March 2027." in english
    assert "the diary number of the case is MH-2027-000123" in english
    assert "an answer by 15 January 2027" in english
    assert "hear nothing else from us, you may start on 1 February 2027" in english
    assert "you can complain" in english
    assert "serve the decision on you by simplified service" in english


def test_a_receipt_of_what_needs_a_decision_says_that_a_delay_is_not_one():
    mail = receipt(Language.SWEDISH, earliest_start_on="")

    assert "Att det dröjer betyder aldrig att något är godkänt." in mail
    assert "får du börja" not in mail


def test_a_receipt_of_an_enquiry_says_when_it_is_answered_and_nothing_of_decisions():
    swedish, english = (receipt(language, kind="forfragan", earliest_start_on="") for language in Language)

    assert "svar senast 15 januari 2027" in swedish
    assert "an answer by 15 January 2027" in english
    assert not re.search("beslut|delgivning|avgjort|godkänt", swedish)
    assert not re.search("decision|decided|approved|appeal|Service of Documents", english)


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

    assert "När: torsdag 3 december 2026 kl. 18:00–20:00 (svensk tid, CET)" in swedish.get_content()
    assert "Time: Thursday 3 December 2026 from 18:00 to 20:00 (Swedish time, CET)" in english.get_content()
    assert "till och med 24 december 2026" in deadline.get_content()


def test_an_hour_that_comes_twice_is_told_apart():
    in_summer_time, in_normal_time = told_at("2027-10-31T02:30:00+02:00"), told_at("2027-10-31T02:30:00+01:00")

    assert "31 October 2027 at 02:30 (Swedish time, CEST)" in in_summer_time
    assert "31 October 2027 from 02:30 to 05:00 (Swedish time, CET)" in in_normal_time


def test_an_event_is_told_with_its_end_by_the_clock_that_it_ends_by():
    same_day = told_at("2026-12-03T18:00:00+01:00", "2026-12-03T20:30:00+01:00")
    after_midnight = told_at("2026-12-03T18:00:00+01:00", "2026-12-04T01:00:00+01:00")
    over_the_change = told_at("2027-10-31T01:30:00+02:00", "2027-10-31T02:30:00+01:00")

    assert "Time: Thursday 3 December 2026 from 18:00 to 20:30 (Swedish time, CET)" in same_day
    assert "at 18:00 (Swedish time, CET) – Friday 4 December 2026 at 01:00 (Swedish time, CET)" in after_midnight
    assert "at 01:30 (Swedish time, CEST) – Sunday 31 October 2027 at 02:30 (Swedish time, CET)" in over_the_change


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("template", NAMES)
def test_no_mail_says_what_a_stranger_wrote_but_the_message_to_an_owner(template: str, language: Language):
    written = {field: f"Vinn på prov.example/{field}" for field in FREE_FIELDS} | {"reason": "Huset är sålt."}
    mail = read(write(delivery(template), Addressee("anna@example.se", language, written), SENDER).content)

    said = "\n".join([*map(str, mail.values()), mail.get_content().replace("\r\n", "\n")])

    quoted = {f"> {written[name]}" for name in QUOTED_BY.get(template, set()) & written.keys()}
    assert set(QUOTED.findall(said)) == quoted
    assert "prov.example" not in QUOTED.sub("", said)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_template_has_no_place_for_what_somebody_wrote(path: Path):
    names = meta.find_undeclared_variables(Environment().parse(without_filters(path.read_text())))

    quoted = QUOTED_BY.get(path.stem.partition(".")[0], set())
    assert names <= {*CONTEXT, "contact", "pages"} | quoted
    assert all(f"{{{{ {name} | quoted }}}}" in path.read_text() for name in quoted)


def without_filters(text: str) -> str:
    """The template as Jinja parses it without knowing our filters."""
    return re.sub(r"\| \w+", "", text)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.SWEDISH, "Vi kan delge dig beslut i ärendet genom förenklad delgivning."),
        (Language.ENGLISH, "We may serve decisions in the case on you by simplified service."),
    ],
)
@pytest.mark.parametrize(
    "template", ["party_notified", "party_decision_changed", "party_appeal_dismissed", "party_served"]
)
def test_every_mail_by_whose_link_one_counts_as_told_of_simplified_service_tells_of_it(template, language, said):
    """Whoever opens a link may later be served so."""
    mail = read(write(delivery(template), replace(ANNA, language=language), SENDER).content)

    assert said in " ".join(mail.get_content().split())
