"""Somebody who opens a restaurant asks the guide, registers with what it fills in, and pays by the taxa, once."""

from datetime import timedelta

from deploy.casework import Restaurant, restaurant, send_in
from deploy.demo import RESTAURANT
from deploy.submissions import somebody
from shared.clock import day_in_sweden, now

TOLD_THE_GUIDE = {**RESTAURANT, "main_orientation": "servering_restaurang"}


async def registration(system, http):
    """What the guide leads to: which e-service, and the answers that it fills in."""
    result = await http.get(f"{system.apis.permit_guide}/permit-guide/result", params=TOLD_THE_GUIDE)
    links = [one["eservice"] for one in result.raise_for_status().json()["obligations"]]
    return next(link for link in links if link and link["id"] == "livsmedel-registrering")


async def exported(system, http, head, diary_number):
    """The lines about the case in the basis of invoices that is taken out now."""
    today = day_in_sweden(now())
    period = {"unit": "livsmedel", "since": (today - timedelta(1)).isoformat(), "until": today.isoformat()}
    taken_out = await http.post(f"{system.apis.intake}/fee-exports", json=period, headers=head)
    if taken_out.status_code == 409:
        return []
    number = taken_out.raise_for_status().json()["number"]
    lines = await http.get(f"{system.apis.intake}/fee-exports/{number}", headers=head)
    return [line for line in lines.raise_for_status().json()["items"] if line["diary_number"] == diary_number]


async def test_a_restaurant_asks_the_guide_registers_and_is_invoiced_once(system, http, anna, chief):
    head = system.token("unit-head", subject="bo")
    link = await registration(system, http)
    typed = {name: one for name, one in restaurant(somebody("krog")).items() if name != "main_orientation"}
    answers = {**typed, **link["answers"]}
    told = await http.post(f"{system.apis.intake}/eservices/{link['id']}/fee", json={"answers": answers})
    applicant = await send_in(http, system.apis, link["id"], answers, system.resident())

    await Restaurant(anna, chief, applicant).is_handled()
    approved = await chief.take(applicant.reference, "fees", {})
    case = await anna.read(applicant.reference)
    first = await exported(system, http, head, case["diary_number"])
    second = await exported(system, http, head, case["diary_number"])

    assert link["answers"] == {"main_orientation": "servering_restaurang"}
    assert case["status"] == "decided"
    assert approved["amount"] == told.json()["calculation"]["amount"]
    assert [line["amount"] for line in first] == [approved["amount"]]
    assert second == []
