from datetime import UTC, datetime

import pytest

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.field_types import understood
from shared.errors import Violation

NOW = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
"""Half past midnight on 2 May in Sweden."""


def single(type_, value, **rules):
    field = FormField(name="answer", type=type_, sv="Svar", en="Answer", **rules)
    answer = understood(field, value, "answer", NOW, {})
    return answer.code if isinstance(answer, Violation) else None


@pytest.mark.parametrize(
    "designation",
    [
        "Östersund Odensala 1:23",
        "ÖSTERSUND FRÖSÖ-BERGE 12:345",
        "Odensala 1:23",
        "Östersund Biet 4",
        "Östersund Ope S:2",
        "Upplands Väsby Vilunda 6:48>2",
    ],
)
def test_property_designations(designation):
    assert single("property_designation", designation) is None


@pytest.mark.parametrize("designation", ["", "1:23", "Östersund", "Östersund Odensala", "Odensala 1:", "4 12"])
def test_what_is_no_property_designation(designation):
    assert single("property_designation", designation) == "format"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("19900101-1239", None),
        ("199001011239", None),
        ("900101-1239", None),
        ("19900161-1236", None),
        ("19900101-1238", "check_digit"),
        ("19901301-1235", "format"),
        ("20990101-1230", "format"),
        ("900101", "format"),
        ("٩٠٠١٠١-1239", "format"),
    ],
)
def test_personal_identity_and_coordination_numbers(number, code):
    assert single("personnr", number) == code


@pytest.mark.parametrize(
    ("number", "code"), [("556012-5790", None), ("5560125790", None), ("556012-5791", "check_digit"), ("556", "format")]
)
def test_company_registration_numbers(number, code):
    assert single("orgnr", number) == code


@pytest.mark.parametrize("number", ["112", "070-1", "hello", "+46 70 174 06 05 ext"])
def test_what_is_no_phone_number(number):
    assert single("phone", number) == "format"


@pytest.mark.parametrize(
    "address", ["anna", "anna@", "anna@localhost", "a b@exempel.se", "anna@exempel.se\nbcc: x@y.se"]
)
def test_what_is_no_email_address(address):
    assert single("email", address) == "format"


@pytest.mark.parametrize("time", ["2026-05-01T09:00:00", "2026-05-01", "2026-05-01T25:00:00Z", "2026-W18-5T09:00Z"])
def test_a_time_needs_a_day_an_hour_and_a_time_zone(time):
    assert single("datetime", time) == "format"


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("integer", True),
        ("integer", 1.5),
        ("integer", "1"),
        ("decimal", False),
        ("decimal", float("nan")),
        ("decimal", float("inf")),
        ("decimal", "1,5"),
        ("bool", 1),
        ("bool", "true"),
        ("text", 1),
        ("text", None),
    ],
)
def test_json_types_are_not_converted(type_, value):
    assert single(type_, value) == "type"


def test_numbers_have_limits_even_without_rules():
    assert single("integer", 10**4000) == "max"
    assert single("decimal", -(10**400)) == "min"


def test_text_is_a_line_and_textarea_may_have_several():
    assert single("text", "one\ntwo") == "characters"
    assert single("textarea", "one\r\n\ttwo") is None
    assert single("textarea", "one\0two") == "characters"


def test_today_is_the_day_in_sweden():
    assert single("date", "2026-05-02", max="today") is None
    assert single("date", "2026-05-03", max="today") == "max"
    assert single("date", "2026-05-02", min="today") is None
    assert single("date", "2026-05-01", min="today") == "min"
