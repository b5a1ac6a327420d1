"""Staff see a mail before they do what sends it: the same that is then sent."""

from typing import get_args
from uuid import UUID

import pytest

from notifications.api.previews import LINKS, MailForm
from notifications.mails import Addressee, Sender, write
from notifications.rules import notices_for
from shared.contacts import Enclosure
from shared.events import Language

from .case_events import mails, sample
from .mails import ANNA, delivery, read

MADE = {"template": "decision_made", "language": "sv", "reference": "K7M4-P2XR", "kind": "klagomal", "appealable": True}
WANTED = {"template": "supplement_requested", "language": "en", "reference": "K7M4-P2XR", "kind": "ansokan"}


PARTY = {"party_id": str(UUID(int=8)), "party_contact_id": str(UUID(int=9))}
TOLD = [
    ("supplement-requested", {}),
    ("opinion-requested", {}),
    ("case-message-sent", {}),
    ("case-extended", {}),
    ("case-completed", {}),
    ("case-completed", {"earliest_start_on": None}),
    ("case-closed", {}),
    ("case-merged", {}),
    ("case-moved", {}),
    ("decision-made", {}),
    ("decision-made", {"replaces": None, "appealable": False}),
    ("decision-made", {"parties": [PARTY]}),
    ("decision-revoked", {}),
    ("decision-served", {}),
    ("decision-served", {"appeal_until": None}),
    ("decision-final", {}),
    ("decision-final", {"outcome": "revoked"}),
    ("decision-sent-again", {}),
    ("decision-sent-again", {"party": PARTY}),
    ("party-notified", {}),
    ("party-served", {}),
    ("party-served", {"appeal_until": None}),
    ("appeal-received", {"parties": [PARTY]}),
    ("appeal-forwarded", {"parties": [PARTY]}),
    ("ruling-received", {"parties": [PARTY]}),
    ("ruling-received", {"status": "complete"}),
    ("appeal-dismissed", {}),
    ("appeal-dismissed", {"parties": [PARTY]}),
]
"""What steps of staff tell, by the samples of their events, and otherwise than those have it."""


def asked_for(name, changes):
    return mails(notices_for(sample(name, **changes)))


def known(email):
    """What the mail says, as the case's service knows it."""
    facts = {name: {"yes": True}.get(text, text) for name, text in email.context.items() if text}
    return {"kind": "ansokan", **facts, "template": email.template}


@pytest.fixture
def anna(staff):
    return staff("caseworker", units=["boende"])


async def test_a_preview_is_the_mail_that_is_then_sent(client, anna, app):
    told = app.state.settings
    sender = Sender.parse("Kommunen <no-reply@kommun.example>", told.mail_contact, told.resident_pages)
    enclosure = Enclosure(text="Bifall", name="b.pdf", media_type="application/pdf", content=b"JVBERg==")
    sent = read(write(delivery(template="decision_made"), ANNA, sender, enclosure).content)

    answer = await client.post("/mails/preview", json={**MADE, "enclosed": "Bifall"}, headers=anna)

    preview = answer.json()
    assert answer.status_code == 200, answer.text

    text = next(part for part in sent.walk() if part.get_content_type() == "text/plain").get_content()
    assert preview["subject"] == sent["Subject"]
    assert preview["text"] == text.replace("\r\n", "\n").strip()
    assert "> Bifall" in preview["text"]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("name", "changes"), TOLD)
async def test_every_mail_that_a_step_sends_is_previewed_but_for_its_link(client, anna, app, name, changes, language):
    told = app.state.settings
    sender = Sender.parse(told.mail_from, told.mail_contact, told.resident_pages)
    to = Addressee("granne@example.com", language, {"link": LINKS[language]})

    for email in asked_for(name, changes):
        sent = read(write(delivery(email.template, email.context), to, sender).content)
        answer = await client.post("/mails/preview", json={**known(email), "language": language}, headers=anna)

        assert answer.status_code == 200, answer.text
        assert answer.json() == {"subject": sent["Subject"], "text": sent.get_content().replace("\r\n", "\n").strip()}


def test_every_mail_that_can_be_previewed_is_asked_for_by_a_step():
    asked = {email.template for name, changes in TOLD for email in asked_for(name, changes)}

    assert asked == set(get_args(MailForm.model_fields["template"].annotation))


async def test_no_preview_has_a_link_that_opens_something(client, anna):
    form = {**WANTED, "template": "party_notified"}

    text = (await client.post("/mails/preview", json=form, headers=anna)).json()["text"]

    assert "[The link is here, which is made when the mail is sent.]" in text
    assert "http" not in text


async def test_a_mail_names_the_day_in_the_applicants_language(client, anna):
    answer = await client.post("/mails/preview", json={**WANTED, "due_on": "2030-03-15"}, headers=anna)

    assert answer.status_code == 200, answer.text
    assert "15 March 2030" in answer.json()["text"]


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("supplement_requested", "due_on"),
        ("opinion_requested", "due_on"),
        ("case_extended", "due_on"),
        ("case_merged", "into_reference"),
        ("decision_revoked", "decided_on"),
        ("decision_sent_again", "served_on"),
        ("decision_served", "served_on"),
        ("party_served", "served_on"),
        ("appeal_received", "received_on"),
        ("ruling_received", "ruled_on"),
        ("party_decision_sent_again", "served_on"),
    ],
)
async def test_what_a_mail_says_in_any_case_must_be_given(client, anna, template, missing):
    answer = await client.post("/mails/preview", json={**WANTED, "template": template}, headers=anna)

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["violations"]] == [(missing, "required")]


async def test_only_staff_preview_mails(client, staff):
    answers = [
        await client.post("/mails/preview", json=MADE, headers=headers) for headers in ({}, staff("housing-officer"))
    ]

    assert [answer.status_code for answer in answers] == [401, 403]
