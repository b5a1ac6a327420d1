"""Answers as people read them: questions by their labels, options by theirs, numbers as each language writes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import SEALED, FormField
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.field_types import parse_time
from eservice_intake.catalogue.rules import GROUPS
from eservice_intake.catalogue.wording import in_words, moment_in_words, phone_in_words
from shared.errors import Text, in_numbers

UNANSWERED = Text(sv="Inte besvarat", en="Not answered")
YES = Text(sv="Ja", en="Yes")
NO = Text(sv="Nej", en="No")
NOT_SHOWN = "••••••-••••"
"""For a personal identity number that the reader has not opened."""
ATTACHED = Text(sv="Bifogad fil", en="Attached file")
ANSWERS = Text(sv="Uppgifter", en="Particulars")


@dataclass(frozen=True)
class ReadAnswer:
    """A question and what was answered. `rows` when the answer is several of a kind, each with questions of its own."""

    field: str
    label: str
    answer: str | None
    rows: Sequence[Sequence["ReadAnswer"]] = ()


@dataclass(frozen=True)
class ReadSection:
    heading: str
    answers: Sequence[ReadAnswer]


@dataclass(frozen=True)
class Reader:
    """Who reads, and what the attached files are called, by their ids."""

    language: str
    filenames: Mapping[str, str]

    def say(self, text: Text) -> str:
        return text.in_language(self.language)


def read_answers(
    eservice: EService,
    answers: Mapping[str, Any],
    language: str,
    filenames: Mapping[str, str] | None = None,
) -> list[ReadSection]:
    """The whole form as it was answered, without the questions that were not asked. Unanswered ones have no answer."""
    reader = Reader(language, filenames or {})
    found = []
    for section in eservice.sections:
        heading = section.heading.text if section.heading else ANSWERS
        read = list(_read(section.fields, answers, reader))
        found += [ReadSection(reader.say(heading), read)] if read else []
    return found


def company_number(fields: Sequence[FormField], answers: Mapping[str, Any]) -> str | None:
    """The company's organisation number or, when it has none, its country and number abroad: `FI 1234567-8`."""
    given = {field.type: answers[field.name] for field in reversed(fields) if field.name in answers}
    if "orgnr" in given:
        return str(given["orgnr"])
    abroad = given.get("foreign_company")
    return f"{abroad['country']} {abroad['number']}" if abroad else None


def company_key(number: str) -> str:
    """What a company is found by, however its number is written: `FI12345678`."""
    return "".join(filter(str.isalnum, number)).upper()


def _read(fields: Sequence[FormField], answers: Mapping[str, Any], reader: Reader) -> Iterator[ReadAnswer]:
    for field in fields:
        if field.show_if is None or holds(field.show_if, answers):
            yield _answer(field, answers.get(field.name), reader)


def _answer(field: FormField, value: Any, reader: Reader) -> ReadAnswer:
    label = reader.say(field.text)
    if value is None:
        return ReadAnswer(field.name, label, None)
    if field.type == "repeat":
        rows = [list(_read(field.fields or [], row, reader)) for row in value]
        return ReadAnswer(field.name, label, reader.say(in_numbers(len(rows))), rows)
    one_or_more = value if field.is_list else [value]
    return ReadAnswer(field.name, label, "\n".join(_one(field, one, reader) for one in one_or_more))


def _one(field: FormField, value: Any, reader: Reader) -> str:
    if isinstance(value, bool):
        return reader.say(YES if value else NO)
    if isinstance(value, int | float):
        return reader.say(in_numbers(value))
    if isinstance(value, dict):
        return _group(field, value, reader)
    return NOT_SHOWN if str(value).startswith(SEALED) else _words(field, str(value), reader)


def _group(field: FormField, value: Mapping[str, Any], reader: Reader) -> str:
    if field.type == "address":
        place = f"{value.get('postal_code', '')} {value['city']}".strip()
        return "\n".join(filter(None, [value["street"], place, value.get("country")]))
    if field.type == "foreign_company":
        return f"{value['number']}, {value['country']}"
    parts = [f"{reader.say(one.text)} {_one(one, value[one.name], reader)}" for one in GROUPS[field.type]]
    return f"{', '.join(parts)} (SWEREF 99 TM)"


def _words(field: FormField, value: str, reader: Reader) -> str:
    match field.type:
        case "choice" | "multi_choice":
            labels = {option.value: reader.say(option.text) for option in field.options or []}
            return labels.get(value, value)
        case "file":
            return reader.filenames.get(value, reader.say(ATTACHED))
        case kind if kind in WRITTEN:
            return WRITTEN[kind](value, reader.language)
        case _:
            return value


def _moment(value: str, language: str) -> str:
    at = parse_time(value)
    return moment_in_words(at, language) if isinstance(at, datetime) else value


WRITTEN: Mapping[str, Callable[[str, str], str]] = {
    "date": lambda value, language: in_words(date.fromisoformat(value), language),
    "datetime": _moment,
    "phone": lambda value, _: phone_in_words(value),
    "personnr": lambda value, _: f"{value[:8]}-{value[8:]}",
    "orgnr": lambda value, _: f"{value[:6]}-{value[6:]}",
}
"""How what is stored is written."""
