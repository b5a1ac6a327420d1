"""Whom a step's mail reaches, and whom it does not and why, is seen before the step is taken."""

import re

import pytest

from portal.clients.previews import DecisionPreview
from portal.clients.staff_cases import Case
from portal.clients.steps import Steps
from portal.staff.case_previews import PREVIEWS

from .casework import NO_ACTION, Desk
from .test_staff_cases import sends
from .test_staff_previews import LETTER, NEIGHBOUR, SERVED, decided, typed
from .visitors import Visitor

CHANGED = typed("foresla-andring", {**NO_ACTION, "legal_basis": "26 kap. 9 § miljöbalken", "reasons": "Ny mätning."})


NO_ADDRESS = "får inget mejl: det finns ingen adress."
SECRECY = "får inget mejl: ärendet är sekretessmarkerat och visas inte genom en länk."


async def looks(visitor: Visitor, reference: str, step: str, form: dict[str, str]) -> str:
    """The words of the page that is looked at before the step."""
    return re.sub(r"<[^>]+>", "", await sends(visitor, reference, step, form))


async def serves(desk: Desk, reference: str, name: str, email: str | None = "granne@example.com") -> str:
    """The decision on a neighbour; the neighbour's id."""
    await desk.takes(reference, "decisions/1/parties", {"name": name, "email": email})
    parties = (await desk.reads(reference))["decisions"][0]["parties"]
    return next(str(one["id"]) for one in parties if one["party_name"] == name)


async def test_that_nobody_is_mailed_without_an_address_is_said(clerk: Visitor, desk: Desk):
    form = typed("delge-annan", {**NEIGHBOUR, "email": ""})

    looked_at = await looks(clerk, await decided(desk), "delge-annan", form)

    assert f"Nils Granne {NO_ADDRESS}" in looked_at
    assert "Mejlet till" not in looked_at


async def test_who_else_is_served_what_changes_a_decision_is_named_with_their_mail(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    for name in ("Nils Granne", "Eva Granne"):
        await serves(desk, reference, name)

    looked_at = await looks(clerk, reference, "foresla-andring", CHANGED)

    assert looked_at.count("Mejlet till Nils Granne, Eva Granne") == 1
    assert looked_at.count("Beslutet som rör dig i ärende") == 1


async def test_who_gets_no_mail_beside_those_who_do_is_named(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    await serves(desk, reference, "Nils Granne")
    await serves(desk, reference, "Eva Granne", email=None)

    looked_at = await looks(clerk, reference, "foresla-andring", CHANGED)

    assert "Mejlet till Nils Granne" in looked_at
    assert f"Eva Granne {NO_ADDRESS}" in looked_at


async def test_that_secrecy_and_not_an_address_is_why_somebody_gets_no_mail_is_said(head: Visitor, desk: Desk):
    reference = await decided(desk)
    await serves(desk, reference, "Nils Granne")
    await desk.takes(reference, "secrecy", {"confidential": True})

    looked_at = await looks(head, reference, "foresla-andring", CHANGED)

    assert f"Nils Granne {SECRECY}" in looked_at
    assert "Mejlet till Nils Granne" not in looked_at


async def test_that_secrecy_is_why_nobody_is_mailed_is_said(head: Visitor, desk: Desk):
    reference = await decided(desk)
    nils = await serves(desk, reference, "Nils Granne")
    await desk.takes(reference, "secrecy", {"confidential": True})

    form = typed("delgivning", {"party_id": nils, "service": "receipt", **SERVED})
    looked_at = await looks(head, reference, "delgivning", form)

    assert f"Nils Granne {SECRECY}" in looked_at
    assert NO_ADDRESS not in looked_at


async def test_that_an_address_and_not_secrecy_is_why_somebody_gets_no_mail_is_said(head: Visitor, desk: Desk):
    reference = await decided(desk)
    eva = await serves(desk, reference, "Eva Granne", email=None)
    await desk.takes(reference, "secrecy", {"confidential": True})

    looked_at = await looks(head, reference, "overklagande", typed("overklagande", {**LETTER, "party_id": eva}))

    assert "Mejlet till den sökande" in looked_at
    assert f"Eva Granne {NO_ADDRESS}" in looked_at


@pytest.mark.parametrize("has_address", [True, False])
async def test_that_the_applicant_gets_no_mail_of_an_anonymous_case_is_said(
    clerk: Visitor, desk: Desk, has_address: bool
):
    reference = await desk.receives(anonymous=True, complainant_email=None)
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    await serves(desk, reference, "Nils Granne", email="granne@example.com" if has_address else None)

    looked_at = await looks(clerk, reference, "foresla-andring", CHANGED)

    assert f"Den sökande {NO_ADDRESS}" in looked_at
    assert ("Mejlet till Nils Granne" in looked_at) == has_address


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
        language="en", unmailed_because=None, to_party=to_party, party_name=None, enclosed=None
    )
    case = Case.model_construct(reference="K7M4-P2XR", language="sv", is_mailed=True)

    shown = await PREVIEWS["dismissal"](Dismissing(told), case, {})

    assert [(one.language, one.facts["template"], one.facts.get("own")) for one in shown.mails] == templates
    assert shown.decision is told


async def test_that_a_neighbour_appeals_is_registered_and_the_neighbour_is_told(clerk: Visitor, desk: Desk):
    reference = await decided(desk)
    nils = await serves(desk, reference, "Nils Granne")
    form = typed("overklagande", {**LETTER, "party_id": nils})

    looked_at = await looks(clerk, reference, "overklagande", form)
    await sends(clerk, reference, "overklagande", form, gor="skicka")

    assert "Mejlet till Nils Granne" in looked_at
    assert [one["party_id"] for one in (await desk.reads(reference))["appeals"]] == [nils]
