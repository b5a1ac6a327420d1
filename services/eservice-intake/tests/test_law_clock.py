"""The law's clock, to the day: over holidays, the turn of the year, leap days and the hours that are moved."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.business_days import end_of_period, is_business_day, last_day_to_act
from eservice_intake.clock.rules import Pause, Stop, clock_of, report_due_on
from shared.clock import SWEDEN, day_in_sweden

ESERVICES = catalogue().eservices
TATTOOS, FOOD, SEWAGE = (
    ESERVICES["hygienisk-verksamhet"],
    ESERVICES["livsmedel-registrering"],
    ESERVICES["enskilt-avlopp"],
)
WASTE, COMPLAINT, REPORT = ESERVICES["avfall-undantag"], ESERVICES["klagomal-olagenhet"], ESERVICES["koldmedierapport"]

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
few_days = st.integers(0, 60)


@st.composite
def ended_pauses(draw, after):
    """Pauses one after another, each of them over, from some day on."""
    pauses, day = [], after
    for _ in range(draw(st.integers(0, 4))):
        stopped_on = day + timedelta(draw(few_days))
        day = stopped_on + timedelta(draw(few_days))
        pauses.append(Pause(stopped_on, day))
    return pauses


def days_that_count(start, until, pauses):
    """The days after `start` up to `until` on which no pause was under way, counted one by one."""
    every = [start + timedelta(number) for number in range(1, (until - start).days + 1)]
    return [day for day in every if not any(p.stopped_on < day <= p.resumed_on for p in pauses)]


@pytest.mark.parametrize(
    ("eservice", "kind", "complete", "start"),
    [
        (TATTOOS, "anmalan", date(2026, 3, 4), date(2026, 4, 15)),
        (TATTOOS, "anmalan", date(2026, 11, 26), date(2027, 1, 7)),  # over the turn of the year
        (FOOD, "registrering", date(2028, 2, 20), date(2028, 3, 5)),  # over a leap day
        (FOOD, "registrering", date(2026, 10, 20), date(2026, 11, 3)),  # over the night the hour is moved
        (TATTOOS, "anmalan", date(2026, 11, 13), date(2026, 12, 25)),  # a holiday does not move a time that has to pass
        (SEWAGE, "anmalan", date(2026, 5, 1), date(2026, 6, 12)),
        (ESERVICES["nikotin-ecigg-folkol"], "anmalan", date(2026, 5, 1), date(2026, 5, 1)),
    ],
)
def test_work_may_begin_when_the_waiting_period_has_passed(eservice, kind, complete, start):
    clock = clock_of(eservice, kind, date(2026, 1, 1), complete)

    assert (clock.earliest_start_on, clock.waits_for_decision) == (start, False)


@pytest.mark.parametrize("eservice", [SEWAGE, WASTE, ESERVICES["vaxtskyddsmedel-vattenskydd"], ESERVICES["varmepump"]])
def test_what_needs_a_permit_waits_for_the_decision_and_not_for_time(eservice):
    clock = clock_of(eservice, "ansokan", date(2026, 1, 1), date(2026, 1, 1))

    assert (clock.earliest_start_on, clock.warned_on, clock.waits_for_decision) == (None, None, True)


@pytest.mark.parametrize("eservice", [ESERVICES["cistern"], REPORT, COMPLAINT])
def test_what_is_only_told_to_the_municipality_starts_no_waiting_period(eservice):
    clock = clock_of(eservice, eservice.kind, date(2026, 1, 1))

    assert (clock.earliest_start_on, clock.waits_for_decision) == (None, False)


def test_until_somebody_says_that_it_is_complete_the_time_is_counted_from_the_day_it_came_in():
    clock = clock_of(FOOD, "registrering", date(2026, 3, 4))

    assert clock.is_provisional
    assert (clock.counted_from, clock.earliest_start_on) == (date(2026, 3, 4), date(2026, 3, 18))


def test_what_came_in_before_it_was_complete_is_not_counted():
    clock = clock_of(FOOD, "registrering", date(2026, 3, 4), completed_on=date(2026, 4, 1))

    assert not clock.is_provisional
    assert clock.earliest_start_on == date(2026, 4, 15)


def test_a_request_for_a_supplement_stops_the_time():
    clock = clock_of(TATTOOS, "anmalan", date(2026, 3, 4), None, [Pause(date(2026, 3, 14))])

    assert (clock.stopped_by, clock.remaining_days) == (Stop.SUPPLEMENT, 32)
    assert (clock.earliest_start_on, clock.answer_expected_on, clock.warned_on) == (None, None, None)


def test_the_supplement_lets_the_remaining_days_go_on():
    clock = clock_of(TATTOOS, "anmalan", date(2026, 3, 4), None, [Pause(date(2026, 3, 14), date(2026, 5, 1))])

    assert (clock.stopped_by, clock.remaining_days) == (None, None)
    assert clock.earliest_start_on == date(2026, 5, 1) + timedelta(32)


@given(day=days, data=st.data())
def test_as_many_days_as_the_law_says_have_passed_outside_pauses_before_work_begins(day, data):
    pauses = data.draw(ended_pauses(day))

    clock = clock_of(TATTOOS, "anmalan", day, day, pauses)

    assert len(days_that_count(day, clock.earliest_start_on, pauses)) == 42
    assert len(days_that_count(day, clock.earliest_start_on - timedelta(1), pauses)) == 41


@given(day=days, data=st.data())
def test_while_a_supplement_is_awaited_what_is_left_is_what_goes_on_the_day_it_comes(day, data):
    stopped_on = day + timedelta(data.draw(st.integers(0, 41)))
    resumed_on = stopped_on + timedelta(data.draw(few_days))

    stopped = clock_of(TATTOOS, "anmalan", day, day, [Pause(stopped_on)])
    going_on = clock_of(TATTOOS, "anmalan", day, day, [Pause(stopped_on, resumed_on)])

    assert going_on.earliest_start_on == resumed_on + timedelta(stopped.remaining_days)


@given(day=days, wait=st.integers(0, 30), length=st.integers(0, 30))
@example(day=date(2026, 3, 2), wait=0, length=1)
def test_a_pause_after_the_end_moves_nothing(day, wait, length):
    over = clock_of(FOOD, "registrering", day, day).earliest_start_on + timedelta(wait)

    clock = clock_of(FOOD, "registrering", day, day, [Pause(over, over + timedelta(length))])

    assert clock.earliest_start_on == day + timedelta(14)


@given(day=days, early=few_days, length=few_days)
def test_a_pause_before_the_case_was_complete_moves_nothing(day, early, length):
    received_on = day - timedelta(early + length)

    clock = clock_of(FOOD, "registrering", received_on, day, [Pause(received_on, day - timedelta(early))])

    assert clock.earliest_start_on == day + timedelta(14)


def test_a_day_on_which_two_supplements_are_awaited_counts_once():
    overlapping = [Pause(date(2026, 3, 6), date(2026, 3, 16)), Pause(date(2026, 3, 10), date(2026, 3, 20))]

    clock = clock_of(FOOD, "registrering", date(2026, 3, 4), None, overlapping)

    assert clock.earliest_start_on == date(2026, 3, 18) + timedelta(14)


def test_staff_are_warned_a_week_before_the_period_ends():
    assert clock_of(FOOD, "registrering", date(2026, 3, 4)).warned_on == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("eservice", "kind", "expected"),
    [
        (FOOD, "registrering", date(2026, 12, 28)),  # the target's 14 days end on Christmas Day
        (TATTOOS, "anmalan", date(2027, 1, 22)),  # before work may begin
        (COMPLAINT, "klagomal", date(2027, 6, 11)),  # six months
        (SEWAGE, "ansokan", date(2027, 6, 11)),
        (ESERVICES["nikotin-ecigg-folkol"], "anmalan", date(2027, 6, 11)),  # there is no time to wait for
        (ESERVICES["cistern"], "upplysning", None),
        (REPORT, "rapport", None),
    ],
)
def test_an_answer_can_be_expected_by_the_target_or_within_the_period_or_the_laws_six_months(eservice, kind, expected):
    assert clock_of(eservice, kind, date(2026, 12, 11)).answer_expected_on == expected


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28)),
        (date(2028, 1, 31), 1, "months", date(2028, 2, 29)),
        (date(2026, 8, 30), 6, "months", date(2027, 2, 28)),
        (date(2026, 12, 15), 1, "months", date(2027, 1, 15)),
        (date(2026, 11, 30), 13, "months", date(2027, 12, 30)),
        (date(2026, 12, 28), 2, "weeks", date(2027, 1, 11)),
        (date(2028, 2, 28), 2, "days", date(2028, 3, 1)),
    ],
)
def test_a_period_ends_on_the_day_of_the_same_name_or_number(start, length, unit, end):
    assert end_of_period(start, length, unit) == end


@given(day=days, weeks=st.integers(1, 60))
def test_weeks_end_on_the_weekday_they_began_on(day, weeks):
    end = end_of_period(day, weeks, "weeks")

    assert (end.weekday(), end - day) == (day.weekday(), timedelta(weeks=weeks))


@given(day=days, months=st.integers(1, 60))
def test_months_end_on_the_same_number_or_the_last_day_of_the_month(day, months):
    end = end_of_period(day, months, "months")

    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == min(day.day, monthrange(end.year, end.month)[1])


@pytest.mark.parametrize(
    ("day", "open_again"),
    [
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to Easter Monday
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension Day
        (date(2025, 6, 6), date(2025, 6, 9)),  # the National Day, a Friday
        (date(2026, 6, 19), date(2026, 6, 22)),  # Midsummer Eve
        (date(2026, 10, 31), date(2026, 11, 2)),  # All Saints' Day
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 1, 6), date(2027, 1, 7)),  # Epiphany
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 4, 2), date(2026, 4, 2)),  # Maundy Thursday is a day like others
        (date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 5, 15), date(2026, 5, 15)),  # between a holiday and a Saturday
        (date(2030, 5, 25), date(2030, 5, 27)),
        (date(2026, 5, 25), date(2026, 5, 25)),  # Whit Monday has not been a holiday since 2005
    ],
)
def test_what_must_be_done_by_a_holiday_may_be_done_on_the_next_business_day(day, open_again):
    assert last_day_to_act(day) == open_again


@given(days)
def test_the_last_day_to_act_is_the_first_business_day_from_then_on(day):
    last = last_day_to_act(day)

    assert is_business_day(last)
    assert not any(is_business_day(day + timedelta(number)) for number in range((last - day).days))
    assert (last - day).days <= 5


@pytest.mark.parametrize(
    ("reported", "due"),
    [(2025, date(2026, 3, 31)), (2026, date(2027, 3, 31)), (2023, date(2024, 4, 2)), (2028, date(2029, 4, 3))],
)
def test_a_yearly_report_is_due_on_31_march_or_after_easter(reported, due):
    assert report_due_on(REPORT.deadline, reported) == due


@given(days, st.times())
def test_a_day_is_one_in_sweden_whichever_night_the_hour_is_moved(day, moment):
    assert day_in_sweden(datetime.combine(day, moment, tzinfo=SWEDEN).astimezone(UTC)) == day
