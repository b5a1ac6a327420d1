"""Whom a step's mail reaches, and whom it does not and why, is seen before the step is taken."""

import re

import pytest

from portal.clients.previews import DecisionPreview
from portal.clients.staff_cases import Case
from portal.clients.steps import Steps
from portal.staff.case_previews import PREVIEWS

from .casework import NO_ACTION, Desk
from .test_staff_cases import sends
from .test_staff_previews import LETTER, NEIGHBOUR, decided, typed
from .visitors import Visitor

CHANGED = typed("foresla-andring", {**NO_ACTION, "legal_basis": "26 kap. 9 § miljöbalken", "reasons": "Ny mätning."})


async def test_that_nobody_is_mailed_without_an_address_is_said(clerk: Visitor, desk: Desk):
    looked_at = await sends(clerk, await decided(desk), "delge-annan", typed("delge-annan", {**NEIGHBOUR, "email": ""}))

    assert "Inget mejl skickas: det finns ingen adress." in looked_at


async def test_who_else_is_served_what_changes_a_decision_is_named_with_their_mail(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    for name in ("Nils Granne", "Eva Granne"):
        await desk.takes(reference, "decisions/1/parties", {"name": name, "email": "granne@example.com"})

    looked_at = await sends(clerk, reference, "foresla-andring", CHANGED)

    assert re.sub(r"<[^>]+>", "", looked_at).count("Mejlet till Nils Granne, Eva Granne") == 1
    assert looked_at.count("Beslutet som rör dig i ärende") == 1


async def test_who_gets_no_mail_beside_those_who_do_is_named(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    for name, email in (("Nils Granne", "granne@example.com"), ("Eva Granne", "")):
        await desk.takes(reference, "decisions/1/parties", {"name": name, "email": email or None})

    looked_at = re.sub(r"<[^>]+>", "", await sends(clerk, reference, "foresla-andring", CHANGED))

    assert "Mejlet till Nils Granne" in looked_at
    assert "Eva Granne får inget mejl: det finns ingen adress." in looked_at


async def test_that_secrecy_and_not_an_address_is_why_somebody_gets_no_mail_is_said(head: Visitor, desk: Desk):
    reference = await decided(desk)
    await desk.takes(reference, "decisions/1/parties", {"name": "Nils Granne", "email": "granne@example.com"})
    await desk.takes(reference, "secrecy", {"confidential": True})

    looked_at = re.sub(r"<[^>]+>", "", await sends(head, reference, "foresla-andring", CHANGED))

    assert "Nils Granne får inget mejl: ärendet är sekretessbelagt och visas inte genom en länk." in looked_at
    assert "Mejlet till Nils Granne" not in looked_at


async def test_that_nobody_is_mailed_about_an_anonymous_case_is_said(clerk: Visitor, desk: Desk):
    reference = await desk.receives(anonymous=True, complainant_email=None)

    looked_at = await sends(clerk, reference, "avsluta", {})

    assert "Inget mejl skickas: det finns ingen adress." in looked_at


class Dismissing(Steps):
    """What the API shows of a dismissal, with no API."""

    def __init__(self, shown: DecisionPreview) -> None:
        self.shown = shown

    async def preview_dismissal(self, reference: str, form: object) -> DecisionPreview:
        return self.shown


@pytest.mark.parametrize(
    ("to_party", "templates"),
    [
        (False, [("en", "appeal_dismissed", True)]),
        (True, [("en", "party_appeal_dismissed", None), ("sv", "appeal_dismissed", False)]),
    ],
)
async def test_of_a_dismissal_whoever_appealed_is_told_and_the_applicant(to_party: bool, templates: list[object]):
    told = DecisionPreview.model_construct(
        language="en", is_mailed=True, to_party=to_party, party_name=None, enclosed=None
    )
    case = Case.model_construct(reference="K7M4-P2XR", language="sv", is_mailed=True)

    shown = await PREVIEWS["dismissal"](Dismissing(told), case, {})

    assert [(one.language, one.facts["template"], one.facts.get("own")) for one in shown.mails] == templates
    assert shown.decision is told


async def test_that_a_neighbour_appeals_is_registered_and_the_neighbour_is_told(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    await desk.takes(reference, "decisions/1/parties", {"name": "Nils Granne", "email": "nils@example.com"})
    [nils] = (await desk.reads(reference))["decisions"][0]["parties"]
    form = typed("overklagande", {**LETTER, "party_id": nils["id"]})

    looked_at = re.sub(r"<[^>]+>", "", await sends(clerk, reference, "overklagande", form))
    await sends(clerk, reference, "overklagande", form, gor="skicka")

    assert "Mejlet till Nils Granne" in looked_at
    assert [one["party_id"] for one in (await desk.reads(reference))["appeals"]] == [nils["id"]]
