"""Pydantic's errors as violations: which field, a code for programs, and a sentence in both languages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.errors import FieldError, Text, Violation, in_numbers

MESSAGES = {
    kind: Text(**texts)
    for kind, texts in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")).items()
}
LEAST = {"string_too_short", "too_short"}


def violation_of(error: Mapping[str, Any]) -> Violation:
    """One of pydantic's errors as ours. The input itself is never repeated."""
    context = error.get("ctx", {})
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    if isinstance(context.get("error"), FieldError):
        return Violation(field, context["error"].code, context["error"].text)
    kind = error["type"]
    if kind == "json_invalid":
        field, kind = "body", str(context.get("error", kind))
    wording = "empty" if kind in LEAST and context.get("min_length") == 1 else kind
    template = MESSAGES.get(wording, MESSAGES["other"])
    return Violation(field, kind, _filled(template, context))


def _filled(template: Text, context: Mapping[str, Any]) -> Text:
    words = {name: _words(value) for name, value in context.items()}
    sv = template.sv.format(**{name: text.sv for name, text in words.items()})
    return Text(sv=sv, en=template.en.format(**{name: text.en for name, text in words.items()}))


def _words(value: Any) -> Text:
    """Numbers as each language writes them, and `sv, en` for pydantic's `'sv' or 'en'`."""
    if isinstance(value, int | float):
        return in_numbers(value)
    plain = str(value).replace(" or ", ", ").replace("'", "")
    return Text(sv=plain, en=plain)
