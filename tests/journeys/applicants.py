"""What applicants send in, and the mails they get of it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from deploy.casework import restaurant, send_in
from deploy.submissions import complaint
from shared.clock import SWEDEN

TODAY = datetime.now(SWEDEN).date()
REPORTED = {
    "orgnr",
    "company_name",
    "contact_name",
    "contact_email",
    "contact_phone",
    "company_address",
    "property_designation",
    "invoice_same_as_applicant",
    "declaration",
}


def somebody(name: str) -> str:
    return f"{name}.{uuid4().hex[:12]}@example.com"


async def file_sent(system, http, name: str) -> str:
    """The id of a file that was sent ahead."""
    sent = await http.post(f"{system.apis.intake}/attachments", files={"file": (name, b"%PDF-1.7 " + name.encode())})
    return sent.raise_for_status().json()["id"]


async def a_complaint(system, http):
    """An applicant who complains about noise, and their address."""
    recipient = somebody("klagande")
    form = complaint(recipient)
    return await send_in(http, system.apis, form["eservice"], form["answers"]), recipient


async def subjects(system, recipient: str, count: int) -> list[str]:
    """The subjects of the recipient's mails, once there are so many."""
    return [mail["subject"] for mail in await system.until_mailed(recipient, count)]


async def heat_pump(system, http, contractor: str, owner: str) -> dict[str, Any]:
    """A heat pump in a lake, as a contractor fills it in."""
    return {
        "site_plan": await file_sent(system, http, "plan.pdf"),
        "applicant_name": "Kerstin Krog",
        "applicant_email": contractor,
        "applicant_phone": "070-174 06 05",
        "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
        "property_designation": "Odensala 1:23",
        "invoice_same_as_applicant": True,
        "filled_by": "contractor",
        "signer_name": "Kerstin Krog",
        "signer_email": owner,
        "heat_source": "sjo",
        "water_protection_area": False,
        "manufacturer": "Nibe",
        "model": "S1255",
        "power_output_kw": 12,
        "heat_transfer_fluid": "etanol",
        "collector_length_m": 300,
        "distance_boundary_m": 20,
        "declaration": True,
    }


async def refrigerants(system, http, recipient: str) -> dict[str, Any]:
    """Last year's report of refrigerants."""
    company = {name: answer for name, answer in restaurant(recipient).items() if name in REPORTED}
    unit = {
        "designation": "KA1",
        "refrigerant": "R-134a",
        "charge_kg": 20,
        "gwp": 1430,
        "co2e_tonnes": 28.6,
        "refilled_kg": 0,
        "recovered_kg": 0,
    }
    return {
        **company,
        "report_year": TODAY.year - 1,
        "matter": "arsrapport",
        "units": [unit],
        "certified_company": "Kyl AB",
        "technician_certificates": "1234",
        "leak_occurred": False,
        "report_file": await file_sent(system, http, "rapport.pdf"),
    }
