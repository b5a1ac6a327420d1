"""From a known sender's application to the decision that they open: real processes."""

import httpx

from deploy import submissions

CONTENT = {"outcome": "no_action", "reasons": "Inget behöver saneras.", "legal_basis": ["miljöbalken 10 kap. 11 §"]}


async def answers_of(http, system):
    sent = await http.post(
        f"{system.apis.intake}/attachments", files={"file": ("karta.pdf", submissions.DIARY, "application/pdf")}
    )
    return {
        "applicant_email": "rut.alm@example.com",
        "applicant_name": "Rut Alm",
        "applicant_phone": "070-174 06 05",
        "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
        "property_designation": "Östersund Odensala 1:23",
        "discovered_at": "2026-05-01T09:00:00+02:00",
        "medium": "mark",
        "description": "Det luktar olja i källaren.",
        "acute": False,
        "map": sent.raise_for_status().json()["id"],
    }


async def step(http, case, headers, noun, form):
    version = (await http.get(case, headers=headers)).raise_for_status().headers["ETag"]
    return await http.post(f"{case}/{noun}", json=form, headers={**headers, "If-Match": version})


async def test_a_known_sender_is_mailed_the_copy_and_opens_the_decision(system):
    staff = system.token("caseworker", subject="anna")
    async with httpx.AsyncClient(timeout=20) as http:
        form = {"eservice": "fororening-upplysning", "language": "sv", "answers": await answers_of(http, system)}
        sent = await http.post(f"{system.apis.intake}/applications", json=form, headers=system.resident())
        receipt = sent.raise_for_status().json()
        [mail] = await system.until_mailed("rut.alm@example.com")
        case = f"{system.apis.intake}/cases/{receipt['reference']}"
        decided = await step(http, case, staff, "decisions", {"decision": CONTENT})
        opened = f"{system.apis.intake}/applications/{receipt['reference']}/decision"
        secret = {"X-Application-Secret": receipt["secret"]}
        paper = await http.get(f"{opened}/pdf", headers=secret)
        confirmed = await http.post(f"{opened}/receipt", headers=secret)

    text, copy = mail.iter_parts()
    assert "> Beskrivning: Det luktar olja i källaren." in text.get_content().replace("\r\n", "\n")
    assert (copy.get_content_type(), copy.get_content()[:5]) == ("application/pdf", b"%PDF-")
    assert (decided.status_code, decided.json()["case_status"]) == (200, "decided")
    assert paper.content.startswith(b"%PDF-")
    assert confirmed.json()["appeal_until"] is not None
