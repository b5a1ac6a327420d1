"""What each event of a case asks for: who is told what, and what becomes of the task."""

from datetime import timedelta
from typing import get_args
from uuid import UUID, uuid4

import pytest

from notifications.mails import TEMPLATES
from notifications.rules import OfCase, notices_for, unit_of
from notifications.rules.notices import CaseTask, Priority, Urgency
from shared.events import EVENT_CLASSES, AnyEvent, ApplicationSubmitted, Language
from shared.events.eservice_intake import CaseEvent

from .case_events import mails, sample

MAILS = {
    "supplement-requested": ("supplement_requested", Priority.STATUTORY),
    "supplement-received": ("supplement_received", Priority.RECEIPT),
    "supplement-overdue": ("supplement_overdue", Priority.STATUTORY),
    "case-extended": ("case_extended", Priority.STATUTORY),
    "case-completed": ("case_completed", Priority.STATUTORY),
    "case-withdrawn": ("case_withdrawn", Priority.RECEIPT),
    "case-closed": ("case_closed", Priority.STATUTORY),
    "case-moved": ("case_moved", Priority.NEWS),
    "case-merged": ("case_merged", Priority.STATUTORY),
    "decision-made": ("decision_made", Priority.STATUTORY),
    "decision-controlled": ("decision_controlled", Priority.STATUTORY),
    "decision-sent-again": ("decision_sent_again", Priority.STATUTORY),
    "decision-served": ("decision_served", Priority.STATUTORY),
    "decision-final": ("decision_final", Priority.STATUTORY),
    "decision-revoked": ("decision_revoked", Priority.STATUTORY),
    "decision-overdue": ("decision_overdue", Priority.STATUTORY),
    "appeal-received": ("appeal_received", Priority.RECEIPT),
    "appeal-forwarded": ("appeal_forwarded", Priority.STATUTORY),
    "appeal-dismissed": ("appeal_dismissed", Priority.STATUTORY),
    "ruling-received": ("ruling_received", Priority.STATUTORY),
    "yearly-report-due": ("yearly_report_due", Priority.NEWS),
    "time-booked": ("time_booked", Priority.RECEIPT),
    "time-cancelled": ("time_cancelled", Priority.RECEIPT),
    "time-coming": ("time_coming", Priority.RECEIPT),
}
"""What tells the applicant of each event."""
URGENT = ("opinion-received", "appeal-received", "supplement-overdue", "decision-overdue", "waiting-period-ending")
ENDS = (
    "case-withdrawn",
    "case-closed",
    "case-merged",
    "decision-made",
    "decision-revoked",
    "appeal-forwarded",
    "appeal-dismissed",
)
OPENS = (
    "supplement-received",
    "opinion-received",
    "case-moved",
    "decision-proposed",
    "decision-not-served",
    "referral-not-delivered",
    "deadline-not-told",
    "appeal-received",
    "attachment-replaced",
    "ruling-received",
    "supplement-overdue",
    "decision-overdue",
    "waiting-period-ending",
)
OF_CASES = [cls.model_fields["type"].default for cls in EVENT_CLASSES.values() if issubclass(cls, CaseEvent)]


def task(event: AnyEvent) -> CaseTask:
    [found] = [notice for notice in notices_for(event) if isinstance(notice, CaseTask)]
    return found


def test_it_is_decided_of_every_event_of_a_case():
    decided = {cls.model_fields["type"].default for cls in get_args(OfCase)}

    assert decided == {*OF_CASES, ApplicationSubmitted.model_fields["type"].default}


@pytest.mark.parametrize("kind", OF_CASES)
def test_every_event_of_a_case_says_what_becomes_of_its_task(kind):
    event = sample(kind.split(".")[1])

    assert task(event)
    assert unit_of(event)


@pytest.mark.parametrize(("name", "told"), MAILS.items(), ids=MAILS)
def test_the_applicant_is_told_by_reference_in_both_languages(name, told):
    event = sample(name, replaces=None) if name == "decision-made" else sample(name)

    [mail] = mails(notices_for(event))

    assert (mail.to, mail.template, mail.priority) == (event.applicant_contact_id, *told)
    assert mail.context["reference"] == event.reference
    assert all((TEMPLATES / f"{mail.template}.{language}.txt").exists() for language in Language)


def test_a_mail_about_an_end_without_the_applicant_and_one_that_serves_or_asks_are_proof_and_no_other_is():
    events = [sample(kind.split(".")[1]) for kind in OF_CASES]

    proven = {type(event).__name__ for event in events for mail in mails(notices_for(event)) if mail.is_proof}

    ends = {"CaseClosed", "CaseMerged", "DecisionFinal"}
    serves = {"DecisionMade", "DecisionRevoked", "DecisionSentAgain", "DecisionControlled", "AppealDismissed"}
    asks = {"OpinionRequested", "CaseCopied", "SupplementRequested", "CaseExtended"}
    assert proven == {*ends, *serves, *asks, "PartyNotified"}


