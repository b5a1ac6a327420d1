"""Tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet takes the letters for another alphabet's."""
BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Semicolons between the cells, as spreadsheets in Sweden want it. No cell is taken for a formula."""
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(headings)
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BEGIN_FORMULAS) else cell
