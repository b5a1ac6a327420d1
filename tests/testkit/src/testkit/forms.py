"""What anybody may write into a form, and what is wrong with it."""

import json
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st

FEW = settings(max_examples=20)
QA = "\u0958"
"""One letter that becomes two when it is composed."""
GROWING = ("ﬃ", "İ", "ΐ", "ß", QA, "\ufb2c")
"""Letters that grow when they are folded or composed."""


def texts(longest: int) -> st.SearchStrategy[str]:
    """Any text, and many of one growing letter."""
    times = st.sampled_from([1, longest // 3, longest // 2, longest])
    grown = st.builds(lambda letter, count: letter * count, st.sampled_from(GROWING), times)
    return st.text(st.characters(), max_size=longest) | grown


def escaped(form: dict[str, Any]) -> dict[str, Any]:
    """A request with every character escaped, since half a surrogate pair has no other spelling."""
    return {"content": json.dumps(form).encode(), "headers": {"Content-Type": "application/json"}}


def codes(response: httpx.Response) -> set[tuple[str, str]]:
    """What is wrong, as field and code."""
    return {(violation["field"], violation["code"]) for violation in response.json()["violations"]}
