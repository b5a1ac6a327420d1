"""Staff see a mail before they do what sends it: the same that is then sent."""

import pytest

from notifications.mails import Sender, write
from shared.contacts import Enclosure

from .mails import ANNA, delivery, read

MADE = {"template": "decision_made", "language": "sv", "reference": "K7M4-P2XR", "kind": "klagomal", "appealable": True}
WANTED = {"template": "supplement_requested", "language": "en", "reference": "K7M4-P2XR", "kind": "ansokan"}


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


async def test_a_mail_names_the_day_in_the_applicants_language(client, anna):
    answer = await client.post("/mails/preview", json={**WANTED, "due_on": "2030-03-15"}, headers=anna)

    assert answer.status_code == 200, answer.text
    assert "15 March 2030" in answer.json()["text"]


@pytest.mark.parametrize("form", [WANTED, {**MADE, "template": "decision_revoked"}])
async def test_a_day_that_the_mail_names_must_be_given(client, anna, form):
    answer = await client.post("/mails/preview", json=form, headers=anna)

    assert answer.status_code == 422
    assert answer.json()["violations"][0]["code"] == "required"


async def test_only_staff_preview_mails(client, staff):
    answers = [
        await client.post("/mails/preview", json=MADE, headers=headers) for headers in ({}, staff("housing-officer"))
    ]

    assert [answer.status_code for answer in answers] == [401, 403]
