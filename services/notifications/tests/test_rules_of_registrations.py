"""What those are told who register for events."""

import pytest

from notifications.rules import notices_for, subject_of
from notifications.rules.notices import Email, StaffTask
from shared.events import RegistrationCancelled, RegistrationRepeated, SeatGiven

from .registrations import PARTICIPANT, REGISTRATION


@pytest.mark.parametrize(
    ("status", "template", "title"),
    [
        ("confirmed", "registration_confirmed", "Ny anmälan: Flytta hit"),
        ("waitlisted", "registration_waitlisted", "Ny på väntelistan: Flytta hit"),
    ],
)
def test_a_registration_is_told_whether_it_has_a_seat(status: str, template: str, title: str):
    email, task = notices_for(REGISTRATION.model_copy(update={"status": status}))

    assert isinstance(email, Email)
    assert (email.to, email.template, email.text_id) == (PARTICIPANT, template, REGISTRATION.registration_id)
    assert task == StaffTask(title)


@pytest.mark.parametrize(("by_staff", "told"), [(True, "yes"), (False, "")])
def test_who_had_registered_is_told_that_it_is_cancelled_and_by_whom(by_staff: bool, told: str):
    values = REGISTRATION.model_dump(exclude={"type", "event_id", "status"})
    cancelled = RegistrationCancelled(**values, by_staff=by_staff)

    [email] = notices_for(cancelled)

    assert isinstance(email, Email)
    assert (email.to, email.template, email.text_id) == (PARTICIPANT, "registration_cancelled", None)
    assert email.context["by_staff"] == told


def test_who_moves_up_is_told_of_the_seat_with_a_link_that_is_looked_up():
    given = SeatGiven(**REGISTRATION.model_dump(exclude={"type", "event_id", "status"}))

    [email] = notices_for(given)

    assert isinstance(email, Email)
    assert (email.to, email.template, email.text_id) == (PARTICIPANT, "seat_given", REGISTRATION.registration_id)


def test_who_is_registered_already_is_told_of_the_first_registration_and_staff_are_left_alone():
    values = {**REGISTRATION.model_dump(exclude={"type", "event_id"}), "status": "waitlisted", "party_size": 4}
    repeated = RegistrationRepeated(**values)

    [email] = notices_for(repeated)

    assert isinstance(email, Email)
    assert (email.to, email.template) == (PARTICIPANT, "registration_repeated")
    assert (email.context["status"], email.context["seats"]) == ("waitlisted", "4")
    assert subject_of(repeated) == str(REGISTRATION.registration_id)
