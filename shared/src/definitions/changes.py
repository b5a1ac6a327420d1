"""What a version says otherwise than another, by place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KEYS = ("name", "id", "value", "item", "ssyk", "since")
"""What tells things of a list apart: one that is put first is then one change, and not all of them."""


@dataclass(frozen=True)
class Change:
    place: str
    before: str | None
    after: str | None


def changes(before: Any, after: Any) -> list[Change]:
    """In the order in which they are now; what is gone comes last."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    places = [*new, *(place for place in old if place not in new)]
    return [Change(place, old.get(place), new.get(place)) for place in places if old.get(place) != new.get(place)]


def _leaves(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _leaves(value, f"{place}.{key}" if place else str(key))
    elif isinstance(data, list) and any(isinstance(one, dict | list) for one in data):
        for number, one in enumerate(data):
            yield from _leaves(one, f"{place}.{_key(one, number)}")
    else:
        yield place, ", ".join(map(_word, data)) if isinstance(data, list) else _word(data)


def _key(one: Any, number: int) -> str:
    keys = (str(one[key]) for key in KEYS if key in one) if isinstance(one, dict) else iter(())
    return next(keys, str(number))


def _word(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
