from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from notifications.rules import notices_for, subject_of, unit_of
from notifications.rules.notices import CaseTask, Email, Priority, StaffTask, Urgency
from notifications.rules.routing import queues
from shared.events import (
    AdDeclined,
    AdPosted,
    AdPublished,
    ApplicationSigned,
    ApplicationSubmitted,
    EventAnnounced,
    HouseDeclined,
    HouseListed,
    HouseSubmitted,
    InterestRegistered,
    Language,
    SignatureDeclined,
    SignatureLapsed,
    SignatureRequested,
    SurveyCompanyInvited,
    SurveyCompanyReminded,
    SurveyResultTold,
)

from .registrations import REGISTRATION

THING = UUID(int=1)
OWNER = UUID(int=2)
SEEKER = UUID(int=3)
APPLICANT, EMPLOYER = UUID(int=6), UUID(int=7)
INTEREST = UUID(int=4)
APPLICATION = ApplicationSubmitted(
    application_id=THING,
    reference="K7M4-P2XR",
    eservice="food-registration",
    title={Language.SWEDISH: "Registrera livsmedelsverksamhet", Language.ENGLISH: "Register a food business"},
    kind="registrering",
    unit="livsmedel",
    language=Language.ENGLISH,
    applicant_contact_id=APPLICANT,
    occurred_at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
    due_on=date(2027, 2, 26),
    earliest_start_on=date(2026, 12, 10),
)
SIGNATURE = {
    **APPLICATION.model_dump(include={"application_id", "reference", "eservice", "title", "kind", "unit", "language"}),
    "sender_contact_id": APPLICANT,
}
TASK = CaseTask(
    opens=True,
    name="K7M4-P2XR: Registrera livsmedelsverksamhet",
    identified=False,
    due_on=date(2027, 2, 26),
)
HOUSE = {"house_id": THING, "owner_contact_id": OWNER}
AD = {"ad_id": THING, "employer_contact_id": EMPLOYER, "application_deadline": date(2026, 12, 24)}


def test_an_application_gives_a_receipt_in_the_applicants_language_and_a_task_in_the_units_queue():
    assert notices_for(APPLICATION) == [
        Email(
            APPLICANT,
            "application_received",
            {
                "reference": "K7M4-P2XR",
                "kind": "registrering",
                "title": "Register a food business",
                "received_on": "2026-11-26",
                "due_on": "2027-02-26",
                "earliest_start_on": "2026-12-10",
            },
            text_id=APPLICATION.application_id,
        ),
        TASK,
    ]


def test_only_the_receipt_of_a_known_sender_encloses_the_copy():
    known = APPLICATION.model_copy(update={"encloses": True})

    [of_a_stranger] = [notice for notice in notices_for(APPLICATION) if isinstance(notice, Email)]
    [of_a_known] = [notice for notice in notices_for(known) if isinstance(notice, Email)]

    assert (of_a_stranger.enclosure_id, of_a_known.enclosure_id) == (None, THING)


def test_an_anonymous_application_gives_a_task_only():
    anonymous = APPLICATION.model_copy(update={"applicant_contact_id": None})

    assert notices_for(anonymous) == [TASK]


def test_an_application_for_a_unit_we_do_not_know_goes_to_the_registrator():
    stray = APPLICATION.model_copy(update={"unit": "parkering"})

    assert unit_of(stray) == "registrator"


def test_who_shall_sign_gets_a_link_that_is_looked_up_and_staff_get_no_task():
    request, signer = UUID(int=9), UUID(int=10)
    requested = SignatureRequested(
        **SIGNATURE, request_id=request, signer_contact_id=signer, lapses_on=date(2026, 12, 24)
    )

    [mail] = notices_for(requested)

    assert isinstance(mail, Email)
    assert (mail.to, mail.template, mail.text_id) == (signer, "signature_requested", request)
    assert mail.context["lapses_on"] == "2026-12-24"


@pytest.mark.parametrize(
    ("event", "template"),
    [
        (ApplicationSigned, "application_signed"),
        (SignatureDeclined, "signature_declined"),
        (SignatureLapsed, "signature_lapsed"),
    ],
)
def test_who_filled_it_in_is_told_what_became_of_the_signature(event, template):
    [mail] = notices_for(event(**SIGNATURE))

    assert isinstance(mail, Email)
    assert (mail.to, mail.template) == (APPLICANT, template)
    assert notices_for(event(**{**SIGNATURE, "sender_contact_id": None})) == []


