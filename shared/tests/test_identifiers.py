"""What issuers give people, companies and places is understood as its issuer writes it, and kept in one form."""

from datetime import date
from functools import partial

import pytest

from shared.errors import FieldError
from shared.identifiers import (
    COUNTRIES,
    company_number,
    email,
    foreign_country,
    foreign_number,
    is_of_a_person,
    mailbox,
    organisation_number,
    personal_number,
    phone,
    postal_code,
    property_designation,
)

TODAY = date(2026, 11, 26)
person = partial(personal_number, today=TODAY)
swedish = partial(postal_code, country="SE")
norwegian = partial(postal_code, country="NO")


@pytest.mark.parametrize(
    ("read", "kept", "written"),
    [
        (email, "x@example.com", ["x@example.com ", "x@EXAMPLE.com\u00a0", "\ufeffx@ｅxample。com", "x@example.com\n"]),
        (email, "box@malmö.se", ["box@MALMÖ.se", "box@xn--malm-8qa.se", "box@malmo\u0308.se", "ｂｏｘ@malmö.se"]),
        (email, "anna-karin@exempel.se", ["anna\u2011karin@exempel.se", "anna–karin@exempel.se"]),
        (
            phone,
            "+46701234567",
            ["070-123 45 67", "070–1234567", "+46 (0)70 123 45 67", "0046701234567", "\u202a0701234567\u202c"],
        ),
        (phone, "+4722123456", ["+47 22 12 34 56", "00 47 22123456", "＋4722123456"]),
        (organisation_number, "5560004615", ["556000-4615", "556000–4615", "165560004615", "16556000-4615 "]),
        (organisation_number, "8112289874", ["811228-9874", "19811228-9874", "198112289874"]),
        (person, "198112289874", ["811228 9874", "811228–9874", "8112289874", "19811228-9874", "198112289874"]),
        (person, "188112289874", ["811228+9874", "18811228-9874"]),
        (person, "199001611236", ["19900161-1236", "900161-1236"]),
        (swedish, "831 31", ["83131", "831 31", "SE-831 31", "S-83131", "se 831\u00a031", "83 131"]),
        (foreign_number, "1234567-8", ["1234567-8", " 1234567–8 "]),
        (company_number, "5560004615", ["556000-4615", "165560004615"]),
        (company_number, "FI 1234567-8", ["FI 1234567-8", "fi 1234567–8", "FI1234567-8"]),
        (postal_code, "831 31", ["83131 ", "SE-831 31"]),
        (postal_code, "SW1A 1AA", ["SW1A 1AA", "sw1a  1aa"]),
        (norwegian, "7010", ["7010"]),
        (norwegian, "N-83131", ["n–83131"]),
        (property_designation, "Lockne-Byn 2:15", ["Lockne-Byn 2:15 ", "Lockne‑Byn 2 : 15", "Lockne–Byn\u00a02:15"]),
        (property_designation, "Odensala S:4", ["Odensala s:4", "Odensala  S: 4"]),
        (property_designation, "Lockne-Byn 1:1>2", ["Lockne-Byn 1:1 > 2"]),
    ],
)
def test_every_way_to_write_it_is_one_thing(read, kept, written):
    assert [read(text) for text in written] == [kept] * len(written)
    assert read(kept) == kept


@pytest.mark.parametrize(
    "designation",
    [
        "Östersund Odensala 4:12",
        "ÖSTERSUND FRÖSÖ-BERGE 12:345",
        "Malmö S:t Jörgen 21",
        "Göteborg Masthugget 712:1",
        "Östersund Odensala GA:3",
        "Östersund Odensala FS:1",
        "Upplands Väsby Vilunda 6:48>2",
        "Lund 3:e Roten 5",
    ],
)
def test_every_designation_of_the_register_is_understood(designation):
    assert property_designation(designation) == designation


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (
            email,
            ["", "anna", "anna@", "a@localhost", "a b@exempel.se", "a@exempel.se\nbcc: x@y.se", "a" * 250 + "@x"],
        ),
        (phone, ["", "112", "070-1", "hello", "+46 70 174 06 05 ext", "1" * 50, "+999 1234567"]),
        (organisation_number, ["556", "556000+4615", "195560004615", "168112289874", "811328-9872", "٥٥٦٠٠٠٤٦١٥"]),
        (person, ["900101", "19901301-1235", "20990101-1230", "٩٠٠١٠١-1239", "16900101-1239", "556000-4615"]),
        (swedish, ["7010", "00-950", "8313", "SW1A 1AA"]),
        (postal_code, ["", "-", "1" * 21]),
        (foreign_country, ["SE", "XX", "fi", ""]),
        (foreign_number, ["", "1", "--", "- /", "№№", "1" * 61]),
        (company_number, ["SE 556000-4615", "XX 12", "FI --", "FI", "1234567-8"]),
        (property_designation, ["", "1:23", "Östersund", "Odensala 1:", "4 12", "Odensala 1:2:3", "å" * 99 + " 1"]),
    ],
)
def test_what_no_issuer_gives_is_refused(read, written):
    for text in written:
        with pytest.raises(FieldError):
            read(text)


@pytest.mark.parametrize(
    ("number", "is_personal"),
    [("8112289874", True), ("198112289874", True), ("1362410019", True), ("5560004615", False)],
)
def test_a_sole_traders_number_and_an_estates_are_of_a_person(number: str, is_personal: bool):
    assert is_of_a_person(number) is is_personal


@pytest.mark.parametrize(("read", "written"), [(organisation_number, "556000-4614"), (person, "19900101-1238")])
def test_a_wrong_check_digit_is_told(read, written):
    with pytest.raises(FieldError) as wrong:
        read(written)

    assert wrong.value.code == "check_digit"


@pytest.mark.parametrize(
    "address",
    [
        "box@malmö.se",
        "Box@MALMÖ.se",
        "box+1@malmö.se",
        "b.o.x@malmö.se",
        "box@xn--malm-8qa.se",
        "ｂｏｘ@ｍalmo\u0308。se",
        " box@malmö.se ",
    ],
)
def test_a_mailbox_is_one_however_it_is_spelt(address):
    assert mailbox(address) == "box@malmö.se"


def test_different_mailboxes_are_different():
    assert len({mailbox(address) for address in ("a@x.se", "b@x.se", "a@y.se", "+a@x.se", "owner of 1")}) == 5


def test_the_countries_are_those_of_the_standard():
    assert {"SE", "NO", "GB", "US", "AX"} <= set(COUNTRIES)
    assert len(COUNTRIES) == len(set(COUNTRIES)) > 240
