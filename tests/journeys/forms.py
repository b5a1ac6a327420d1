"""Every form, filled in with words that can be known again."""

import json
from datetime import timedelta
from typing import Any

import httpx

from deploy import submissions
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.rules import attachment_ids
from eservice_intake.identities.residents import Resident
from eservice_intake.identities.rules import with_identity
from shared.clock import day_in_sweden, now
from tests.answers import NAMES, filled_in

PDF = b"%PDF-1.4\n% "
RUT, BO = "198112189876", "197001012397"


async def open_survey(http: httpx.AsyncClient, system) -> None:
    """Open a round of the business survey, unless one is: without one nobody can answer."""
    form = {"name": "Hösten 2030", "answer_by": (day_in_sweden(now()) + timedelta(30)).isoformat()}
    opened = await http.post(f"{system.apis.intake}/survey-rounds", json=form, headers=system.token("administrator"))
    assert opened.status_code in (201, 409), opened.text


async def apply(http: httpx.AsyncClient, system, eservice: EService, told: set[str]) -> str | None:
    """Send in an application with everything in it, files too. Returns whom the first mail goes to."""
    answers, traces = filled_in(eservice)
    body = json.dumps({"eservice": eservice.id, "language": "sv", "answers": answers})
    for attachment_id in attachment_ids(eservice, answers).values():
        name = next(NAMES)
        told.add(name)
        file = (f"{name}.pdf", PDF + name.encode(), "application/pdf")
        sent = await http.post(f"{system.apis.intake}/attachments", files={"file": file})
        body = body.replace(str(attachment_id), sent.raise_for_status().json()["id"])
    headers = {"Content-Type": "application/json", **system.resident()}
    received = await http.post(f"{system.apis.intake}/applications", content=body, headers=headers)
    assert received.status_code == 201, f"{eservice.id}: {received.text}"
    proved = with_identity(eservice, answers, Resident(RUT, "Rut Alm", ""))
    told |= traces - {str(answer) for name, answer in answers.items() if proved[name] != answer}
    told -= numbers_of(eservice, answers)
    return answers.get("signer_email") or answers.get(eservice.receipt_to)


def numbers_of(eservice: EService, answers: dict[str, Any]) -> set[str]:
    """Answers with personal identity numbers, which are sealed."""
    return {str(answers[field.name]) for field in eservice.form if field.type == "personnr" and field.name in answers}


def marked(form: dict[str, Any], told: set[str], **names: str) -> dict[str, Any]:
    """The form with something that can be known again in the fields, each named by its path."""
    changed = json.loads(json.dumps(form))
    for path, text in names.items():
        *groups, field = path.split("__")
        part = changed
        for group in groups:
            part = part[group]
        part[field] = text.replace("…", next(NAMES))
        told.add(part[field])
    return changed


async def offer_house(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    """Offer a house, publish it and ask about it. Returns the addresses of owner and seeker."""
    composed = await submissions.house(http, system.apis, staff)
    words = {"area": "…", "description": "Torp … med brunn.", "property_designation": "… 2:15"}
    form = marked(composed.form, told, **words, owner__name="… Ek", owner__email="….owner@example.com")
    house = (await http.post(composed.url, json=form)).raise_for_status().json()["id"]
    await http.post(f"{system.apis.housing}/houses/{house}/publication", headers=staff)
    seeker = {"name": "… Seeker", "email": "….seeker@example.com", "message": "Hej från … och …!"}
    asked = marked({"phone": "031-390 06 31"}, told, **seeker)
    (await http.post(f"{system.apis.housing}/houses/{house}/interests", json=asked)).raise_for_status()
    return [form["owner"]["email"], asked["email"]]


async def post_ad(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    composed = await submissions.job_ad(http, system.apis, staff)
    words = {"headline": "Kock till …", "description__text": "Laga mat hos …", "employer__name": "… AB"}
    more = {"occupation__label": "Kock, …", "application_details__email": "….jobb@example.com"}
    address = {"workplace_address__city": "…", "contact_email": "….chef@example.com"}
    form = marked(composed.form, told, **words, **more, **address)
    ad = (await http.post(composed.url, json=form)).raise_for_status().json()["id"]
    (await http.post(f"{system.apis.recruitment}/ads/{ad}/publication", headers=staff)).raise_for_status()
    return [form["contact_email"]]


async def register(http: httpx.AsyncClient, system, staff, told: set[str]) -> list[str]:
    composed = await submissions.registration(http, system.apis, staff)
    form = marked(composed.form, told, name="… Byron", email="….guest@example.com")
    (await http.post(composed.url, json=form)).raise_for_status()
    return [form["email"]]
