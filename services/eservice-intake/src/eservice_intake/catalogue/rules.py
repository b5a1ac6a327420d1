"""What answers say, and whether they follow an e-service's rules: no session, no clock.

An address is an object with `street`, `postal_code`, `city` and, if it is abroad, `country` (UPU S42). A point is an
object with `easting` and `northing` in metres, SWEREF 99 TM, within Sweden. A company that is registered abroad is an
object with its `country` and its `number` in that country's register. A repeat group is a list of objects.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from eservice_intake.catalogue.checks import SUM
from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import PROTECTED, FormField
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.field_types import PATTERNS, parse_time, understood
from eservice_intake.catalogue.messages import expects, violation
from shared.errors import Violation

Answers = Mapping[str, object]
Kept = tuple[object, list[Violation]]
"""An answer as it is kept, and what is wrong with it."""

MOST_VIOLATIONS = 1000
GROUPS = {
    "address": [
        FormField(name="street", type="text", required=True, max_length=200, sv="Gatuadress", en="Street address"),
        FormField(name="postal_code", type="postal_code", required=True, sv="Postnummer", en="Postal code"),
        FormField(name="city", type="text", required=True, max_length=100, sv="Postort", en="Post town"),
        FormField(name="country", type="country", sv="Land", en="Country"),
    ],
    "point_sweref99tm": [
        FormField(name="easting", type="decimal", required=True, min=250_000, max=930_000, sv="Öst", en="Easting"),
        FormField(
            name="northing", type="decimal", required=True, min=6_100_000, max=7_690_000, sv="Nord", en="Northing"
        ),
    ],
    "foreign_company": [
        FormField(name="country", type="foreign_country", required=True, sv="Land", en="Country"),
        FormField(
            name="number",
            type="foreign_number",
            required=True,
            sv="Nummer i landets företagsregister",
            en="Number in the business register of that country",
        ),
    ],
}
"""The types that are groups of fields. The limits of a point are Sweden's with some kilometres around it."""


def judged(eservice: EService, answers: Answers, now: datetime) -> tuple[Answers, list[Violation]]:
    """The answers as they are kept, and everything wrong with them, at most a thousand things."""
    form, found = _found(eservice, answers, now)
    return form.kept, found[:MOST_VIOLATIONS]


def judged_so_far(eservice: EService, answers: Answers, now: datetime) -> list[Violation]:
    """What is wrong with the answers there are, at most a thousand things. Others may come."""
    _, found = _found(eservice, answers, now)
    return [violation for violation in found if violation.code != "required"][:MOST_VIOLATIONS]


def _found(eservice: EService, answers: Answers, now: datetime) -> tuple["_Group", list[Violation]]:
    form = _Group(eservice.form, answers, "", now)
    found = form.violations()
    doubtful = {_plain(wrong.field) for wrong in found}
    for refusal in eservice.refuse_if:
        if holds(refusal.when, answers, doubtful):
            found.append(Violation(refusal.field, refusal.code, refusal.text))
    return form, found


def protected(eservice: EService, answers: Answers) -> list[Violation]:
    """What somebody is told who says that their identity is protected."""
    fields = [field for field in eservice.form if field.type == PROTECTED and answers.get(field.name) is True]
    return [Violation(field.name, PROTECTED, field.refusal) for field in fields]


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
        self.kept: dict[str, object] = {}
        self.doubtful: set[str] = set()
        """Fields that are missing or wrong: what depends on them is not judged until they are right."""

    def violations(self) -> list[Violation]:
        unknown = [_printable(name) for name in self.answers if name not in self.fields]
        found = [violation(self.prefix + name, "unknown_field") for name in unknown]
        for field in self.fields.values():
            shown = holds(field.show_if, self.answers, self.doubtful) if field.show_if else True
            wrong = self._field(field, shown)
            if shown is None:
                self.doubtful.add(field.name)
            if wrong:
                self.doubtful.update(_plain(one.field.removeprefix(self.prefix)) for one in wrong)
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
            return [violation(path, "required")] if field.required and shown and not self._may_lack(field) else []
        self.kept[field.name], wrong = _value(field, path, self.answers, self.now)
        is_compared = not wrong and (field.after or field.max_field)
        return list(self._compared(field, path)) if is_compared else wrong

    def _may_lack(self, field: FormField) -> bool:
        """Not every country has postal codes, and not every company a number in Sweden."""
        if field.type == "postal_code" and self.answers.get("country", "SE") != "SE":
            return True
        return any(one.instead_of == field.name and one.name in self.answers for one in self.fields.values())

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


def _value(field: FormField, path: str, answers: Answers, now: datetime) -> Kept:
    value = answers[field.name]
    if field.is_list:
        return _list(field, value, path, now)
    if field.type in GROUPS:
        return _row(GROUPS[field.type], value, path, field.type, now)
    return _single(field, value, path, now, answers)


def _list(field: FormField, value: object, path: str, now: datetime) -> Kept:
    if not isinstance(value, list):
        return value, [expects(path, "type", "files" if field.type == "file" else field.type)]
    if len(value) < field.fewest:
        return value, [violation(path, "min_count", limit=field.fewest)]
    if len(value) > field.most:
        return value, [violation(path, "max_count", limit=field.most)]
    read = [_item(field, value, number, f"{path}.{number}", now) for number in range(len(value))]
    return [kept for kept, _ in read], [one for _, wrong in read for one in wrong]


def _item(field: FormField, values: list[object], number: int, path: str, now: datetime) -> Kept:
    if field.fields is not None:
        return _row(field.fields, values[number], path, "row", now)
    kept, wrong = _single(field, values[number], path, now, {})
    if not wrong and values[number] in values[:number]:
        return kept, [violation(path, "duplicate")]
    return kept, wrong


def _row(fields: Sequence[FormField], value: object, path: str, expected: str, now: datetime) -> Kept:
    if not isinstance(value, dict):
        return value, [expects(path, "type", expected)]
    row = _Group(fields, value, f"{path}.", now)
    wrong = row.violations()
    return row.kept, wrong


def _single(field: FormField, value: object, path: str, now: datetime, beside: Answers) -> Kept:
    answer = understood(field, value, path, now, beside)
    return (value, [answer]) if isinstance(answer, Violation) else (answer, [])


def _computed(expression: str, answers: Answers) -> float:
    found = SUM.fullmatch(expression)
    assert found is not None
    rows = answers.get(found[1])
    return round(math.fsum(row[found[2]] for row in rows), 6) if isinstance(rows, list) else 0.0


def _attachments(fields: Sequence[FormField], answers: Answers, prefix: str) -> Iterator[tuple[str, UUID]]:
    for field in fields:
        if field.type != "file" and field.fields is None:
            continue
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