@pytest.mark.parametrize("name", ["decision-made", "decision-revoked", "appeal-dismissed"])
def test_what_serves_others_too_is_proof_of_each(name):
    both = mails(notices_for(sample(name, parties=[{"party_id": str(uuid4()), "party_contact_id": str(uuid4())}])))

    assert [mail.is_proof for mail in both] == [True, True]


@pytest.mark.parametrize("kind", OF_CASES)
def test_an_anonymous_applicant_is_written_to_by_nobody(kind):
    event = sample(kind.split(".")[1], applicant_contact_id=None)

    assert {mail.to for mail in mails(notices_for(event))} <= {getattr(event, "party_contact_id", None)}


@pytest.mark.parametrize("name", URGENT)
def test_what_cannot_wait_makes_the_task_urgent(name):
    assert task(sample(name)).urgency > Urgency.NONE


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_the_work_closes_the_task(name):
    assert task(sample(name)).closes


@pytest.mark.parametrize("name", OPENS)
def test_what_asks_for_somebody_opens_a_task_where_none_waits(name):
    assert task(sample(name)).opens


def test_who_is_asked_for_an_opinion_is_told_the_last_day_and_nothing_of_the_applicant():
    event = sample("opinion-requested")

    [mail] = mails(notices_for(event))

    assert (mail.to, mail.template, mail.text_id) == (event.party_contact_id, "opinion_requested", event.referral_id)
    assert mail.context == {"reference": event.reference, "due_on": event.due_on.isoformat()}


def test_who_gets_a_copy_is_told_by_a_link_that_is_looked_up():
    event = sample("case-copied")

    [mail] = mails(notices_for(event))

    assert (mail.to, mail.template, mail.text_id) == (event.party_contact_id, "case_copied", event.referral_id)


def test_a_changed_decision_is_told_as_one():
    [mail] = mails(notices_for(sample("decision-made", replaces=str(UUID(int=3)))))

    assert mail.template == "decision_changed"


@pytest.mark.parametrize(
    ("status", "opens"), [("complete", True), ("appealed", True), ("final", False), ("forwarded", False)]
)
def test_a_ruling_opens_the_task_where_something_is_left_to_do(status, opens):
    after = task(sample("ruling-received", status=status))

    assert (after.opens, after.closes is None) == (opens, opens)


def test_what_is_revoked_is_told_and_a_final_revocation_opens_the_task_again():
    revoked, final = sample("decision-revoked"), sample("decision-final", outcome="revoked")

    [mail], [of_final] = mails(notices_for(revoked)), mails(notices_for(final))

    assert (mail.context["decided_on"], mail.context["appealable"]) == (revoked.decided_on.isoformat(), "yes")
    assert (of_final.template, task(final).opens) == ("revocation_final", True)


@pytest.mark.parametrize("name", ["decision-made", "decision-revoked"])
@pytest.mark.parametrize("encloses", [True, False])
def test_a_decision_is_enclosed_where_the_event_says_so(name, encloses):
    event = sample(name, encloses=encloses)

    [mail] = mails(notices_for(event))

    assert mail.enclosure_id == (event.decision_id if encloses else None)


def test_no_mail_says_how_a_case_was_decided():
    event = sample("decision-made", outcome="rejected")

    [mail] = mails(notices_for(event))

    assert "rejected" not in mail.context.values()


def test_the_handler_is_told_of_the_applicants_message_and_the_applicant_of_the_handlers():
    from_staff, from_applicant = (sample("case-message-sent", by_applicant=by) for by in (False, True))

    assert [mail.template for mail in mails(notices_for(from_staff))] == ["case_message"]
    assert mails(notices_for(from_applicant)) == []
    assert task(from_applicant).has_news
    assert task(from_staff).has_news is False


@pytest.mark.parametrize("reason", ["infected", "unreadable"])
def test_the_sender_of_a_file_that_cannot_be_opened_is_told_why(reason):
    [mail] = mails(notices_for(sample("attachment-refused", reason=reason)))

    assert mail.template == f"attachment_{reason}"


def test_what_the_law_asks_for_goes_before_news_and_is_tried_for_a_week():
    assert Priority.RECEIPT < Priority.STATUTORY < Priority.NEWS
    assert [one.keep_trying for one in Priority] == [timedelta(days=days) for days in (3, 7, 3)]
