"""Tables as files for a spreadsheet, as Swedish ones read them: semicolons, and commas in numbers."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from starlette.responses import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The table, to be saved under the name. What somebody wrote is never a formula."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
