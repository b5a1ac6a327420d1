from datetime import UTC, date, datetime, timedelta

import pytest

from recruitment.models.ads import AdForm, Employer
from recruitment.models.events import EventForm
from recruitment.rules import (
    objections_to_ad,
    objections_to_event,
    public_employer,
    search_text,
    search_words,
    shown_seats,
)

TODAY = date(2026, 5, 1)
NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)


def named(objections):
    return [(objection.field, objection.code) for objection in objections]


@pytest.mark.parametrize("deadline", [TODAY, TODAY + timedelta(days=180)])
def test_a_deadline_from_today_to_180_days_ahead_is_accepted(ad_form, deadline):
    form = AdForm.model_validate({**ad_form, "application_deadline": deadline})

    assert objections_to_ad(form, TODAY) == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"application_deadline": "2026-04-30"}, "application_deadline", "deadline_passed"),
        ({"application_deadline": "2026-10-29"}, "application_deadline", "deadline_too_far"),
        ({"application_details": {}}, "application_details", "nowhere_to_apply"),
    ],
)
def test_each_objection_to_an_ad_names_its_field(ad_form, change, field, code):
    form = AdForm.model_validate({**ad_form, **change})

    assert named(objections_to_ad(form, TODAY)) == [(field, code)]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"ends_at": "2026-06-01T18:00:00+02:00"}, "ends_at", "ends_wrongly"),
        ({"ends_at": "2026-08-01T18:00:00+02:00"}, "ends_at", "ends_wrongly"),
        ({"registration_closes_at": "2026-06-01T18:00:01+02:00"}, "registration_closes_at", "closes_wrongly"),
        ({"registration_closes_at": "2026-05-01T12:00:00+02:00"}, "registration_closes_at", "closes_wrongly"),
    ],
)
def test_each_objection_to_an_event_names_its_field(event_form, change, field, code):
    form = EventForm.model_validate({**event_form, **change})

    assert named(objections_to_event(form, NOON)) == [(field, code)]


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        ("2026-05-01T12:00:00+02:00", "starts_too_early"),
        ("0001-01-01T00:00:00+02:00", "starts_too_early"),
        ("2029-05-01T12:00:00+02:00", "starts_too_late"),
        ("9999-12-31T22:00:00-02:00", "starts_too_late"),
    ],
)
def test_an_event_starts_within_two_years_from_now(event_form, starts_at, code):
    ends_at = starts_at.replace(":00:00", ":30:00", 1)

    form = EventForm.model_validate({**event_form, "starts_at": starts_at, "ends_at": ends_at})

    assert named(objections_to_event(form, NOON)) == [("starts_at", code)]


def test_an_event_may_close_registration_when_it_starts(event_form):
    form = EventForm.model_validate({**event_form, "registration_closes_at": event_form["starts_at"]})

    assert objections_to_event(form, NOON) == []


def test_a_company_is_shown_with_its_organisation_number():
    employer = Employer(name="Fjällhotellet AB", organization_number="556000-4615")

    assert public_employer(employer, None).organization_number == "5560004615"


def test_a_sole_traders_personal_identity_number_is_not_shown():
    employer = Employer(name="Enskild firma", organization_number="811218-9876")

    assert public_employer(employer, None).organization_number is None


def test_a_search_looks_in_what_people_search_for_whatever_the_case(ad_form):
    text = search_text(AdForm.model_validate(ad_form))

    for word in search_words("FJÄLLHOTELLET kock ÅRE östersund älskar"):
        assert word in text


@pytest.mark.parametrize(
    ("left", "capacity", "shown"),
    [(0, 40, 0), (1, 40, 10), (10, 40, 10), (11, 40, 20), (39, 40, 40), (3, 3, 3), (1, 3, 3)],
)
def test_seats_are_shown_in_tens_so_that_a_single_one_does_not_show(left, capacity, shown):
    assert shown_seats(left, capacity) == shown
