"""Files of the package. The first problem in one ends the process, with the file and the field it is in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from definitions.source import Faulty, Source

T = TypeVar("T")
Problems = Iterator[tuple[str, str]]
"""Places, such as `fields.3.min (depth_m)`, and what is wrong there."""


def read_file(path: Path, model: type[T], problems: Callable[[T], Problems] = lambda _: iter(())) -> T:
    """What the file says, as the model, when it has no problems besides."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path.name}: {error}") from None
    one = read_or_exit(path.name, text, lambda source: TypeAdapter(model).validate_python(source.data))
    for place, what in problems(one):
        raise SystemExit(f"{path.name}: {place}: {what}")
    return one


def read_or_exit(file: str, text: str, read: Callable[[Source], T]) -> T:
    """What `read` makes of the text, which stands in the file."""
    try:
        source = Source(text)
    except Faulty as faulty:
        raise SystemExit(f"{file}: {faulty.problems[0].message}") from None
    try:
        return read(source)
    except Faulty as faulty:
        raise SystemExit(f"{file}: {faulty.problems[0].place}: {faulty.problems[0].message}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise SystemExit(f"{file}: {source.named(first['loc'])}: {first['msg']}") from None
