"""Files that registers hand out: what is read of each row, or what is wrong with it and what to do."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from shared.bulk import Row
from shared.errors import FieldError

WEST, EAST = 260_000, 925_000
SOUTH, NORTH = 6_130_000, 7_680_000
"""Sweden in SWEREF 99 TM, in metres."""


class NotAnExtract(Exception):
    """The file as a whole cannot be read, in one line with the remedy."""


class Fault(NamedTuple):
    """What is wrong with a row. It never quotes the row, which may name a person."""

    line: int
    column: str
    text: str


class LeftOut(NamedTuple):
    """A row that is right and is not kept."""

    reason: str


class Kept(NamedTuple):
    line: int
    row: Row


Read = Kept | Fault | LeftOut


class Line(NamedTuple):
    """A line of a table, by its columns."""

    number: int
    values: dict[str, str]

    def fault(self, column: str, error: FieldError) -> Fault:
        return Fault(self.number, column, error.text.en)


def lines_of(path: Path, columns: Sequence[str]) -> Iterator[Line | Fault]:
    """The lines below the head, of a file with semicolons in UTF-8. Raises NotAnExtract."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _lines(path, csv.DictReader(file, delimiter=";", restkey=""), columns)
    except UnicodeDecodeError as error:
        raise NotAnExtract(f"{path} is not UTF-8. Convert it: `iconv -f latin1 -t utf-8`.") from error
    except csv.Error as error:
        raise NotAnExtract(f"{path} is not a table with semicolons: {error}. Ask for the extract again.") from error


def _lines(path: Path, reader: "csv.DictReader[str]", columns: Sequence[str]) -> Iterator[Line | Fault]:
    head = reader.fieldnames or ()
    if missing := [column for column in columns if column not in head]:
        raise NotAnExtract(
            f"{path}: the first line does not name the columns {', '.join(missing)}. "
            "Give the extract with its head, and semicolons between the columns."
        )
    for row in reader:
        yield _line(reader.line_num, row, len(head))


def _line(number: int, row: dict[str, str | list[str] | None], count: int) -> Line | Fault:
    values = {name: value.strip() for name, value in row.items() if isinstance(value, str)}
    if len(values) != count or "" in row:
        return Fault(
            number, "", f"It does not have the {count} columns of the first line. Quote texts that have a semicolon."
        )
    return Line(number, values)


def within_sweden(easting: float, northing: float) -> bool:
    return WEST <= easting < EAST and SOUTH <= northing < NORTH
