"""Which days are holidays in Sweden, and on which day a period ends."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from holidays import DE_FACTO, PUBLIC, country_holidays

Unit = Literal["days", "weeks", "months"]

_HOLIDAYS = country_holidays("SE", categories=(PUBLIC, DE_FACTO))
"""Lag (1989:253) om allmänna helgdagar; and Midsummer Eve, Christmas Eve and New Year's Eve, which are as holidays to
2 § lag (1930:173)."""
_SATURDAY = 5


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _HOLIDAYS


def end_of_period(start: date, length: int, unit: Unit) -> date:
    """The last day of a period that is counted from a day, which is not itself counted.

    1 § lag (1930:173) om beräkning av lagstadgad tid: weeks end on the day of the same name; months on the day of the
    same number, or on the month's last day if it has none such.
    """
    if unit == "months":
        return _months_after(start, length)
    return start + timedelta(weeks=length) if unit == "weeks" else start + timedelta(length)


def last_day_to_act(day: date) -> date:
    """The day itself, or the next business day: who has to do something by a holiday may do it then.

    2 § lag (1930:173) om beräkning av lagstadgad tid names Sundays and other holidays, Saturdays, Midsummer Eve,
    Christmas Eve and New Year's Eve. It moves what somebody must do. A time that only has to pass, as before work may
    begin, ends on its day, whichever that is.
    """
    while not is_business_day(day):
        day += timedelta(1)
    return day


def _months_after(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
