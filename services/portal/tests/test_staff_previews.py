"""Staff see each mail that a step sends before they take it, as it will be read."""

import re
from datetime import date

import pytest

from .casework import NO_ACTION, Desk
from .test_staff_cases import CASES, hidden, sends
from .visitors import Visitor

ASKED = {"name": "Trafikverket", "email": "trv@example.com", "question": "Påverkas vägen?", "language": "en"}
NEIGHBOUR = {"number": "1", "name": "Nils Granne", "email": "nils@example.com", "language": "sv"}
NO_LINK_YET = "[Här står länken, som görs när mejlet skickas.]"


def typed(step: str, form: dict[str, str]) -> dict[str, str]:
    return {f"{step}.{name}": text for name, text in form.items()}


async def decided(desk: Desk) -> str:
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    return reference


async def test_who_is_asked_for_an_opinion_is_written_to_in_their_language_when_it_has_been_looked_at(
    clerk: Visitor, desk: Desk
):
    reference, form = await desk.receives(), typed("yttrande", {**ASKED, "due_on": "2031-03-14"})

    looked_at = await sends(clerk, reference, "yttrande", form)
    before = (await desk.reads(reference))["referrals"]
    await sends(clerk, reference, "yttrande", form, gor="skicka")

    assert "14 March 2031" in looked_at
    assert "[The link is here, which is made when the mail is sent.]" in looked_at
    assert before == []
    assert len((await desk.reads(reference))["referrals"]) == 1


async def test_a_day_that_the_mail_needs_is_asked_for_with_what_was_typed(clerk: Visitor, desk: Desk):
    reference = await desk.receives()
    form = {**hidden((await clerk.get(f"{CASES}/{reference}")).text, "yttrande"), **typed("yttrande", ASKED)}

    answer = await clerk.post(f"{CASES}/{reference}/yttrande", {**form, "yttrande.due_on": ""})

    assert answer.status_code == 422
    assert "Fyll i fältet." in answer.text
    assert "Påverkas vägen?</textarea>" in answer.text


async def test_who_else_is_served_a_decision_is_written_to_when_it_has_been_looked_at(clerk: Visitor, desk: Desk):
    reference, form = await decided(desk), typed("delge-annan", NEIGHBOUR)

    looked_at = await sends(clerk, reference, "delge-annan", form)
    before = (await desk.reads(reference))["decisions"][0]["parties"]
    await sends(clerk, reference, "delge-annan", form, gor="skicka")

    assert NO_LINK_YET in looked_at
    assert before == []
    assert len((await desk.reads(reference))["decisions"][0]["parties"]) == 1


async def test_what_is_sent_again_says_when_it_is_served(clerk: Visitor, desk: Desk):
    reference = await decided(desk)

    looked_at = await sends(clerk, reference, "skicka-igen", {"skicka-igen.party_id": ""})
    before = (await desk.reads(reference))["decisions"][0]["served_on"]
    await sends(clerk, reference, "skicka-igen", {"skicka-igen.party_id": ""}, gor="skicka")

    assert f"Beslutet i ärende {reference} skickas till dig igen" in looked_at
    assert before is None
    assert date.fromisoformat((await desk.reads(reference))["decisions"][0]["served_on"]) > date.today()


async def test_a_message_is_looked_at_with_the_mail_that_says_there_is_one(clerk: Visitor, desk: Desk):
    reference, form = await desk.receives(), typed("meddelande", {"text": "Vi mäter bullret på tisdag."})

    looked_at = await sends(clerk, reference, "meddelande", form)
    before = (await desk.reads(reference))["messages"]
    await sends(clerk, reference, "meddelande", form, gor="skicka")

    assert f"Du har ett nytt meddelande i ärende {reference}" in looked_at
    assert "Vi mäter bullret på tisdag." in looked_at.partition(">I ärendet<")[2].partition("<form")[0]
    assert before == []
    assert len((await desk.reads(reference))["messages"]) == 1


async def test_an_empty_message_is_asked_for_before_anything_is_looked_at(clerk: Visitor, desk: Desk):
    looked_at = await sends(clerk, await desk.receives(), "meddelande", typed("meddelande", {"text": " "}))

    assert "<title>Fel:" in looked_at
    assert "Fyll i fältet." in looked_at


