"""What one answer says, by its field's type. Lists and groups are the rules' concern."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from eservice_intake.catalogue.definitions import PROTECTED, TEXTS, FormField
from eservice_intake.catalogue.messages import WORDS, expects, listed, violation
from shared.clock import day_in_sweden
from shared.errors import FieldError, Violation
from shared.identifiers import (
    COUNTRIES,
    email,
    foreign_country,
    foreign_number,
    organisation_number,
    personal_number,
    phone,
    postal_code,
    property_designation,
)
from shared.text import code, line, prose

_DAY = "(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
PATTERNS = {
    "date": rf"^{_DAY}$",
    "datetime": rf"^{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})$",
    "file": r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
"""What a program writes, exactly as in the JSON Schema."""
_CASE_REFERENCE = re.compile("([A-Za-zÅÄÖåäö]{1,8}[- ])?[0-9]{4}[-/][0-9]{1,6}")
CODES = {"string_too_long": "max_length", "check_digit": "check_digit"}
"""What our codes are called in an e-service. Others say that a text has odd characters, or not the form of its type."""

Answer = str | float
Read = Callable[[FormField, str, str, datetime], Answer | Violation]


def understood(
    field: FormField, value: object, path: str, now: datetime, beside: Mapping[str, object]
) -> Answer | Violation:
    """A single answer as it is kept, or the first thing wrong with it. `beside` are the answers it stands among."""
    if not _is_json_type(field.type, value):
        return expects(path, "type", field.type)
    if not isinstance(value, str):
        return _yes_or_no(field, value, path) if isinstance(value, bool) else _number(field, value, path)
    try:
        if field.type == "postal_code":
            return postal_code(value, beside.get("country"))
        return READ[field.type](field, value, path, now)
    except FieldError as error:
        other = "characters" if field.type in TEXTS else "format"
        return Violation(path, CODES.get(error.code, other), error.text)


def _is_json_type(field_type: str, value: object) -> bool:
    match field_type:
        case "bool" | "protected_identity":
            return isinstance(value, bool)
        case "integer":
            is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return is_whole and not isinstance(value, bool)
        case "decimal":
            is_number = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
            return is_number and not isinstance(value, bool)
        case _:
            return isinstance(value, str)


def _yes_or_no(field: FormField, value: bool, path: str) -> Answer | Violation:
    if field.type == PROTECTED and value:
        return Violation(path, PROTECTED, field.refusal)
    if field.must_be is not None and value is not field.must_be:
        return violation(path, "must_be", value=WORDS[str(field.must_be).lower()])
    return value


def _number(field: FormField, value: Any, path: str) -> Answer | Violation:
    if field.more_than is not None and value <= field.more_than:
        return violation(path, "more_than", limit=field.more_than)
    if field.smallest is not None and value < field.smallest:
        return violation(path, "min", limit=field.smallest)
    if field.largest is not None and value > field.largest:
        return violation(path, "max", limit=field.largest)
    number: float = int(value) if field.type == "integer" else value
    return number


def _text(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    text = prose(value) if field.type == "textarea" else line(value)
    if len(text) < field.shortest:
        return violation(path, "min_length", limit=field.shortest)
    if len(text) > field.longest:
        return violation(path, "max_length", limit=field.longest)
    if field.pattern is not None and not re.search(field.pattern, text):
        return violation(path, "pattern", example=field.example or "")
    return text


def _case_reference(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    text = code(value)
    return text if _CASE_REFERENCE.fullmatch(text) else expects(path, "format", field.type)


def _country(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    return value if value in COUNTRIES else expects(path, "format", field.type)


def _date(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    answered = parse_time(value) if re.fullmatch(PATTERNS[field.type], value) else None
    if answered is None:
        return expects(path, "format", field.type)
    moment = now if isinstance(answered, datetime) else day_in_sweden(now)
    if field.min is not None and answered < moment:
        return violation(path, "min", "earliest", limit=WORDS[str(field.min)])
    if field.max is not None and answered > moment:
        return violation(path, "max", "latest", limit=WORDS[str(field.max)])
    return value


def _choice(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    options = field.options or []
    if value in (option.value for option in options):
        return value
    return violation(path, "option", options=listed(option.text for option in options))


def _file(field: FormField, value: str, path: str, now: datetime) -> Answer | Violation:
    return value if re.fullmatch(PATTERNS["file"], value) else expects(path, "format", "file")


def _of(read: Callable[[str], str]) -> Read:
    return lambda field, value, path, now: read(value)


def parse_time(value: str) -> date | datetime | None:
    """The date, or the time with its time zone. None when there is no such day or hour."""
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None


READ: dict[str, Read] = {
    "text": _text,
    "textarea": _text,
    "email": _of(email),
    "phone": _of(phone),
    "orgnr": _of(organisation_number),
    "personnr": lambda field, value, path, now: personal_number(value, day_in_sweden(now)),
    "country": _country,
    "foreign_country": _of(foreign_country),
    "foreign_number": _of(foreign_number),
    "property_designation": _of(property_designation),
    "case_reference": _case_reference,
    "date": _date,
    "datetime": _date,
    "choice": _choice,
    "multi_choice": _choice,
    "file": _file,
}
