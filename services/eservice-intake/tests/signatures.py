"""An application that a contractor fills in and an owner signs, for tests."""

import sqlalchemy as sa

from eservice_intake.cases.models import Case
from shared.events import SignatureRequested

from .files import send_file

OWNER, CONTRACTOR = "agare@exempel.se", "borrare@exempel.se"
HEAT_PUMP = {
    "applicant_name": "Karin Ek",
    "applicant_personnr": "198112189876",
    "applicant_email": CONTRACTOR,
    "applicant_phone": "070-174 06 05",
    "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "invoice_same_as_applicant": True,
    "filled_by": "contractor",
    "signer_name": "Karin Ek",
    "signer_email": OWNER,
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


async def sent_in(client, **answers):
    plan = answers.pop("site_plan", None) or await send_file(client, name="plan.pdf")
    form = {"eservice": "varmepump", "language": "sv", "answers": {**HEAT_PUMP, "site_plan": plan, **answers}}
    return await client.post("/applications", json=form)


async def fill_in(client, **answers):
    response = await sent_in(client, **answers)
    assert response.status_code == 201, response.text
    return response.json()


async def events_of(published, receipt):
    return [event for event in await published.fetch() if event.reference == receipt["reference"]]


async def requests(published, receipt):
    return [event for event in await events_of(published, receipt) if isinstance(event, SignatureRequested)]


async def rows_of(database, query):
    async with database.reading() as reading:
        return (await (await reading.connection()).execute(query)).scalars().all()


async def cases_of(database, receipt):
    return await rows_of(database, sa.select(Case.id).where(Case.reference == receipt["reference"]))
