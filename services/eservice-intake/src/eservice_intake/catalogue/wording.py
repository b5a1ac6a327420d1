"""Days, times and phone numbers as people write them: what is stored is for machines."""

import re
from datetime import date, datetime

from shared.clock import SWEDEN
from shared.errors import Text

MONTHS = {
    "sv": (
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
AT = Text(sv="kl.", en="at")
_IN_SWEDEN = re.compile(
    r"\+46(?P<area>7\d|8|10|11|13|16|18|19|2[0136]|3[1356]|4[0246]|54|6[03]|90|\d{3})(?P<number>\d{5,8})"
)
_PARTS = {5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (3, 3, 2)}


def in_words(day: date, language: str) -> str:
    """18 november 2026."""
    return f"{day.day} {MONTHS.get(language, MONTHS['sv'])[day.month - 1]} {day.year}"


def moment_in_words(at: datetime, language: str) -> str:
    """18 november 2026 kl. 14:02, by the clock in Sweden."""
    here = at.astimezone(SWEDEN)
    return f"{in_words(here, language)} {AT.in_language(language)} {here:%H:%M}"


def phone_in_words(number: str) -> str:
    """070-174 06 05; a number of another country as it is dialled from anywhere."""
    found = _IN_SWEDEN.fullmatch(number)
    if not found:
        return number
    rest, parts = found["number"], []
    for length in _PARTS[len(rest)]:
        parts.append(rest[:length])
        rest = rest[length:]
    return f"0{found['area']}-{' '.join(parts)}"
