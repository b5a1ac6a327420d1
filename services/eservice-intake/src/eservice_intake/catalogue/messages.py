"""What is wrong with an answer, and what to do about it, in words for people. The code is for programs."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from shared.errors import Text, Violation, in_numbers

_FILE = yaml.safe_load((Path(__file__).parents[1] / "data" / "messages.yaml").read_text("utf-8"))


def _texts(section: str) -> dict[str, Text]:
    return {str(name).lower(): Text(**words) for name, words in _FILE[section].items()}


MESSAGES = _texts("messages")
WORDS = _texts("words")
EXPECTED = _texts("expected")
OF_ONE = {"min_length", "min_count"}
"""Where a limit of one says no more than that the field is empty."""


def violation(path: str, code: str, wording: str = "", **values: Text | str | float) -> Violation:
    """What is wrong at the path, said in both languages. The answer itself is never repeated."""
    empty = code in OF_ONE and values.get("limit") == 1
    template = MESSAGES["empty" if empty else wording or code]
    words = {name: _words(value) for name, value in values.items()}
    sv = template.sv.format(**{name: text.sv for name, text in words.items()})
    return Violation(path, code, Text(sv=sv, en=template.en.format(**{name: text.en for name, text in words.items()})))


def expects(path: str, code: str, expected: str) -> Violation:
    """The answer is not of the type, or has not its form."""
    return violation(path, code, expected=EXPECTED[expected])


def listed(texts: Iterable[Text]) -> Text:
    """The texts in one line."""
    texts = list(texts)
    return Text(sv=", ".join(text.sv for text in texts), en=", ".join(text.en for text in texts))


def _words(value: Text | str | float) -> Text:
    if isinstance(value, Text):
        return value
    return Text(sv=value, en=value) if isinstance(value, str) else in_numbers(value)
