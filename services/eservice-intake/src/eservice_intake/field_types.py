"""Whether one answer fits its field, by the field's type. Lists and groups are the rules' concern."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime

import phonenumbers
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.se import orgnr, personnummer

from eservice_intake.definitions import FormField
from eservice_intake.messages import WORDS, expects, listed, violation
from shared.clock import day_in_sweden
from shared.errors import FieldError, Violation
from shared.fields import email

_WORD = r"[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ.:'-]*"
_DAY = "(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
PATTERNS = {
    "phone": r"^[+(0-9][0-9 ()/.-]{4,29}$",
    "orgnr": r"^[0-9]{6}-?[0-9]{4}$",
    "personnr": r"^([0-9]{2})?[0-9]{6}[-+]?[0-9]{4}$",
    "property_designation": rf"^({_WORD} ){{1,6}}(([0-9]{{1,5}}|S|FS|GA):)?[0-9]{{1,5}}(>[0-9]{{1,3}})?$",
    "case_reference": r"^([A-Za-zÅÄÖåäö]{1,8}[- ])?[0-9]{4}[-/][0-9]{1,6}$",
    "date": rf"^{_DAY}$",
    "datetime": rf"^{_DAY}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})$",
    "file": r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
"""What a text of the type looks like, also in the JSON Schema.

A property designation is the registration area (the municipality, which may be left out), the tract or the quarter,
the block, which quarters do not have, and the unit; S, FS and GA are joint properties, `>2` is one of its lots:
https://geotorget.lantmateriet.se/dokumentation/GEODOK/11/latest/informationsinnehall.html
"""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNPRINTABLE_IN_TEXTAREA = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

Check = Callable[[FormField, str, str, datetime], Violation | None]


def violation_of(field: FormField, value: object, path: str, now: datetime) -> Violation | None:
    """The first thing wrong with a single answer, or nothing."""
    if not _is_json_type(field.type, value):
        return expects(path, "type", field.type)
    if isinstance(value, bool):
        if field.must_be is not None and value is not field.must_be:
            return violation(path, "must_be", value=WORDS[str(field.must_be).lower()])
        return None
    if isinstance(value, int | float):
        return _number(field, value, path)
    assert isinstance(value, str)
    pattern = PATTERNS.get(field.type)
    if pattern is not None and not re.fullmatch(pattern, value):
        return expects(path, "format", field.type)
    return CHECKS[field.type](field, value, path, now) if field.type in CHECKS else None


def _is_json_type(field_type: str, value: object) -> bool:
    match field_type:
        case "bool":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return (isinstance(value, int) and not isinstance(value, bool)) or (
                isinstance(value, float) and math.isfinite(value)
            )
        case _:
            return isinstance(value, str)


def _number(field: FormField, value: float, path: str) -> Violation | None:
    if field.more_than is not None and value <= field.more_than:
        return violation(path, "more_than", limit=field.more_than)
    if field.smallest is not None and value < field.smallest:
        return violation(path, "min", limit=field.smallest)
    if field.largest is not None and value > field.largest:
        return violation(path, "max", limit=field.largest)
    return None


def _text(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    unprintable = _UNPRINTABLE_IN_TEXTAREA if field.type == "textarea" else _UNPRINTABLE
    if unprintable.search(value):
        return violation(path, "characters")
    if len(value.strip()) < field.shortest:
        return violation(path, "min_length", limit=field.shortest)
    if len(value) > field.longest:
        return violation(path, "max_length", limit=field.longest)
    if field.pattern is not None and not re.search(field.pattern, value):
        return violation(path, "pattern", example=field.example or "")
    return None


def _email(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    try:
        email(value)
    except FieldError:
        return expects(path, "format", "email")
    return None


def _phone(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    try:
        if phonenumbers.is_valid_number(phonenumbers.parse(value, "SE")):
            return None
    except phonenumbers.NumberParseException:
        pass
    return expects(path, "format", "phone")


def _orgnr(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    return None if orgnr.is_valid(value) else violation(path, "check_digit")


def _personnr(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    number = personnummer.compact(value)
    if not luhn.is_valid(re.sub("[^0-9]", "", number)[-10:]):
        return violation(path, "check_digit")
    try:
        born = personnummer.get_birth_date(_without_coordination(number))
    except ValidationError:
        return expects(path, "format", "personnr")
    return expects(path, "format", "personnr") if born > day_in_sweden(now) else None


def _without_coordination(number: str) -> str:
    """A coordination number has 60 added to its day; python-stdnum does not know it."""
    day = int(number[-7:-5])
    return f"{number[:-7]}{day - 60:02}{number[-5:]}" if day > 60 else number


def _date(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    answered = parse_time(value)
    if answered is None:
        return expects(path, "format", field.type)
    moment = now if isinstance(answered, datetime) else day_in_sweden(now)
    if field.min is not None and answered < moment:
        return violation(path, "min", "earliest", limit=WORDS[str(field.min)])
    if field.max is not None and answered > moment:
        return violation(path, "max", "latest", limit=WORDS[str(field.max)])
    return None


def _choice(field: FormField, value: str, path: str, now: datetime) -> Violation | None:
    options = field.options or []
    if value in (option.value for option in options):
        return None
    return violation(path, "option", options=listed(option.text for option in options))


def parse_time(value: str) -> date | datetime | None:
    """The date, or the time with its time zone. None when there is no such day or hour."""
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None


CHECKS: dict[str, Check] = {
    "text": _text,
    "textarea": _text,
    "email": _email,
    "phone": _phone,
    "orgnr": _orgnr,
    "personnr": _personnr,
    "date": _date,
    "datetime": _date,
    "choice": _choice,
    "multi_choice": _choice,
}
