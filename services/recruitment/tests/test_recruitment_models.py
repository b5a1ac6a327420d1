from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.engine.default import DefaultDialect

from recruitment.models.ads import (
    Ad,
    AdExpired,
    AdForm,
    AdNotFound,
    AlreadyPublished,
    DeadlinePassed,
    Occupation,
    Status,
)
from recruitment.models.as_json import JsonOf
from recruitment.models.events import (
    EventStarted,
    PartyTooLarge,
    RecruitmentEvent,
    RegistrationClosed,
    RegistrationForm,
    SeatStatus,
)
from shared.contacts import Contact
from shared.events import Language

NOON = datetime(2026, 5, 1, 10, tzinfo=UTC)
TODAY = date(2026, 5, 1)
DEADLINE = date(2026, 5, 31)
KIM = Contact(email="kim@example.com", language=Language.SWEDISH)


@pytest.fixture
def ad(ad_form):
    update = {"ssyk": "5120", "search_text": "", "employer_contact_id": KIM.id}
    return Ad.model_validate(AdForm.model_validate(ad_form), update=update)


def event(capacity=3, **changes):
    facts = {
        "title": "Kurs",
        "description": "En kurs.",
        "place": "Rådhuset",
        "kind": "course",
        "capacity": capacity,
        "starts_at": NOON + timedelta(days=30),
        "ends_at": NOON + timedelta(days=31),
        **changes,
    }
    return RecruitmentEvent.model_validate({"announced_by": "berit", **facts})


def party(size):
    return RegistrationForm(name="Kim", email="Kim@Example.com", party_size=size)


def test_publishing_an_ad_notes_when(ad):
    ad.publish("berit", NOON, TODAY)

    assert (ad.status, ad.published_at, ad.published_by) == (Status.PUBLISHED, NOON, "berit")


def test_a_published_ad_cannot_be_published_again(ad):
    ad.publish("berit", NOON, TODAY)

    with pytest.raises(AlreadyPublished):
        ad.publish("berit", NOON, TODAY)


def test_an_ad_can_be_published_on_its_last_day_but_not_after(ad):
    with pytest.raises(DeadlinePassed):
        ad.publish("berit", NOON, DEADLINE + timedelta(days=1))

    ad.publish("berit", NOON, DEADLINE)


def test_an_ad_is_live_from_its_publication_to_the_end_of_its_last_day(ad):
    with pytest.raises(AdNotFound):
        ad.require_live(TODAY)

    ad.publish("berit", NOON, TODAY)

    ad.require_live(DEADLINE)
    with pytest.raises(AdExpired):
        ad.require_live(DEADLINE + timedelta(days=1))


@pytest.mark.parametrize("number", ["556000-4616", "556000", "", "abc", "५५६०००४६१५", "19556000-4615"])
def test_an_organisation_number_with_a_wrong_check_digit_or_form_is_refused(ad_form, number):
    employer = {"name": "Fjällhotellet AB", "organization_number": number}

    with pytest.raises(ValidationError, match="organization_number"):
        AdForm.model_validate({**ad_form, "employer": employer})


@pytest.mark.parametrize("ssyk", ["512", "51200", "kock", "५१२०"])
def test_an_occupation_has_a_code_of_four_digits(ad_form, ssyk):
    with pytest.raises(ValidationError, match="ssyk"):
        AdForm.model_validate({**ad_form, "occupation": {"label": "Kock", "ssyk": ssyk}})


def test_what_was_saved_is_read_even_if_a_form_may_no_longer_hold_it():
    saved = {"label": "x" * 201, "ssyk": "old"}

    occupation = JsonOf(Occupation).process_result_value(saved, DefaultDialect())

    assert occupation.model_dump() == saved


def test_a_party_gets_seats_for_all_or_waits():
    course = event(capacity=3)

    first, second, third = (course.register(party(size), KIM, NOON).status for size in (2, 2, 1))

    assert (first, second, third) == (SeatStatus.CONFIRMED, SeatStatus.WAITLISTED, SeatStatus.CONFIRMED)
    assert course.seats_left == 0


@given(capacity=st.integers(1, 40), sizes=st.lists(st.integers(1, 10), max_size=40))
def test_seats_are_never_sold_twice_and_nobody_waits_while_there_is_room(capacity, sizes):
    course = event(capacity)
    confirmed = 0

    for size in (size for size in sizes if size <= capacity):
        fits = confirmed + size <= capacity
        registration = course.register(party(size), KIM, NOON)

        assert (registration.status is SeatStatus.CONFIRMED) == fits
        confirmed += size if fits else 0
        assert course.seats_taken == confirmed <= capacity


def test_a_party_larger_than_the_event_is_refused():
    with pytest.raises(PartyTooLarge):
        event(capacity=3).register(party(4), KIM, NOON)


def test_nobody_registers_for_an_event_that_has_started():
    course = event()

    with pytest.raises(EventStarted):
        course.register(party(1), KIM, course.starts_at)


def test_nobody_registers_after_registration_has_closed():
    course = event(registration_closes_at=NOON + timedelta(days=1))

    course.register(party(1), KIM, NOON)

    with pytest.raises(RegistrationClosed):
        course.register(party(1), KIM, NOON + timedelta(days=1))


@pytest.mark.parametrize("size", [0, 11])
def test_a_party_is_one_to_ten_people(size):
    with pytest.raises(ValidationError, match="party_size"):
        party(size)
