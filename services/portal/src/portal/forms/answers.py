"""Answers as people read them before they send them in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal
from markupsafe import Markup

from portal.forms.definition import Field, shown
from portal.forms.widgets import Stored
from portal.i18n import gettext as _
from portal.i18n import of_service, speaking
from portal.templating import apart, day, moment

FEW = 10_000
"""Numbers below it are written without a space in them, as years are."""


def in_words(one: Field, answer: Any, files: Sequence[Stored] = ()) -> list[Markup]:
    """The answer, a line for each of several things."""
    if one.type == "file":
        return [Markup("{} ({})").format(apart(file.name), file.size_text) for file in files]
    if one.fields and isinstance(answer, Mapping):
        return _group(one, answer)
    several = answer if isinstance(answer, list) else [answer]
    return [line for value in several for line in _lines(one, value)]


def row_in_words(fields: Sequence[Field], row: Mapping[str, Any]) -> Markup:
    """What a row is known by: its first answer, and the next with its question."""
    answered = [one for one in shown(fields, row) if one.name in row and one.type != "file"][:2]
    lines = [in_words(one, row[one.name])[0] for one in answered]
    labelled = [Markup("{}: {}").format(of_service(one.label), line) for one, line in zip(answered, lines, strict=True)]
    return Markup(", ").join([*lines[:1], *labelled[1:]])


def _group(one: Field, answer: Mapping[str, Any]) -> list[Markup]:
    words = {box.name: in_words(box, answer[box.name])[0] for box in one.fields if box.name in answer}
    if one.type == "address":
        place = Markup(" ").join(words.pop(name) for name in ("postal_code", "city") if name in words)
        parts = [words.get("street"), place, words.get("country")]
        return [part for part in parts if part]
    labels = {box.name: of_service(box.label) for box in one.fields}
    return [Markup("{} {}").format(labels[name], text) for name, text in words.items()]


def _lines(one: Field, value: Any) -> Iterator[Markup]:
    if isinstance(value, bool):
        yield _("Ja") if value else _("Nej")
    elif isinstance(value, int | float):
        yield Markup.escape(_number(value))
    elif option := next((option for option in one.options if option.value == value), None):
        yield of_service(option.label)
    else:
        text = _moment_in_words(one, str(value))
        yield from map(apart, text.splitlines())


def _number(value: float) -> str:
    return format_decimal(value, locale=speaking().catalogue.locale, group_separator=abs(value) >= FEW)


def _moment_in_words(one: Field, value: str) -> str:
    """A day or a time as it is written here; what is neither, as somebody wrote it."""
    try:
        return MOMENTS[one.type](value) if one.type in MOMENTS else value
    except ValueError:
        return value


MOMENTS: dict[str, Callable[[str], str]] = {
    "date": lambda value: day(date.fromisoformat(value)),
    "datetime": lambda value: moment(datetime.fromisoformat(value)),
}
