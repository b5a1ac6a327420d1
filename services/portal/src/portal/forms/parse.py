"""A form as it is posted, and the answers it stands for. Written back, answers read the same again."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.forms.definition import GROUPS, Field
from shared.clock import SWEDEN

Typed = Mapping[str, Sequence[str]]
"""What the boxes of a page say, by their names."""
Boxes = Iterator[tuple[str, Sequence[str]]]

YES, NO = "ja", "nej"
DATE = ("ar", "manad", "dag")
"""The boxes of a date, and how their names end."""
TIME = "tid"
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,400})?")
_GAPS = re.compile(r"[\s\u00a0\u202f\u2009']")


class NotOfType(ValueError):
    """Something is typed that cannot be an answer of the type at all."""


@dataclass(frozen=True)
class Parsed:
    """The answers of a page. `wrong` is where something is typed that is none; the page then keeps it as it is."""

    answers: Mapping[str, Any]
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parser:
    """How the boxes of a type are read and written. What is not answered is None."""

    read: Callable[[Field, Typed, str], Any]
    write: Callable[[Field, Any, str, str], Boxes]


def parse(fields: Iterable[Field], typed: Typed, prefix: str = "") -> Parsed:
    """What is answered of the fields."""
    answers: dict[str, Any] = {}
    wrong: set[str] = set()
    for one in fields:
        path = prefix + one.name
        if one.type in GROUPS:
            group = parse(one.fields, typed, f"{path}.")
            wrong |= group.wrong
            answer: Any = group.answers or None
        else:
            answer = _read(one, typed, path, wrong)
        if answer is not None:
            answers[one.name] = answer
    return Parsed(answers, frozenset(wrong))


def typed_of(fields: Iterable[Field], answers: Mapping[str, Any], language: str, prefix: str = "") -> dict[str, Any]:
    """What the boxes say when those are the answers."""
    boxes: dict[str, Sequence[str]] = {}
    for one in fields:
        path, answer = prefix + one.name, answers.get(one.name)
        if answer is None or one.type == "repeat":
            continue
        if one.type in GROUPS:
            boxes |= typed_of(one.fields, answer, language, f"{path}.")
        else:
            boxes |= dict(parser_of(one).write(one, answer, path, language))
    return boxes


def merged(answers: Mapping[str, Any], fields: Iterable[Field], parsed: Parsed) -> dict[str, Any]:
    """The answers with those of a page in place of what they were. What is typed and cannot be kept changes nothing."""
    found = dict(answers)
    for one in fields:
        is_wrong = any(path.partition(".")[0] == one.name for path in parsed.wrong)
        if one.name in parsed.answers:
            found[one.name] = parsed.answers[one.name]
        elif not is_wrong and one.type != "repeat":
            found.pop(one.name, None)
    return found


def parser_of(one: Field) -> Parser:
    """A type that we do not know, of a service newer than we, is a text to type."""
    return MANY if one.is_list else DECLARATION if one.is_declaration else PARSERS.get(one.type, TEXT)


def _read(one: Field, typed: Typed, path: str, wrong: set[str]) -> Any:
    try:
        return parser_of(one).read(one, typed, path) if one.type != "repeat" else None
    except NotOfType:
        wrong.add(path)
        return None


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _read_text(one: Field, typed: Typed, path: str) -> str | None:
    text = _first(typed, path).replace("\r\n", "\n")
    return text if text.strip() else None


def _write_text(one: Field, answer: Any, path: str, language: str) -> Boxes:
    yield path, [str(answer)]


def _read_number(one: Field, typed: Typed, path: str) -> float | None:
    text = _GAPS.sub("", _first(typed, path)).replace("−", "-").replace(",", ".")
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or (one.type == "integer" and "." in text):
        raise NotOfType
    return float(text) if "." in text else int(text)


def _write_number(one: Field, answer: Any, path: str, language: str) -> Boxes:
    plain = format(Decimal(repr(answer)), "f").removesuffix(".0")
    yield path, [plain if language == "en" else plain.replace(".", ",")]


def _read_yes_or_no(one: Field, typed: Typed, path: str) -> bool | None:
    return {YES: True, NO: False}.get(_first(typed, path))


def _write_yes_or_no(one: Field, answer: Any, path: str, language: str) -> Boxes:
    yield path, [YES if answer else NO]


def _read_mark(one: Field, typed: Typed, path: str) -> bool:
    return _first(typed, path) == YES


def _read_declaration(one: Field, typed: Typed, path: str) -> bool | None:
    return True if _read_mark(one, typed, path) else None


def _write_mark(one: Field, answer: Any, path: str, language: str) -> Boxes:
    if answer is True:
        yield path, [YES]


def _read_many(one: Field, typed: Typed, path: str) -> list[str] | None:
    return [value for value in typed.get(path, ()) if value] or None


def _write_many(one: Field, answer: Any, path: str, language: str) -> Boxes:
    yield path, [str(value) for value in answer]


def _read_date(one: Field, typed: Typed, path: str) -> str | None:
    """The day, or what is typed in its place: that is kept too, and said to be wrong."""
    parts = [_first(typed, f"{path}-{part}").strip() for part in DATE]
    if not any(parts):
        return None
    is_day = all(part.isdecimal() for part in parts) and len(parts[0]) == 4
    return "-".join(part.zfill(2) if is_day else part for part in parts)


def _write_date(one: Field, answer: Any, path: str, language: str) -> Boxes:
    for part, text in zip(DATE, [*str(answer).split("-", 2), "", ""], strict=False):
        yield f"{path}-{part}", [text.removeprefix("0") if part != DATE[0] else text]


def _read_moment(one: Field, typed: Typed, path: str) -> str | None:
    day, time = _read_date(one, typed, path), _first(typed, f"{path}-{TIME}").strip()
    if day is None and not time:
        return None
    hour_and_minute = re.fullmatch(r"([0-9]{1,2})[.:]?([0-9]{2})", time)
    clock = f"{hour_and_minute[1]:0>2}:{hour_and_minute[2]}" if hour_and_minute else time
    try:
        return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SWEDEN).isoformat()
    except ValueError:
        return f"{day or '--'}T{time}"


def _write_moment(one: Field, answer: Any, path: str, language: str) -> Boxes:
    day, _, time = str(answer).rpartition("T")
    try:
        at = datetime.fromisoformat(str(answer)).astimezone(SWEDEN)
        day, time = f"{at:%Y-%m-%d}", f"{at:%H:%M}"
    except ValueError:
        pass
    yield from _write_date(one, day, path, language)
    yield f"{path}-{TIME}", [time]


TEXT = Parser(_read_text, _write_text)
NUMBER = Parser(_read_number, _write_number)
MANY = Parser(_read_many, _write_many)
DECLARATION = Parser(_read_declaration, _write_mark)
PARSERS: dict[str, Parser] = {
    "integer": NUMBER,
    "decimal": NUMBER,
    "bool": Parser(_read_yes_or_no, _write_yes_or_no),
    "protected_identity": Parser(_read_mark, _write_mark),
    "date": Parser(_read_date, _write_date),
    "datetime": Parser(_read_moment, _write_moment),
    "multi_choice": MANY,
}
