"""Staff see what the applicant would read, before anything is sent or saved."""

from datetime import datetime

import pytest
from sqlmodel import select

from eservice_intake.decisions.models import Decision
from shared.clock import SWEDEN

from .cases import audited, received, shown, take
from .decisions import APPEAL, CONTENT, PERMIT, appeal, decisions_of
from .pdfs import words_of

REVOKED = {"reasons": "Beslutet byggde på fel mätning."}
WANTED = {"wanted": "Skicka mätprotokollet.", "due_on": "2030-03-15"}


async def preview(client, headers, receipt, path, form, **params):
    return await client.post(f"/cases/{receipt['reference']}/{path}/preview", json=form, headers=headers, params=params)


async def test_a_decision_is_previewed_as_it_then_is_read(client, anna, complaint):
    looked_at = (await preview(client, anna, complaint, "decisions", CONTENT)).json()
    await take(client, anna, complaint, "decisions", {"decision": CONTENT})

    [made] = await decisions_of(client, anna, complaint)
    read = {name: value for name, value in looked_at.items() if name in made and name != "decided_at"}
    assert made == {**made, **read}
    assert (looked_at["unmailed_because"], looked_at["enclosed"]) == (None, None)


async def test_the_pdf_of_a_preview_says_what_that_of_the_decision_says(client, anna, complaint):
    looked_at = await preview(client, anna, complaint, "decisions", CONTENT, format="pdf")
    await take(client, anna, complaint, "decisions", {"decision": CONTENT})
    made = await client.get(f"/cases/{complaint['reference']}/decisions/1/pdf", headers=anna)

    assert looked_at.headers["content-type"] == "application/pdf"
    assert words_of(looked_at.content) == words_of(made.content)


async def test_a_preview_saves_nothing_but_that_it_was_read(client, database, anna, complaint):
    before = await shown(client, anna, complaint)
    await preview(client, anna, complaint, "decisions", CONTENT)
    await preview(client, anna, complaint, "supplement-requests", WANTED)

    after = await shown(client, anna, complaint)
    async with database.reading() as session:
        assert (await session.exec(select(Decision))).all() == []
    assert (after["version"], after["status"], after["timeline"]) == (before["version"], "received", before["timeline"])
    assert "preview decision" in await audited(database, case=before["diary_number"])


async def test_who_only_proposes_sees_a_proposal(client, anna, complaint):
    looked_at = await preview(client, anna, complaint, "decisions", {**PERMIT})
    document = await preview(client, anna, complaint, "decisions", {**PERMIT}, format="pdf")

    assert looked_at.json()["decided_by_name"] is None
    assert "Förslag till beslut" in words_of(document.content)


async def test_it_is_in_the_applicants_language(client, anna, clock):
    receipt = await received(client, language="en")

    looked_at = (await preview(client, anna, receipt, "decisions", CONTENT)).json()

    assert (looked_at["language"], looked_at["outcome_text"]) == ("en", "No action")


async def test_a_request_for_a_supplement_is_previewed_in_the_applicants_words(client, anna, complaint):
    looked_at = (await preview(client, anna, complaint, "supplement-requests", WANTED)).json()

    assert looked_at["missing"]["wanted"] == "Skicka mätprotokollet."
    assert looked_at["status_text"] == "Något saknas: vi väntar på en komplettering från dig."


async def test_a_day_that_has_passed_is_told_of_before_it_is_sent(client, anna, complaint):
    answer = await preview(client, anna, complaint, "supplement-requests", {**WANTED, "due_on": "2026-11-26"})

    assert answer.status_code == 422
    assert answer.json()["violations"][0]["field"] == "due_on"


async def test_a_change_and_a_revocation_name_the_decision_that_they_are_about(client, chief, decided):
    change = await preview(client, chief, decided, "decisions", {**CONTENT, "reasons": "Nya skäl."})
    revocation = await preview(client, chief, decided, "revocation", REVOKED)

    assert (change.json()["act"], change.json()["about_number"], change.json()["number"]) == ("change", 1, 2)
    assert (revocation.json()["act"], revocation.json()["outcome"]) == ("revocation", "revoked")
    assert revocation.json()["appealable"]


