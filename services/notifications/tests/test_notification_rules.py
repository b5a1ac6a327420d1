from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from notifications.rules import QUEUES, Email, Priority, StaffTask, notices_for, thing
from shared.events import (
    AdPosted,
    AdPublished,
    ApplicationSubmitted,
    EventAnnounced,
    EventRegistered,
    HouseListed,
    HouseSubmitted,
    InterestRegistered,
    Language,
)

THING = UUID(int=1)
OWNER = UUID(int=2)
SEEKER = UUID(int=3)
INTEREST = UUID(int=4)
APPLICATION = ApplicationSubmitted(
    application_id=THING,
    reference="K7M2PX",
    eservice="food-registration",
    title={Language.SWEDISH: "Registrera livsmedelsverksamhet", Language.ENGLISH: "Register a food business"},
    kind="registrering",
    unit="livsmedel",
    language=Language.ENGLISH,
    applicant_email="anna@example.se",
)
HOUSE = {"house_id": THING, "area": "Brunflo", "owner_contact_id": OWNER}
AD = {"ad_id": THING, "headline": "Kock", "contact_email": "jobb@example.se", "language": Language.SWEDISH}
REGISTRATION = EventRegistered(
    recruitment_event_id=THING,
    registration_id=UUID(int=5),
    title="Flytta hit",
    place="Rådhuset",
    starts_at=datetime(2026, 12, 3, 17, tzinfo=UTC),
    status="confirmed",
    participant_email="bo@example.se",
    language=Language.SWEDISH,
)


def test_an_application_gives_a_receipt_in_the_applicants_language_and_a_task_in_the_units_queue():
    assert notices_for(APPLICATION) == [
        Email(
            "anna@example.se",
            "application_received",
            Language.ENGLISH,
            {"reference": "K7M2PX", "title": "Register a food business"},
        ),
        StaffTask("livsmedel", "K7M2PX: Registrera livsmedelsverksamhet"),
    ]


def test_an_anonymous_application_gives_a_task_only():
    anonymous = APPLICATION.model_copy(update={"applicant_email": None})

    assert notices_for(anonymous) == [StaffTask("livsmedel", "K7M2PX: Registrera livsmedelsverksamhet")]


def test_an_application_for_a_unit_we_do_not_know_goes_to_the_registrator():
    stray = APPLICATION.model_copy(update={"unit": "parkering"})

    assert [n.queue for n in notices_for(stray) if isinstance(n, StaffTask)] == ["registrator"]


def test_an_urgent_application_gives_an_urgent_task():
    urgent = APPLICATION.model_copy(update={"urgent": True})

    assert [n.urgent for n in notices_for(urgent) if isinstance(n, StaffTask)] == [True]


@pytest.mark.parametrize(
    ("title", "expected"),
    [({Language.SWEDISH: "Anmälan"}, "Anmälan"), ({}, "food-registration")],
)
def test_a_title_missing_in_the_language_falls_back(title: dict[Language, str], expected: str):
    partly = APPLICATION.model_copy(update={"title": title})

    assert [n.context["title"] for n in notices_for(partly) if isinstance(n, Email)] == [expected]


def test_a_house_gives_its_owner_a_receipt_and_staff_a_task():
    assert notices_for(HouseSubmitted(**HOUSE)) == [
        Email(OWNER, "house_received", context={"area": "Brunflo"}),
        StaffTask("boende", "Granska hus i Brunflo inför publicering"),
    ]


def test_a_listed_house_gives_its_owner_a_mail():
    assert notices_for(HouseListed(**HOUSE)) == [
        Email(OWNER, "house_listed", context={"area": "Brunflo"}, priority=Priority.NEWS)
    ]


def test_an_interest_is_relayed_without_either_side_learning_the_others_contact_id():
    interest = InterestRegistered(**HOUSE, interest_id=INTEREST, seeker_contact_id=SEEKER, message="Finns fiber?")

    relayed, receipt, task = notices_for(interest)

    assert relayed == Email(
        OWNER, "interest_relayed", context={"area": "Brunflo", "message": "Finns fiber?"}, priority=Priority.NEWS
    )
    assert receipt == Email(SEEKER, "interest_received", context={"area": "Brunflo"})
    assert task == StaffTask("boende", "Följ upp intresse för hus i Brunflo")


def test_a_posted_ad_gives_the_company_a_receipt_and_staff_a_task():
    assert notices_for(AdPosted(**AD, employer="Krogen AB")) == [
        Email("jobb@example.se", "ad_received", Language.SWEDISH, {"headline": "Kock", "employer": "Krogen AB"}),
        StaffTask("rekrytering", "Granska jobbannons: Kock (Krogen AB)"),
    ]


def test_a_published_ad_gives_the_company_a_mail_with_its_last_day():
    assert notices_for(AdPublished(**AD, application_deadline=date(2026, 12, 24))) == [
        Email(
            "jobb@example.se",
            "ad_published",
            Language.SWEDISH,
            {"headline": "Kock", "deadline": "2026-12-24"},
            Priority.NEWS,
        )
    ]


def test_an_announced_event_gives_staff_a_task_with_the_day_in_town():
    late_evening = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    announced = EventAnnounced(recruitment_event_id=THING, title="Flytta hit", starts_at=late_evening, capacity=40)

    assert notices_for(announced) == [StaffTask("rekrytering", "Sprid evenemang: Flytta hit (2026-12-04, 40 platser)")]


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
    assert (email.to, email.template) == ("bo@example.se", template)
    assert task == StaffTask("rekrytering", title)


def test_notices_are_about_what_the_sender_was_given_the_id_of():
    interest = InterestRegistered(**HOUSE, interest_id=INTEREST, seeker_contact_id=SEEKER, message="Hej")

    assert thing(APPLICATION) == str(THING)
    assert thing(interest) == str(INTEREST)
    assert thing(REGISTRATION) == str(REGISTRATION.registration_id)


def test_every_task_goes_to_a_queue_that_exists():
    events = [APPLICATION, HouseSubmitted(**HOUSE), AdPosted(**AD, employer="Krogen AB"), REGISTRATION]

    assert {n.queue for event in events for n in notices_for(event) if isinstance(n, StaffTask)} <= set(QUEUES)
