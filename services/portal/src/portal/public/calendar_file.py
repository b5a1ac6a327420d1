"""An event as an iCalendar file (RFC 5545), which every calendar reads."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from portal.clients.recruitment import Event

LONGEST_LINE = 75
"""In bytes."""


def calendar_file(event: Event, url: str, at: datetime) -> str:
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
