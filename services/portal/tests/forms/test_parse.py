"""What is typed, and the answers that it stands for."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.forms.definition import Field
from portal.forms.parse import merged, parse, typed_of

from .published import answers_to, definition, every_eservice

SOME = settings(max_examples=10)
START = Field("start", "date", "Start")
WHEN = Field("when", "datetime", "När")
HOURS = Field("hours", "decimal", "Timmar")
PEOPLE = Field("people", "integer", "Antal")


def by_the_minute(answer: Any) -> Any:
    """The answer as a form writes it: a time is a minute, whatever the zone it is written in."""
    if isinstance(answer, dict):
        return {name: by_the_minute(one) for name, one in answer.items()}
    if isinstance(answer, list):
        return [by_the_minute(one) for one in answer]
    try:
        is_moment = isinstance(answer, str) and "T" in answer
        return datetime.fromisoformat(answer).timestamp() if is_moment else answer
    except ValueError:
        return answer


def round_trip(fields: tuple[Field, ...], answers: dict[str, Any], language: str) -> None:
    read = parse(fields, typed_of(fields, answers, language))
    assert read.wrong == set()
    assert by_the_minute(merged(answers, fields, read)) == by_the_minute(answers)
    rows = {one.name: one.fields for one in fields if one.type == "repeat"}
    for name in rows.keys() & answers.keys():
        for row in answers[name]:
            round_trip(rows[name], row, language)


def test_what_a_newer_service_asks_for_in_a_way_that_we_do_not_know_is_a_text():
    round_trip((Field("vat", "vat_number", "Momsnummer"),), {"vat": "SE 556000-4615 01"}, "sv")


@every_eservice
@pytest.mark.parametrize("language", ["sv", "en"])
@SOME
@given(data=st.data())
def test_answers_are_read_as_they_are_written(data: st.DataObject, eservice: str, language: str):
    fields = definition(eservice).fields

    round_trip(fields, data.draw(answers_to(fields)), language)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("12", 12),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1 000", 1000),
        ("1\u00a0000,25", 1000.25),
        ("−3", -3),
        ("0,50", 0.5),
    ],
)
def test_a_number_may_be_written_as_people_do(typed: str, answer: float):
    assert parse([HOURS], {"hours": [typed]}).answers == {"hours": answer}


@pytest.mark.parametrize("typed", ["tolv", "12 m", "1,2,3", "1,000.5", "12-13", "1e5", "NaN", "½"])
def test_what_is_no_number_is_not_kept_as_one(typed: str):
    assert parse([HOURS], {"hours": [typed]}).wrong == {"hours"}


def test_a_part_is_not_a_whole_number():
    assert parse([PEOPLE], {"people": ["1,5"]}).wrong == {"people"}


@pytest.mark.parametrize("typed", [{}, {"hours": []}, {"hours": [""]}, {"hours": ["  "]}])
def test_what_is_not_answered_is_left_out(typed: dict[str, list[str]]):
    assert parse([HOURS], typed).answers == {}


def test_a_day_is_written_with_or_without_zeros():
    written = [{"start-ar": ["2027"], "start-manad": [month], "start-dag": ["05"]} for month in ("3", "03")]

    assert [parse([START], one).answers["start"] for one in written] == ["2027-03-05", "2027-03-05"]


@pytest.mark.parametrize(
    "year, month, day", [("2027", "", ""), ("27", "3", "5"), ("", "mars", "5"), ("2027", "13", "1")]
)
def test_what_is_no_day_is_kept_as_it_is_written(year: str, month: str, day: str):
    typed = {"start-ar": [year], "start-manad": [month], "start-dag": [day]}

    kept = parse([START], typed).answers

    assert typed_of([START], kept, "sv") == typed


@pytest.mark.parametrize("time", ["14:30", "14.30", "1430"])
def test_a_time_is_the_time_in_sweden(time: str):
    typed = {"when-ar": ["2027"], "when-manad": ["7"], "when-dag": ["1"], "when-tid": [time]}

    assert parse([WHEN], typed).answers == {"when": "2027-07-01T14:30:00+02:00"}


@pytest.mark.parametrize("time", ["", "25:00", "kvart i tre"])
def test_a_time_that_is_none_is_kept_as_it_is_written(time: str):
    typed = {"when-ar": ["2027"], "when-manad": ["7"], "when-dag": ["1"], "when-tid": [time]}

    kept = parse([WHEN], typed).answers

    assert typed_of([WHEN], kept, "sv") == typed


def test_an_address_is_in_boxes_and_what_is_empty_is_left_out():
    (address,) = [one for one in definition("varmepump").fields if one.name == "applicant_address"]
    typed = {"applicant_address.street": ["Storgatan 1"], "applicant_address.city": ["Ekbacka"]}

    read = parse([address], {**typed, "applicant_address.country": [""]})

    assert read.answers == {"applicant_address": {"street": "Storgatan 1", "city": "Ekbacka"}}


def test_an_answer_that_is_taken_away_is_no_longer_there():
    read = parse([HOURS, PEOPLE], {"hours": [""], "people": ["3"]})

    assert merged({"hours": 12, "people": 2, "other": "x"}, [HOURS, PEOPLE], read) == {"people": 3, "other": "x"}


def test_what_cannot_be_kept_leaves_what_was_there():
    read = parse([HOURS, PEOPLE], {"hours": ["tolv"], "people": ["3"]})

    assert merged({"hours": 12}, [HOURS, PEOPLE], read) == {"hours": 12, "people": 3}
