"""One real submission of each kind, as a public frontend would send it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

DIARY = b"%PDF-1.4\n% a diary of disturbances\n%%EOF\n"


@dataclass(frozen=True)
class Apis:
    """Where the services answer."""

    intake: str
    housing: str
    recruitment: str
    notifications: str
    permit_guide: str


@dataclass(frozen=True)
class Submission:
    """What somebody sends in, where its task will be, and who will have the mail."""

    kind: str
    topic: str
    queue: str
    url: str
    form: dict[str, Any]
    recipient: str


Compose = Callable[[httpx.AsyncClient, Apis, dict[str, str]], Awaitable[Submission]]


def complaint(recipient: str) -> dict[str, Any]:
    """A complaint about noise, by somebody with that address."""
    answers = {
        "nuisance": "buller",
        "place": "Storgatan 12, Östersund",
        "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
        "frequency": "standigt",
        "contacted_responsible": True,
        "anonymous": False,
        "complainant_email": recipient,
    }
    return {"eservice": "klagomal-olagenhet", "language": "sv", "answers": answers}


async def application(http: httpx.AsyncClient, apis: Apis, _: dict[str, str]) -> Submission:
    """A complaint, with a diary that was sent ahead."""
    recipient = somebody("klagande")
    sent = await http.post(f"{apis.intake}/attachments", files={"file": ("dagbok.pdf", DIARY, "application/pdf")})
    form = complaint(recipient)
    form["answers"]["diary"] = [_accepted(sent)["id"]]
    url = f"{apis.intake}/applications"
    return Submission("application", "eservice-intake.events", "halsoskydd", url, form, recipient)


async def house(_http: httpx.AsyncClient, apis: Apis, _: dict[str, str]) -> Submission:
    recipient = somebody("agare")
    form = {
        "area": "Lockne",
        "house_type": "croft",
        "condition": "renovate",
        "offer": "sale",
        "price_idea": 350_000,
        "heating": "wood",
        "water": "well",
        "years_empty": 12,
        "description": "Torp med jordkällare och utsikt över sjön.",
        "property_designation": "Lockne-Byn 2:15",
        "position": {"easting": 487_250, "northing": 6_982_400},
        "owner": {"name": "Karin Ek", "email": recipient, "phone": "070-123 45 67", "language": "sv"},
        "listing_consent": True,
    }
    return Submission("house", "housing.events", "boende", f"{apis.housing}/houses", form, recipient)


async def job_ad(_http: httpx.AsyncClient, apis: Apis, _: dict[str, str]) -> Submission:
    recipient = somebody("foretag")
    form = {
        "headline": "Kock till fjällhotell",
        "description": {"text": "Du lagar mat från grunden med råvaror från trakten."},
        "employer": {"name": "Fjällgården AB", "organization_number": "556000-4615"},
        "occupation": {"label": "Kockar och kallskänkor", "ssyk": "5120"},
        "number_of_vacancies": 2,
        "application_deadline": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
        "application_details": {"email": "jobb@example.com"},
        "workplace_address": {"municipality": "Östersund"},
        "employment_type": "seasonal",
        "working_hours_type": "full_time",
        "sector": "restaurang",
        "language": "sv",
        "contact_email": recipient,
    }
    return Submission("job ad", "recruitment.events", "rekrytering", f"{apis.recruitment}/ads", form, recipient)


async def registration(http: httpx.AsyncClient, apis: Apis, staff: dict[str, str]) -> Submission:
    """A registration, in English, for an event that staff announce first."""
    recipient = somebody("participant")
    starts = datetime.now(UTC) + timedelta(days=21)
    event = {
        "title": "Inflyttarkväll",
        "description": "Träffa företag, föreningar och grannar.",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=3)).isoformat(),
        "place": "Rådhuset, Östersund",
        "capacity": 40,
        "kind": "relocation",
    }
    announced = await http.post(f"{apis.recruitment}/events", json=event, headers=staff)
    form = {"name": "Ada Byron", "email": recipient, "party_size": 2, "language": "en"}
    url = f"{apis.recruitment}/events/{_accepted(announced)['id']}/registrations"
    return Submission("registration", "recruitment.events", "rekrytering", url, form, recipient)


ALL: tuple[Compose, ...] = (application, house, job_ad, registration)


def somebody(name: str) -> str:
    """An address nobody had before, so that its mail is this run's."""
    return f"{name}.{uuid4().hex[:8]}@example.com"


def _accepted(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer
