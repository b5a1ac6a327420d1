"""When a decision has been served, and until when it can be appealed. No session, no clock."""

from datetime import date, timedelta

from eservice_intake.clock.business_days import is_business_day, last_day_to_act

TIME_TO_APPEAL = timedelta(weeks=3)
"""44 § förvaltningslagen (2017:900), from the day of service."""
SIMPLIFIED_SERVICE = timedelta(weeks=2)
"""26 § delgivningslagen (2010:1932), from the day of sending."""
DAY = timedelta(days=1)


def last_day_to_appeal(served_on: date) -> date:
    """The last day on which an appeal is in time. It never falls on a holiday (2 § lag (1930:173))."""
    return last_day_to_act(served_on + TIME_TO_APPEAL)


def served_when_simplified(sent_on: date) -> date:
    return sent_on + SIMPLIFIED_SERVICE


def control_message_on(sent_on: date) -> date:
    """When the control message goes: the next working day at the earliest (24 § delgivningslagen)."""
    day = sent_on + DAY
    while not is_business_day(day):
        day += DAY
    return day