async def test_a_dismissal_is_previewed_as_it_then_is_read(client, anna, final):
    await appeal(client, final)

    looked_at = (await preview(client, anna, final, "appeals/dismissal", {})).json()
    document = await preview(client, anna, final, "appeals/dismissal", {}, format="pdf")
    before = (await shown(client, anna, final))["status"]
    await take(client, anna, final, "appeals/dismissal", {})

    made = (await decisions_of(client, anna, final))[1]
    read = {name: value for name, value in looked_at.items() if name in made and name != "decided_at"}
    assert made == {**made, **read}
    assert (before, looked_at["unmailed_because"], looked_at["to_party"], looked_at["appealable"]) == (
        "appealed",
        None,
        False,
        True,
    )
    assert made["reasons"] in words_of(document.content)


async def test_a_dismissal_says_what_is_proposed_when_nothing_else_is_given(client, anna, final):
    await appeal(client, final)
    await take(client, anna, final, "appeals/dismissal/proposals", {"reasons": "Två dagar för sent."})

    proposed = (await preview(client, anna, final, "appeals/dismissal", {})).json()
    otherwise = (await preview(client, anna, final, "appeals/dismissal", {"reasons": "Mycket för sent."})).json()

    assert (proposed["reasons"], otherwise["reasons"]) == ("Två dagar för sent.", "Mycket för sent.")
    assert (await decisions_of(client, anna, final))[1]["reasons"] == "Två dagar för sent."


async def test_a_dismissal_is_in_the_language_of_whose_appeal_it_is(client, anna, chief, served, clock):
    served_by_link = {"name": "Nils Granne", "email": "nils@example.com", "language": "en"}
    party_id = (await take(client, anna, served, "decisions/1/parties", served_by_link)).json()["id"]
    on_paper = {"party_id": party_id, "served_on": "2026-11-26"}
    await take(client, anna, served, "decision-receipt", on_paper)
    clock.at = datetime(2026, 12, 21, 9, 0, tzinfo=SWEDEN)
    late = {**APPEAL, "party_id": party_id, "received_on": "2026-12-21"}
    await take(client, anna, served, "appeals", late)

    looked_at = (await preview(client, anna, served, "appeals/dismissal", {})).json()
    await take(client, chief, served, "secrecy", {"confidential": True})
    confidential = (await preview(client, chief, served, "appeals/dismissal", {})).json()

    assert (looked_at["language"], looked_at["to_party"], looked_at["enclosed"]) == ("en", True, None)
    assert (looked_at["unmailed_because"], confidential["unmailed_because"]) == (None, "secrecy")
    assert looked_at["outcome_text"] == "Dismissed"


async def test_what_is_sent_again_is_previewed_with_its_days(client, anna, decided, database):
    looked_at = (await preview(client, anna, decided, "simplified-service", {})).json()
    before = (await decisions_of(client, anna, decided))[0]["served_on"]
    sent = (await take(client, anna, decided, "simplified-service", {})).json()

    assert before is None
    assert looked_at == {
        "language": "sv",
        "unmailed_because": None,
        "to_party": False,
        "party_name": None,
        "enclosed": None,
        "served_on": sent["served_on"],
        "appeal_until": sent["appeal_until"],
    }
    number = (await shown(client, anna, decided))["diary_number"]
    assert "preview decision" in await audited(database, case=number)


async def test_what_cannot_be_sent_again_is_not_previewed(client, anna, served):
    refused = await preview(client, anna, served, "simplified-service", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "AlreadyServed")


async def test_staff_know_what_language_the_applicant_is_written_to_in(client, anna, clock):
    receipt = await received(client, language="en")

    case = await shown(client, anna, receipt)

    assert (case["language"], case["is_mailed"]) == ("en", True)


@pytest.mark.parametrize("path", ["decisions", "revocation", "supplement-requests", "simplified-service"])
async def test_nobody_previews_what_they_may_not_open(client, staff, complaint, path):
    stranger = staff("caseworker", subject="eva", units=["avfall"])
    form = {"decisions": CONTENT, "revocation": REVOKED, "supplement-requests": WANTED}.get(path, {})

    answer = await preview(client, stranger, complaint, path, form)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "form"), [("decisions", {**CONTENT, "reasons": "Ny mätning."}), ("revocation", REVOKED)]
)
async def test_what_changes_or_revokes_a_decision_is_previewed_with_who_else_is_served_it(
    client, anna, chief, served, neighbour, path, form
):
    shown_to_nils = {"name": "Nils Granne", "language": "en", "unmailed_because": None}

    looked_at = (await preview(client, anna, served, path, form)).json()
    await take(client, chief, served, "secrecy", {"confidential": True})
    confidential = (await preview(client, chief, served, path, form)).json()

    assert looked_at["also"] == [shown_to_nils]
    assert confidential["also"] == [{**shown_to_nils, "unmailed_because": "secrecy"}]
