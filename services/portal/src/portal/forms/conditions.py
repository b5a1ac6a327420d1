"""Whether a question is asked, given what has been answered: `show_if` as an e-service publishes it."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

Answers = Mapping[str, Any]
Conditions = Mapping[str, Any]
"""Field, or `group.field`, to a value, any of several, or limits such as `{"lt": 10}`. All must hold."""

LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def holds(conditions: Conditions, answers: Answers) -> bool:
    """Whether all of them hold. `group.field` means any row; of several choices, any of them."""
    return all(_holds(path, expected, answers) for path, expected in conditions.items())


def _holds(path: str, expected: Any, answers: Answers) -> bool:
    name, _, sub = path.partition(".")
    answer = answers.get(name)
    several = answer if isinstance(answer, list) else [answer]
    if sub:
        several = [row.get(sub) for row in several if isinstance(row, Mapping)]
    return any(_meets(one, expected) for one in several)


def _meets(answer: Any, expected: Any) -> bool:
    if isinstance(expected, Mapping):
        is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
        return is_number and all(LIMITS[name](answer, limit) for name, limit in expected.items())
    wanted = expected if isinstance(expected, list) else [expected]
    return any(answer == value and isinstance(answer, bool) is isinstance(value, bool) for value in wanted)
