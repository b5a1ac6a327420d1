"""A case that has been received, and what staff do with it, for tests."""

from sqlmodel import select

from shared.tables import AuditEntry

ANONYMOUS = {
    "nuisance": "buller",
    "place": "Storgatan 1, Östersund",
    "description": "Fläkten på taket låter hela natten.",
    "frequency": "ofta",
    "contacted_responsible": False,
    "anonymous": True,
}
COMPLAINT = {**ANONYMOUS, "anonymous": False, "complainant_email": "anna@exempel.se"}
COMPANY = {
    "orgnr": "556000-4615",
    "company_name": "Älgen AB",
    "contact_name": "Karin Ek",
    "contact_email": "karin@exempel.se",
    "contact_phone": "070-174 06 05",
    "company_address": {"street": "Storgatan 12", "postal_code": "831 30", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "invoice_same_as_applicant": True,
    "declaration": True,
}

COMPOST = {
    "applicant_name": "Somebody Else",
    "applicant_email": "karin@exempel.se",
    "applicant_phone": "070-174 06 05",
    "applicant_address": {"street": "Storgatan 1", "postal_code": "83131", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "waste_kind": ["matavfall"],
    "households": 1,
    "container_model": "Varmkompost",
    "insulated": True,
    "pest_proof": True,
    "distance_neighbour_m": 10,
    "spreading_place": "Trädgården",
    "declaration": True,
}
DISCOVERY = {
    **{
        name: COMPOST[name] for name in ("applicant_name", "applicant_email", "applicant_phone", "property_designation")
    },
    "discovered_at": "2026-01-01T12:00:00+01:00",
    "place": "Diket vid Storgatan 1",
    "medium": "mark",
    "description": "Olja i diket",
    "acute": False,
}
RESTAURANT = {
    "orgnr": "556000-4615",
    "company_name": "Krogen AB",
    "contact_name": "Bo Berg",
    "contact_email": "bo@exempel.se",
    "contact_phone": "070-174 06 05",
    "company_address": {"street": "Storgatan 1", "postal_code": "83131", "city": "Östersund"},
    "property_designation": "Odensala 1:23",
    "existing_facility": "Krogen",
    "change_type": "namn",
    "effective_date": "2026-12-01",
    "description": "Krogen heter Värdshuset.",
    "declaration": True,
}


async def received(client, eservice="klagomal-olagenhet", language="sv", **answers):
    """The receipt of an application."""
    body = {"eservice": eservice, "language": language, "answers": {**COMPLAINT, **answers}}
    response = await client.post("/applications", json=body)
    assert response.status_code == 201, response.text
    return response.json()


def secret_of(receipt):
    return {"X-Application-Secret": receipt["secret"]}


async def shown(client, headers, receipt):
    response = await client.get(f"/cases/{receipt['reference']}", headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def take(client, headers, receipt, step, form=None, version=None):
    """The answer to a step; the version is the one that the case has now, unless another is given."""
    if version is None:
        version = (await shown(client, headers, receipt))["version"]
    headers = {**headers, "If-Match": f'"{version}"'}
    return await client.post(f"/cases/{receipt['reference']}/{step}", json=form, headers=headers)


async def audited(database, **details):
    """The audit's actions whose details have these."""
    async with database.reading() as session:
        entries = (await session.exec(select(AuditEntry).order_by(AuditEntry.id))).all()
    return [entry.action for entry in entries if details.items() <= entry.details.items()]
