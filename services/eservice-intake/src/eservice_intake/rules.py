"""Whether answers follow an e-service's rules. Answers in, violations out: no session, no clock.

An address is an object with `street`, `postal_code` (five digits) and `city`. A point is an object with `easting` and
`northing` in metres, SWEREF 99 TM, within Sweden. A repeat group is a list of objects.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from eservice_intake.catalogue import EService
from eservice_intake.checks import SUM
from eservice_intake.conditions import holds
from eservice_intake.definitions import FormField
from eservice_intake.field_types import PATTERNS, parse_time, violation_of
from eservice_intake.messages import expects, violation
from shared.errors import Violation

Answers = Mapping[str, object]

MOST_VIOLATIONS = 1000
GROUPS = {
    "address": [
        FormField(name="street", type="text", required=True, max_length=200, sv="Gatuadress", en="Street address"),
        FormField(
            name="postal_code",
            type="text",
            required=True,
            pattern="^[0-9]{3} ?[0-9]{2}$",
            example="831 31",
            sv="Postnummer",
            en="Postal code",
        ),
        FormField(name="city", type="text", required=True, max_length=100, sv="Postort", en="Post town"),
    ],
    "point_sweref99tm": [
        FormField(name="easting", type="decimal", required=True, min=250_000, max=930_000, sv="Öst", en="Easting"),
        FormField(
            name="northing", type="decimal", required=True, min=6_100_000, max=7_690_000, sv="Nord", en="Northing"
        ),
    ],
}
"""The types that are groups of fields. The limits of a point are Sweden's with some kilometres around it."""


def violations_of(eservice: EService, answers: Answers, now: datetime) -> list[Violation]:
    """Everything wrong with the answers, at most a thousand things."""
    found = _Group(eservice.form, answers, "", now).violations()
    doubtful = {_plain(wrong.field) for wrong in found}
    for refusal in eservice.refuse_if:
        if holds(refusal.when, answers, doubtful):
            found.append(Violation(refusal.field, refusal.code, refusal.text))
    return found[:MOST_VIOLATIONS]


def with_computed(eservice: EService, answers: Answers) -> dict[str, object]:
    """The answers, which follow the rules, and what is computed from them."""
    computed = {field.name: _computed(field.computed, answers) for field in eservice.form if field.computed}
    return {**answers, **computed}


def attachment_ids(eservice: EService, answers: Answers) -> dict[str, UUID]:
    """The attachments that the answers name, by the path of the answer."""
    return dict(_attachments(eservice.form, answers, ""))


class _Group:
    """One object of answers: the whole form, an address, or a row of a repeat group."""

    def __init__(self, fields: Sequence[FormField], answers: Answers, prefix: str, now: datetime) -> None:
        self.fields = {field.name: field for field in fields}
        self.answers = answers
        self.prefix = prefix
        self.now = now
        self.doubtful: set[str] = set()
        """Fields that are missing or wrong: what depends on them is not judged until they are right."""

    def violations(self) -> list[Violation]:
        unknown = [_printable(name) for name in self.answers if name not in self.fields]
        found = [violation(self.prefix + name, "unknown_field") for name in unknown]
        for field in self.fields.values():
            shown = holds(field.show_if, self.answers, self.doubtful) if field.show_if else True
            wrong = self._field(field, shown)
            self.doubtful.update(_plain(one.field.removeprefix(self.prefix)) for one in wrong)
            if shown is None:
                self.doubtful.add(field.name)
            found += wrong
        return found

    def _field(self, field: FormField, shown: bool | None) -> list[Violation]:
        path = self.prefix + field.name
        present = field.name in self.answers
        if field.computed:
            return [violation(path, "computed")] if present else []
        if shown is False:
            return [violation(path, "hidden")] if present else []
        if not present:
            return [violation(path, "required")] if field.required and shown else []
        return _value(field, self.answers[field.name], path, self.now) or list(self._compared(field, path))

    def _compared(self, field: FormField, path: str) -> Iterator[Violation]:
        value = self.answers[field.name]
        earlier = self._sound(field.after)
        if field.after and isinstance(earlier, str) and not _is_later(str(value), earlier):
            yield violation(path, "after", other=self.fields[field.after].text)
        limit = self._sound(field.max_field)
        if field.max_field and isinstance(limit, int | float) and isinstance(value, int | float) and value > limit:
            yield violation(path, "max_field", other=self.fields[field.max_field].text)

    def _sound(self, name: str | None) -> object:
        return self.answers.get(name) if name and name not in self.doubtful else None


def _is_later(value: str, earlier: str) -> bool:
    one, other = parse_time(value), parse_time(earlier)
    return one is not None and other is not None and one > other


def _value(field: FormField, value: object, path: str, now: datetime) -> list[Violation]:
    if field.is_list:
        return list(_list(field, value, path, now))
    if field.type in GROUPS:
        return _row(GROUPS[field.type], value, path, field.type, now)
    wrong = violation_of(field, value, path, now)
    return [wrong] if wrong else []


def _list(field: FormField, value: object, path: str, now: datetime) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield expects(path, "type", "files" if field.type == "file" else field.type)
    elif len(value) < field.fewest:
        yield violation(path, "min_count", limit=field.fewest)
    elif len(value) > field.most:
        yield violation(path, "max_count", limit=field.most)
    elif field.fields is not None:
        for number, row in enumerate(value):
            yield from _row(field.fields, row, f"{path}.{number}", "row", now)
    else:
        wrong = (_item(field, value, number, f"{path}.{number}", now) for number in range(len(value)))
        yield from filter(None, wrong)


def _item(field: FormField, values: list[object], number: int, path: str, now: datetime) -> Violation | None:
    wrong = violation_of(field, values[number], path, now)
    if wrong is None and values[number] in values[:number]:
        return violation(path, "duplicate")
    return wrong


def _row(fields: Sequence[FormField], value: object, path: str, expected: str, now: datetime) -> list[Violation]:
    if not isinstance(value, dict):
        return [expects(path, "type", expected)]
    return _Group(fields, value, f"{path}.", now).violations()


def _computed(expression: str, answers: Answers) -> float:
    found = SUM.fullmatch(expression)
    assert found is not None
    rows = answers.get(found[1])
    return round(math.fsum(row[found[2]] for row in rows), 6) if isinstance(rows, list) else 0.0


def _attachments(fields: Sequence[FormField], answers: Answers, prefix: str) -> Iterator[tuple[str, UUID]]:
    for field in fields:
        value = answers.get(field.name)
        path = prefix + field.name
        if field.type == "file":
            given = [(path, value)] if not field.multiple else [(f"{path}.{n}", one) for n, one in _items(field, value)]
            yield from ((at, UUID(one)) for at, one in given if isinstance(one, str) and _is_id(one))
        elif field.fields is not None:
            rows = [(number, row) for number, row in _items(field, value) if isinstance(row, dict)]
            within = (_attachments(field.fields, row, f"{path}.{number}.") for number, row in rows)
            yield from chain.from_iterable(within)


def _items(field: FormField, value: object) -> list[tuple[int, object]]:
    return list(enumerate(value)) if isinstance(value, list) and len(value) <= field.most else []


def _is_id(value: str) -> bool:
    return re.fullmatch(PATTERNS["file"], value) is not None


def _plain(path: str) -> str:
    """The path without the numbers of rows, as conditions name it."""
    return re.sub(r"\.[0-9]+(?=\.|$)", "", path)


def _printable(name: str) -> str:
    return name[:100].encode("utf-8", "replace").decode()
