"""What is stored for machines is read as people write it."""

from datetime import UTC, date, datetime

import pytest

from eservice_intake.catalogue.wording import in_words, moment_in_words, phone_in_words


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+46701740605", "070-174 06 05"),
        ("+4687654321", "08-765 43 21"),
        ("+4663143000", "063-14 30 00"),
        ("+46647123456", "0647-12 34 56"),
        ("+4722123456", "+4722123456"),
    ],
)
def test_a_phone_number_of_ours_is_read_as_it_is_dialled_here(stored: str, read: str):
    assert phone_in_words(stored) == read


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("sv", "2 mars 2026", "2 mars 2026 kl. 00:30"),
        ("en", "2 March 2026", "2 March 2026 at 00:30"),
    ],
)
def test_days_and_times_are_read_in_words_by_the_clock_in_sweden(language: str, day: str, time: str):
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    assert in_words(date(2026, 3, 2), language) == day
    assert moment_in_words(at, language) == time
