"""An event as an iCalendar file (RFC 5545), which every calendar reads."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

from starlette.responses import Response

from portal.pages import Page

LONGEST_LINE = 75
"""In bytes."""


class Happening(Protocol):
    """What stands in a calendar."""

    @property
    def id(self) -> object: ...
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def handed_out(page: Page, event: Happening, path: str, name: str) -> Response:
    """The file under the name. `path` is the page that tells more."""
    url = page.look.settings.portal_url + page.address(path)
    content = calendar_file(event, url, page.request.app.state.clock())
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=named)


def calendar_file(event: Happening, url: str, at: datetime) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kommunbuss//portal//SV",
        "BEGIN:VEVENT",
        f"UID:{event.id}",
        f"DTSTAMP:{_time(at)}",
        f"DTSTART:{_time(event.starts_at)}",
        f"DTEND:{_time(event.ends_at)}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.description)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts that are short enough, each but the first after a space. No character is cut in two."""
    part = ""
    for character in line:
        if len((part + character).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += character
    yield part
