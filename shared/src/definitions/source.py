"""A definition as it is written: YAML in which every place has a line, and every text can be replaced by itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

Place = tuple[str | int, ...]
DEEPEST = 40
"""How far things may lie within each other: what is read is followed by calls within calls."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and in which line."""

    place: str
    message: str
    line: int | None = None


class Faulty(Exception):
    """The source is not a definition."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in problems))
        self.problems = problems


class _UniqueKeys(yaml.CSafeLoader):
    """YAML lets a later key replace an earlier one in silence."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {twice!r} is given twice")
        return super().construct_mapping(node, deep)


class Source:
    """Raises Faulty when it cannot be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            _require_shallow(text)
            loader = _UniqueKeys(text)
            self._node = loader.get_single_node()
            self.data: Any = None if self._node is None else loader.construct_document(self._node)
        except (yaml.YAMLError, ValueError) as error:
            raise Faulty(Problem("the file", " ".join(str(error).split()), _line_of(error))) from None

    @cached_property
    def _nodes(self) -> dict[Place, yaml.Node]:
        return dict(_nodes(self._node, ())) if self._node is not None else {}

    def line_of(self, place: str) -> int | None:
        """Of the place, such as `fields.3.min (depth_m)` or `rules.R4.when`, or of what it is within."""
        parts = self._numbered(_parts(place))
        for length in range(len(parts), -1, -1):
            if node := self._nodes.get(parts[:length]):
                line: int = node.start_mark.line + 1
                return line
        return None

    def _numbered(self, place: Place) -> Place:
        """The place with numbers in lists, where it has the names of what is there."""
        data, found = self.data, list[str | int]()
        for part in place:
            found.append(_number_of(part, data))
            try:
                data = data[found[-1]]
            except (KeyError, IndexError, TypeError):
                break
        return tuple(found)

    def located(self, place: str, message: str) -> Problem:
        return Problem(place, message, self.line_of(place))

    def named(self, place: Sequence[str | int]) -> str:
        """The place, with the name of the field it is in: a number alone is tedious to count to."""
        data, name = self.data, None
        for part in place:
            try:
                data = data[part]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(data, dict) and isinstance(part, int):
                name = data.get("name", name)
        where = ".".join(map(str, place))
        return f"{where} ({name})" if name else where or "the file"

    def texts(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What people read, in each language, by its place."""
        for place, node in self._nodes.items():
            words = {key.value: value.value for key, value in node.value} if _is_text(node) else {}
            if words:
                yield ".".join(map(str, place)), {language: words[language] for language in ("sv", "en")}

    def with_text(self, place: str, language: str, text: str) -> str:
        """The source with another text there, and nothing else changed. Raises KeyError when there is no such text."""
        node = self._nodes[(*_parts(place), language)]
        if not isinstance(node, yaml.ScalarNode) or not _is_text(self._nodes[_parts(place)]):
            raise KeyError(place)
        end = "\n" if node.style in ("|", ">") else ""
        written = json.dumps(text, ensure_ascii=False)
        return self.text[: node.start_mark.index] + written + end + self.text[node.end_mark.index :]


def _require_shallow(text: str) -> None:
    """Raise Faulty for what would cost more to follow than to write."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise Faulty(Problem("the file", "write it out: aliases are not read", _line(event)))
        if depth > DEEPEST:
            raise Faulty(Problem("the file", "things lie too deep within each other", _line(event)))


def _line(event: yaml.Event) -> int | None:
    return event.start_mark.line + 1 if event.start_mark else None


def _nodes(node: yaml.Node, place: Place) -> Iterator[tuple[Place, yaml.Node]]:
    yield place, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _nodes(value, (*place, number))


def _is_text(node: yaml.Node) -> bool:
    if not isinstance(node, yaml.MappingNode):
        return False
    scalars = {key.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    return {"sv", "en"} <= scalars


def _parts(place: str) -> Place:
    plain = place.partition(" (")[0]
    return tuple(int(part) if part.isdigit() else part for part in plain.split(".")) if plain else ()


def _number_of(part: str | int, data: Any) -> str | int:
    """Of what has that name in a list."""
    if not isinstance(data, list) or isinstance(part, int):
        return part
    named = (at for at, one in enumerate(data) if isinstance(one, dict) and part in (one.get("id"), one.get("name")))
    return next(named, part)


def _line_of(error: Exception) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else None
