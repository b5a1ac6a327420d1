"""Staff see a mail before they do what sends it: the same that is then sent."""

import pytest

from notifications.api.previews import LINKS
from notifications.mails import Addressee, Sender, write
from shared.contacts import Enclosure
from shared.events import Language

from .mails import ANNA, delivery, read

MADE = {"template": "decision_made", "language": "sv", "reference": "K7M4-P2XR", "kind": "klagomal", "appealable": True}
WANTED = {"template": "supplement_requested", "language": "en", "reference": "K7M4-P2XR", "kind": "ansokan"}


LATER = {
    "opinion_requested": {"due_on": "2030-03-15"},
    "case_message": {},
    "decision_sent_again": {"served_on": "2030-03-15", "appeal_until": "2030-04-05"},
    "party_notified": {},
    "party_decision_sent_again": {"served_on": "2030-03-15"},
    "appeal_dismissed": {"own": True},
    "party_appeal_dismissed": {},
}
"""What mails say besides the reference and what it is about."""


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


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("template", LATER)
async def test_every_mail_that_a_step_sends_is_previewed_but_for_its_link(client, anna, app, template, language):
    told, days = app.state.settings, {"served_on": "", "appeal_until": "", "appealable": "", "enclosed": ""}
    sender = Sender.parse(told.mail_from, told.mail_contact, told.resident_pages)
    given = {"reference": "K7M4-P2XR", "kind": "ansokan", **LATER[template]}
    context = {**days, **given, "own": "yes" if given.get("own") else ""}
    to = Addressee("granne@example.com", Language(language), {"link": LINKS[Language(language)]})
    sent = read(write(delivery(template=template, context=context), to, sender).content)

    answer = await client.post(
        "/mails/preview", json={**given, "template": template, "language": language}, headers=anna
    )

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"subject": sent["Subject"], "text": sent.get_content().replace("\r\n", "\n").strip()}


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
    "form",
    [
        WANTED,
        {**WANTED, "template": "opinion_requested"},
        {**MADE, "template": "decision_revoked"},
        {**MADE, "template": "decision_sent_again"},
        {**MADE, "template": "party_decision_sent_again"},
    ],
)
async def test_a_day_that_the_mail_names_must_be_given(client, anna, form):
    answer = await client.post("/mails/preview", json=form, headers=anna)

    assert answer.status_code == 422
    assert answer.json()["violations"][0]["code"] == "required"


async def test_only_staff_preview_mails(client, staff):
    answers = [
        await client.post("/mails/preview", json=MADE, headers=headers) for headers in ({}, staff("housing-officer"))
    ]

    assert [answer.status_code for answer in answers] == [401, 403]
