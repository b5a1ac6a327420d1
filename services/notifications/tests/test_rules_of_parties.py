"""What others than the applicant are told: of what they are served, and of their own appeals."""

from uuid import UUID

import pytest

from notifications.rules import notices_for

from .case_events import mails, sample


@pytest.mark.parametrize("name", ["party-notified", "party-served"])
def test_who_else_is_served_is_told_by_a_link_that_is_looked_up_and_nothing_of_the_applicant(name):
    event = sample(name)

    [mail] = mails(notices_for(event))

    assert (mail.to, mail.text_id) == (event.party_contact_id, event.party_id)
    assert mail.template == name.replace("-", "_")
    assert "kind" not in mail.context


PARTY = {"party_id": str(UUID(int=4)), "party_contact_id": str(UUID(int=5))}
ON_PAPER = {**PARTY, "party_contact_id": None}


@pytest.mark.parametrize(
    ("name", "template", "is_linked"),
    [
        ("decision-made", "party_decision_changed", True),
        ("decision-revoked", "party_decision_changed", True),
        ("appeal-received", "party_appeal_received", False),
        ("appeal-forwarded", "party_appeal_forwarded", False),
        ("appeal-dismissed", "party_appeal_dismissed", True),
        ("ruling-received", "party_ruling_received", False),
    ],
)
def test_others_than_the_applicant_are_told_what_becomes_of_what_they_are_served_and_of_their_appeals(
    name, template, is_linked
):
    event = sample(name, parties=[PARTY])

    of_applicant, of_party = mails(notices_for(event))

    assert (of_party.to, of_party.template) == (UUID(int=5), template)
    assert of_party.text_id == (UUID(int=4) if is_linked else None)
    assert "kind" not in of_party.context
    assert of_applicant.to == event.applicant_contact_id


@pytest.mark.parametrize(("parties", "own"), [([], "yes"), ([PARTY], "")])
def test_only_whose_appeal_is_dismissed_is_told_that_they_can_appeal_against_that(parties, own):
    of_applicant, *_ = mails(notices_for(sample("appeal-dismissed", parties=parties)))

    assert of_applicant.context["own"] == own


@pytest.mark.parametrize("name", ["party-notified", "party-served"])
def test_nothing_is_mailed_to_whoever_has_no_address(name):
    assert mails(notices_for(sample(name, party_contact_id=None))) == []


def test_whoever_has_no_address_is_told_in_another_way_and_the_applicant_as_usual():
    [of_applicant] = mails(notices_for(sample("appeal-dismissed", parties=[ON_PAPER])))

    assert (of_applicant.template, of_applicant.context["own"]) == ("appeal_dismissed", "")


@pytest.mark.parametrize(("name", "is_linked"), [("decision-sent-again", True), ("decision-controlled", False)])
def test_who_else_is_sent_a_decision_again_has_a_link_and_the_applicant_is_not_told(name, is_linked):
    [mail] = mails(notices_for(sample(name, party=PARTY)))

    assert (mail.to, mail.template) == (UUID(int=5), f"party_{name.replace('-', '_')}")
    assert mail.text_id == (UUID(int=4) if is_linked else None)
    assert mail.is_proof
    assert "kind" not in mail.context
