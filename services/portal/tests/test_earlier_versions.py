"""An e-service is changed by two people while somebody fills it in: the form goes on as it was begun."""

from datetime import timedelta

import httpx2

from shared.clock import now
from testkit.waiting import until
from tests.system import System

from . import drafts
from .applying import Applicant
from .visitors import Visitor

LAND = "industrimark"
BEGUN = {"purpose": "kontor"}


async def test_a_draft_goes_on_with_the_version_that_it_was_begun_with(visitor: Visitor, system: System):
    draft = f"{await drafts.draft_of(system, LAND, BEGUN)}/purpose"

    await changed(system, "Vad ska tomten användas till?")
    old = await Applicant.at(visitor, draft)
    saved = await old.press("Fortsätt", {"description": "Ett kontor för tolv personer."})
    new = await Applicant.at(visitor, f"/e-tjanster/{LAND}/utkast/nytt/purpose")

    assert "Vad ska tomten användas till?" not in old.text
    assert "Vad ska tomten användas till?" in new.text
    assert saved.answer.status_code == 200


async def test_a_draft_whose_version_has_closed_goes_on_in_the_one_that_holds(visitor: Visitor, system: System):
    draft = f"{await drafts.draft_of(system, LAND, BEGUN)}/purpose"

    await changed(system, "Till vad ska området användas?", within=timedelta(seconds=3))
    page = await Applicant.at(visitor, draft)
    saved = await page.press("Fortsätt", {"description": "Ett kontor för tolv personer."})

    assert "Till vad ska området användas?" in page.text
    assert saved.answer.status_code == 200


async def changed(system: System, label: str, within: timedelta | None = None) -> None:
    """Karin writes it, Olle approves it, and it is published; the API notices by itself."""
    karin, olle = (system.token("administrator", subject=name) for name in ("karin", "olle"))
    async with httpx2.AsyncClient(base_url=system.apis.intake, timeout=30) as http:
        address = await _written(http, label, karin)
        (await http.post(f"{address}/approval", headers=olle)).raise_for_status()
        times = dict.fromkeys(("effective_at", "earlier_close_at"), (now() + within).isoformat()) if within else {}
        published = (await http.post(f"{address}/publication", json=times, headers=karin)).raise_for_status().json()

        async def noticed() -> bool:
            shown = (await http.get(f"/eservices/{LAND}")).json()
            return bool(shown["version"] == published["version"])

        await until(noticed)


async def _written(http: httpx2.AsyncClient, label: str, who: dict[str, str]) -> str:
    """The address of a version with another label of the first question."""
    listed = (await http.get(f"/eservice-intake/definitions/eservice/{LAND}", headers=who)).raise_for_status().json()
    holding = next(one for one in listed["items"] if one["holds"])
    form = {"texts": [{"place": "fields.0", "language": "sv", "text": label}], "note": "Tydligare."}
    address = f"/eservice-intake/definition-versions/{holding['id']}/texts"
    version = (await http.post(address, json=form, headers=who)).raise_for_status().json()
    return f"/eservice-intake/definition-versions/{version['id']}"
