"""The law's clock: when work may begin, when an answer can be expected, and what has stopped the time.

It counts days in Sweden: `shared.clock.day_in_sweden` tells on which of them something happened.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter

from eservice_intake.catalogue.definitions import Deadline
from eservice_intake.catalogue.eservices import EService
from eservice_intake.clock.business_days import end_of_period, last_day_to_act

DAYS_OF_WARNING = 7
DAYS_OF_REMINDER = 30
MONTHS_OF_HANDLING = 6
"""12 § förvaltningslagen (2017:900): who has waited that long may demand that the matter is decided."""


class Stop(StrEnum):
    """What the time waits for."""

    SUPPLEMENT = "supplement"


@dataclass(frozen=True)
class Pause:
    """A supplement was asked for on a day, and came on another or has not come yet."""

    stopped_on: date
    resumed_on: date | None = None


@dataclass(frozen=True)
class Clock:
    """Where a case stands in the law's time."""

    counted_from: date
    is_provisional: bool
    """Nobody has said that the case is complete: it is counted as if it had been so when it came in."""
    stopped_by: Stop | None
    remaining_days: int | None
    """What is left of the waiting period while it is stopped."""
    waits_for_decision: bool
    """Work may not begin without a decision, however long that takes."""
    earliest_start_on: date | None
    """The first day on which work may begin unless the authority decides otherwise. None while the time is stopped,
    and where no time has to pass."""
    answer_expected_on: date | None
    """None while the time is stopped, and where nobody waits for an answer."""

    @property
    def warned_on(self) -> date | None:
        """When staff are told that the waiting period ends: a week before it does."""
        if self.earliest_start_on is None or self.earliest_start_on == self.counted_from:
            return None
        return self.earliest_start_on - timedelta(DAYS_OF_WARNING)


def clock_of(
    eservice: EService,
    kind: str,
    received_on: date,
    completed_on: date | None = None,
    pauses: Collection[Pause] = (),
) -> Clock:
    """The clock of a case. `completed_on` is the day the last of what was needed came in, whenever that was judged.

    A pause moves what it interrupts by as many days as it lasts. It does nothing to a time that has not begun, or has
    already ended.
    """
    start = completed_on or received_on
    is_stopped = any(pause.resumed_on is None for pause in pauses)
    period = eservice.waiting_period(kind)
    wait = _end(start, end_of_period(start, period.value, period.unit), pauses) if period else _End()
    return Clock(
        counted_from=start,
        is_provisional=completed_on is None,
        stopped_by=Stop.SUPPLEMENT if is_stopped else None,
        remaining_days=wait.remaining_days,
        waits_for_decision=eservice.kinds[kind].may_start == "after_decision",
        earliest_start_on=wait.on,
        answer_expected_on=None if is_stopped else _answer(eservice, kind, received_on, start, pauses),
    )


@lru_cache(10_000)
def clock_at_receipt(eservice: EService, kind: str, received_on: date) -> Clock:
    """The clock of a case that has just been received. Many come in on a day."""
    return clock_of(eservice, kind, received_on)


@dataclass(frozen=True)
class _End:
    """When a time ends, or what is left of it while it is stopped."""

    on: date | None = None
    remaining_days: int | None = None


def _end(start: date, end: date, pauses: Iterable[Pause]) -> _End:
    counted_to = start
    for pause in sorted(pauses, key=attrgetter("stopped_on")):
        stopped_on = max(pause.stopped_on, counted_to)  # of pauses that overlap, each day counts once
        if stopped_on >= end:
            break
        if pause.resumed_on is None:
            return _End(remaining_days=(end - stopped_on).days)
        counted_to = max(pause.resumed_on, stopped_on)
        end += counted_to - stopped_on
    return _End(end)


def _answer(eservice: EService, kind: str, received_on: date, start: date, pauses: Collection[Pause]) -> date | None:
    """By the municipality's own target; else before the waiting period has passed; else within the law's longest."""
    period, target = eservice.waiting_period(kind), eservice.handling_target_days
    if not eservice.kinds[kind].answered:
        return None
    if target is not None:
        expected = _end(start, end_of_period(start, target, "days"), pauses).on
        return expected and last_day_to_act(expected)
    if period is not None and period.value > 0:
        return _end(start, end_of_period(start, period.value, period.unit), pauses).on
    return last_day_to_act(end_of_period(received_on, MONTHS_OF_HANDLING, "months"))


def report_due_on(deadline: Deadline, reported_year: int) -> date:
    """The last day for the report of a year."""
    year = reported_year + (deadline.of == "following_year")
    day = date(year, deadline.month, min(deadline.day, monthrange(year, deadline.month)[1]))
    return last_day_to_act(day) if deadline.roll_to_next_workday else day


def next_report(deadline: Deadline, reported_year: int, after: date) -> tuple[int, date]:
    """The first year not yet reported whose reminder comes after a day, and when that is: a month before it is due."""
    year = reported_year + 1
    while (reminded_on := report_due_on(deadline, year) - timedelta(DAYS_OF_REMINDER)) <= after:
        year += 1
    return year, reminded_on
