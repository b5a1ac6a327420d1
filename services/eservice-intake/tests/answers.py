"""Hypothesis strategies that make valid answers from a definition."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import assume
from hypothesis import strategies as st
from stdnum import luhn

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.rules import GROUPS
from shared.clock import day_in_sweden, now
from shared.identifiers import COUNTRIES, FOREIGN_COUNTRIES

Answers = dict[str, Any]

LETTERS = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Mc", "Me"])
PHONES = st.sampled_from(["070-174 06 05", "+46 70 174 06 05", "063-14 30 00", "0701740605", "+47 22 12 34 56"])


@st.composite
def valid_answers(draw: st.DrawFn, fields: Sequence[FormField], forced: Mapping[str, object] | None = None) -> Answers:
    answers: Answers = {}
    for field in fields:
        shown = holds(field.show_if, answers) if field.show_if else True
        if forced and field.name in forced:
            answers[field.name] = forced[field.name]
        elif shown and not field.computed and (field.required or draw(st.booleans())):
            answers[field.name] = draw(valid_answer(field, answers))
    return answers


@st.composite
def application_answers(draw: st.DrawFn, eservice: EService) -> Answers:
    answers = draw(valid_answers(eservice.form))
    assume(not any(holds(refusal.when, answers) for refusal in eservice.refuse_if))
    return answers


def valid_answer(field: FormField, answers: Answers) -> st.SearchStrategy[Any]:
    if field.type == "multi_choice":
        options = st.sampled_from([option.value for option in field.options])
        return st.lists(options, unique=True, min_size=field.fewest)
    if field.type == "repeat":
        return st.lists(valid_answers(field.fields), min_size=field.fewest, max_size=field.fewest + 2)
    if field.multiple:
        return st.lists(ids(), min_size=field.fewest, max_size=field.fewest + 2)
    if field.type in GROUPS:
        return valid_answers(GROUPS[field.type])
    return SINGLE[field.type](field, answers)


def ids() -> st.SearchStrategy[str]:
    return st.builds(lambda: str(uuid4()))


def texts(field: FormField, _: Answers) -> st.SearchStrategy[str]:
    if field.pattern:
        return st.from_regex(field.pattern.removeprefix("^").removesuffix("$"), fullmatch=True)
    return st.text(LETTERS, max_size=30).map(lambda text: ("å" * field.shortest + text)[: field.longest])


def numbers(field: FormField, answers: Answers) -> st.SearchStrategy[Any]:
    smallest = field.smallest if field.more_than is None else field.more_than
    largest = answers[field.max_field] if field.max_field else field.largest
    if field.type == "integer":
        return st.integers(smallest, largest)
    return st.floats(smallest, largest, exclude_min=field.more_than is not None) | st.integers(
        int(smallest) + 1, int(largest)
    )


def times(field: FormField, answers: Answers) -> st.SearchStrategy[str]:
    is_date = field.type == "date"
    moment: date | datetime = day_in_sweden(now()) if is_date else now()
    if field.after in answers:
        earlier = answers[field.after]
        moment = max(moment, date.fromisoformat(earlier) if is_date else datetime.fromisoformat(earlier))
    first = 1 if field.min or field.after else -2000
    last = -1 if field.max else 2000
    return st.integers(first, last).map(lambda days: (moment + timedelta(days)).isoformat())


def with_check_digit(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits[-9:])


def orgnrs(field: FormField, _: Answers) -> st.SearchStrategy[str]:
    digits = st.from_regex("[0-9]{2}[2-9][0-9]{6}", fullmatch=True).map(with_check_digit)
    return digits | digits.map(lambda number: f"16{number}") | digits.map(lambda number: f"{number[:6]}-{number[6:]}")


def personnrs(field: FormField, _: Answers) -> st.SearchStrategy[str]:
    births = st.dates(date(1926, 1, 1), date(2020, 12, 31)).map(lambda born: born.strftime("%Y%m%d"))
    serials = st.from_regex("[0-9]{3}", fullmatch=True)
    return st.builds(lambda born, serial: with_check_digit(born + serial), births, serials)


DESIGNATIONS = st.from_regex(
    r"(Östersund )?(Odensala|S:t Jörgen|Frösö-Berge|Kv 3:e Villan) (([0-9]{1,5}|S|FS|GA|s):)?[0-9]{1,5}(>[0-9]{1,3})?",
    fullmatch=True,
)
SINGLE = {
    "text": texts,
    "textarea": texts,
    "email": lambda *_: st.from_regex(r"[a-z]{1,10}(\.[a-z]{1,5})?@[a-z]{2,10}\.se", fullmatch=True),
    "phone": lambda *_: PHONES,
    "orgnr": orgnrs,
    "personnr": personnrs,
    "property_designation": lambda *_: DESIGNATIONS,
    "postal_code": lambda *_: st.sampled_from(["83131", "831 30", "SE-831 31"]),
    "country": lambda *_: st.sampled_from(COUNTRIES),
    "foreign_country": lambda *_: st.sampled_from(FOREIGN_COUNTRIES),
    "foreign_number": lambda *_: st.from_regex(r"[A-Z]{0,3}[ -]?[0-9]{2,20}([-/][0-9A-Z])?", fullmatch=True),
    "case_reference": lambda *_: st.from_regex("(MH[- ])?[0-9]{4}[-/][0-9]{1,6}", fullmatch=True),
    "date": times,
    "datetime": times,
    "integer": numbers,
    "decimal": numbers,
    "protected_identity": lambda *_: st.just(False),
    "bool": lambda field, _: st.booleans() if field.must_be is None else st.just(field.must_be),
    "choice": lambda field, _: st.sampled_from([option.value for option in field.options]),
    "file": lambda *_: ids(),
}