DECIDE = ("decisions", {"decision": NO_ACTION})
SERVED = {"served_on": date.today().isoformat()}
LETTER = {"text": "Jag överklagar.", "received_on": date.today().isoformat()}
APPEALED = (DECIDE, ("decision-receipt", SERVED), ("appeals", LETTER))
RULED = {"ruling": "annulled", "ruled_by": "Länsstyrelsen", "ruled_on": date.today().isoformat()}
STEPS_WITH_A_MAIL = {
    "forlang": ((), {"due_on": "2031-03-14"}, "Ny sista dag är 14 mars 2031."),
    "komplett": ((), {"on": ""}, "Inget saknas längre i ärende {reference}"),
    "flytta": ((), {"unit": "avlopp"}, "Ärende {reference} har gått till en annan enhet"),
    "sla-ihop": ((), {"reference": "{other}"}, "{reference} går vidare som {other}"),
    "avsluta": ((), {}, "Ärende {reference} är avslutat"),
    "delgivning": (
        (DECIDE,),
        {"party_id": "", "service": "receipt", **SERVED},
        "Du har fått del av beslutet i ärende {reference}",
    ),
    "overklagande": (APPEALED[:2], LETTER, "Beslutet i ärende {reference} är överklagat"),
    "overlamna": (APPEALED, {}, "Överklagandet i ärende {reference} är överlämnat"),
    "avgorande": ((*APPEALED, ("appeals/forwarding", None)), RULED, "Överklagandet i ärende {reference} är avgjort"),
}


@pytest.mark.parametrize("step", STEPS_WITH_A_MAIL)
async def test_a_step_is_looked_at_with_its_mail_before_it_is_taken(clerk: Visitor, desk: Desk, step: str):
    first, given, said = STEPS_WITH_A_MAIL[step]
    case = {"reference": await desk.receives(), "other": await desk.receives()}
    for taken, answers in first:
        await desk.takes(case["reference"], taken, answers)
    form = typed(step, {name: text.format(**case) for name, text in given.items()})
    before = (await desk.reads(case["reference"]))["version"]

    looked_at = await sends(clerk, case["reference"], step, form)
    then = (await desk.reads(case["reference"]))["version"]
    await sends(clerk, case["reference"], step, form, gor="skicka")

    assert said.format(**case) in looked_at
    assert then == before
    assert (await desk.reads(case["reference"]))["version"] == before + 1


async def test_the_address_that_is_corrected_is_written_to_when_it_has_been_looked_at(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    await desk.takes(reference, "decisions/1/parties", {"name": "Nils Granne", "email": "fel@example.com"})
    [nils] = (await desk.reads(reference))["decisions"][0]["parties"]
    form = typed("ratta-adress", {"party_id": nils["id"], "email": "nils@example.com"})

    looked_at = await sends(clerk, reference, "ratta-adress", form)

    assert NO_LINK_YET in looked_at
    assert "Nils Granne" in looked_at.partition("Mejlet till")[2].partition("</h2>")[0]


@pytest.mark.parametrize("step", ["koppla", "sla-ihop"])
async def test_a_mistyped_reference_is_said_at_its_box_with_what_was_typed(clerk: Visitor, desk: Desk, step: str):
    page = await sends(clerk, await desk.receives(), step, typed(step, {"reference": "AAAA-AAAA"}))

    assert "<title>Fel:" in page
    assert re.search(rf'id="svar-{step}-reference"[^>]* value="AAAA-AAAA"', page)
    assert "Inget ärende har den referensen." in page


async def test_a_mail_about_a_case_that_has_changed_since_it_was_read_is_refused_with_what_changed(
    clerk: Visitor, desk: Desk
):
    reference = await desk.receives()
    read = hidden((await clerk.get(f"{CASES}/{reference}")).text, "avsluta")
    await desk.takes(reference, "messages", {"text": "Vi mäter bullret på tisdag."})

    answer = await clerk.post(f"{CASES}/{reference}/avsluta", read)

    assert answer.status_code == 422
    assert "<title>Fel:" in answer.text
    assert f"Ärende {reference} är avslutat" not in answer.text


async def test_a_mail_about_a_step_is_shown_in_the_applicants_language(clerk: Visitor, desk: Desk):
    reference = await desk.receives(language="en")

    looked_at = await sends(clerk, reference, "avsluta", {})

    assert f"Case {reference} is closed" in looked_at
