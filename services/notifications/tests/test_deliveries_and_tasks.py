from datetime import UTC, datetime, timedelta

import pytest

from notifications.models.deliveries import Delivery, DeliveryStatus
from notifications.models.tasks import AlreadyClaimed, AlreadyDone, NotYours, TaskStatus
from notifications.outcomes import NOT_TRIED, Outcome, Verdict
from web import Person

from .rows import delivery, task

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANNA = Person("anna", "Anna", frozenset({"caseworker"}), frozenset())
LATER = Outcome(Verdict.LATER, "451")
BO = Person("bo", "Bo", frozenset({"caseworker"}), frozenset())


def attempted(**values: object) -> Delivery:
    """A mail that was tried once, and is tried for three days."""
    return delivery(**{"attempts": 1, "created_at": AT, "expires_at": AT + timedelta(hours=72), **values})


@pytest.mark.parametrize(("attempts", "longest"), [(1, 30), (2, 60), (4, 240), (8, 3600), (500, 3600)])
def test_each_failure_waits_up_to_twice_as_long_but_no_more_than_an_hour(attempts: int, longest: int):
    failed = attempted(attempts=attempts)

    failed.take(LATER, AT, first_wait=30, jitter=1)

    assert failed.status is DeliveryStatus.RETRY_WAIT
    assert failed.next_attempt_at == AT + timedelta(seconds=longest)


def test_retries_are_spread_over_the_whole_wait():
    failed = attempted()

    failed.take(LATER, AT, first_wait=30, jitter=0.1)

    assert failed.next_attempt_at == AT + timedelta(seconds=3)


def test_a_retry_after_three_days_expires_the_delivery():
    failed = attempted()

    failed.take(LATER, AT + timedelta(hours=72), first_wait=30, jitter=0.5)

    assert failed.status is DeliveryStatus.EXPIRED


def test_giving_up_on_a_mail_that_may_have_arrived_says_so():
    doubtful = attempted(lapses=1)

    doubtful.take(Outcome(Verdict.SPENT), AT, first_wait=30, jitter=1)

    assert doubtful.status is DeliveryStatus.UNKNOWN


def test_a_mail_that_kills_its_mailer_again_and_again_is_spent():
    assert attempted(lapses=10).is_spent(AT)
    assert not attempted(lapses=9).is_spent(AT)


def test_giving_a_delivery_back_does_not_count_as_an_attempt():
    untried = attempted(attempts=3)

    untried.take(NOT_TRIED, AT, first_wait=30, jitter=1)

    assert (untried.status, untried.attempts) == (DeliveryStatus.QUEUED, 2)


def test_an_open_task_can_be_claimed_and_claimed_again_by_the_same_person():
    claimed = task()

    claimed.claim(ANNA)
    first = claimed.claimed_at
    claimed.claim(ANNA)

    assert (claimed.status, claimed.claimed_by, claimed.claimed_at) == (TaskStatus.CLAIMED, "anna", first)


def test_a_claimed_task_is_refused_to_others():
    claimed = task()
    claimed.claim(ANNA)

    with pytest.raises(AlreadyClaimed):
        claimed.claim(BO)
    with pytest.raises(NotYours):
        claimed.release(BO)
    with pytest.raises(NotYours):
        claimed.finish(BO)


def test_a_released_task_can_be_claimed_by_somebody_else():
    released = task()
    released.claim(ANNA)

    released.release(ANNA)
    released.claim(BO)

    assert released.claimed_by == "bo"


def test_an_unclaimed_task_cannot_be_finished():
    with pytest.raises(NotYours):
        task().finish(ANNA)


def test_a_done_task_stays_done():
    done = task()
    done.claim(ANNA)
    done.finish(ANNA)

    with pytest.raises(AlreadyDone):
        done.claim(BO)
    with pytest.raises(AlreadyDone):
        done.release(ANNA)
    with pytest.raises(AlreadyDone):
        done.finish(ANNA)
    assert (done.status, done.claimed_by) == (TaskStatus.DONE, "anna")