@pytest.mark.parametrize(
    ("event", "told", "template"),
    [
        (SurveyCompanyInvited, {"answer_by": date(2026, 12, 18)}, "survey_invitation"),
        (SurveyCompanyReminded, {"answer_by": date(2026, 12, 18)}, "survey_reminder"),
        (SurveyResultTold, {}, "survey_result"),
    ],
)
def test_a_company_is_told_of_the_survey_and_staff_get_no_task(event, told, template):
    about = UUID(int=11)

    [mail] = notices_for(event(round_id=about, unit="naringsliv", contact_id=APPLICANT, **told))

    assert isinstance(mail, Email)
    assert (mail.to, mail.template, mail.text_id) == (APPLICANT, template, about)


def test_an_urgent_application_gives_an_urgent_task():
    urgent = APPLICATION.model_copy(update={"urgent": True})

    assert [n.urgency for n in notices_for(urgent) if isinstance(n, CaseTask)] == [Urgency.UNTIL_DONE]


@pytest.mark.parametrize(
    ("title", "expected"),
    [({Language.SWEDISH: "Anmälan"}, "Anmälan"), ({}, "food-registration")],
)
def test_a_title_missing_in_the_language_falls_back(title: dict[Language, str], expected: str):
    partly = APPLICATION.model_copy(update={"title": title})

    assert [n.context["title"] for n in notices_for(partly) if isinstance(n, Email)] == [expected]


def test_a_house_gives_its_owner_a_receipt_and_staff_a_task():
    assert notices_for(HouseSubmitted(**HOUSE)) == [
        Email(OWNER, "house_received", {"reference": str(THING)}),
        StaffTask("Granska hus inför publicering"),
    ]


def test_a_listed_house_gives_its_owner_a_mail():
    assert notices_for(HouseListed(**HOUSE)) == [
        Email(OWNER, "house_listed", {"reference": str(THING)}, priority=Priority.NEWS)
    ]


def test_an_interest_is_relayed_without_either_side_learning_the_others_contact_id():
    interest = InterestRegistered(**HOUSE, interest_id=INTEREST, seeker_contact_id=SEEKER)

    relayed, receipt, task = notices_for(interest)

    context = {"reference": str(THING)}
    assert relayed == Email(OWNER, "interest_relayed", context, INTEREST, Priority.NEWS)
    assert receipt == Email(SEEKER, "interest_received", {"reference": str(THING)})
    assert task == StaffTask(f"Följ upp intresse för hus {THING}")


def test_a_posted_ad_gives_the_company_a_receipt_and_staff_a_task():
    assert notices_for(AdPosted(**AD, occupation="5120")) == [
        Email(EMPLOYER, "ad_received", {"reference": str(THING), "deadline": "2026-12-24", "occupation": "5120"}),
        StaffTask("Granska jobbannons: SSYK 5120, sista ansökningsdag 2026-12-24"),
    ]


def test_a_published_ad_gives_the_company_a_mail_with_its_last_day():
    assert notices_for(AdPublished(**AD)) == [
        Email(EMPLOYER, "ad_published", {"reference": str(THING), "deadline": "2026-12-24"}, priority=Priority.NEWS)
    ]


@pytest.mark.parametrize(("was_published", "told"), [(True, "yes"), (False, "")])
def test_who_sent_in_what_is_declined_is_told_by_a_mail_whose_reason_is_looked_up(was_published, told):
    [of_house] = notices_for(HouseDeclined(**HOUSE, was_published=was_published))
    [of_ad] = notices_for(AdDeclined(ad_id=THING, employer_contact_id=EMPLOYER, was_published=was_published))

    context = {"reference": str(THING), "was_published": told}
    assert of_house == Email(OWNER, "house_declined", context, text_id=THING)
    assert of_ad == Email(EMPLOYER, "ad_declined", context, text_id=THING)


def test_an_announced_event_gives_staff_a_task_with_the_day_in_town():
    late_evening = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    announced = EventAnnounced(recruitment_event_id=THING, title="Flytta hit", starts_at=late_evening, capacity=40)

    assert notices_for(announced) == [StaffTask("Sprid evenemang: Flytta hit (2026-12-04, 40 platser)")]


def test_notices_are_about_what_the_sender_was_given_the_id_of():
    interest = InterestRegistered(**HOUSE, interest_id=INTEREST, seeker_contact_id=SEEKER)

    assert subject_of(APPLICATION) == str(THING)
    assert subject_of(interest) == str(INTEREST)
    assert subject_of(REGISTRATION) == str(REGISTRATION.registration_id)


def test_every_task_goes_to_a_queue_that_exists():
    events = [APPLICATION, HouseSubmitted(**HOUSE), AdPosted(**AD, occupation="5120"), REGISTRATION]

    assert {unit_of(event) for event in events} <= set(queues())
