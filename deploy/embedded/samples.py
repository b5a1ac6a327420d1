"""Houses, job ads and events that an embedded system begins with, sent in and published over the APIs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.embedded.tokens import bearer, staff_token
from deploy.submissions import Apis
from shared.clock import SWEDEN

DATA = Path(__file__).parent / "samples.yaml"
OFFICER = "housing-officer recruitment-officer"
Sample = dict[str, Any]


@dataclass(frozen=True)
class Samples:
    """The APIs, asked as an officer who publishes what is sent in."""

    http: httpx.AsyncClient
    apis: Apis
    officer: dict[str, str]
    today: date

    async def lacking(self) -> list[str]:
        """The kinds of which there is nothing yet."""
        lists = {
            "houses": f"{self.apis.housing}/staff/houses",
            "ads": f"{self.apis.recruitment}/staff/ads",
            "events": f"{self.apis.recruitment}/events",
        }
        found = await asyncio.gather(*map(self._listed, lists.values()))
        return [kind for kind, items in zip(lists, found, strict=True) if not items]

    async def send(self, kinds: Sequence[str]) -> int:
        """Send in all of those kinds. How many things that is."""
        senders = {"houses": self._house, "ads": self._ad, "events": self._event}
        sent = [senders[kind](sample) for kind in kinds for sample in known()[kind]]
        await asyncio.gather(*sent)
        return len(sent)

    async def _listed(self, url: str) -> list[Sample]:
        answer = await self.http.get(url, params={"limit": 1}, headers=self.officer)
        items: list[Sample] = answer.raise_for_status().json()["items"]
        return items

    async def _house(self, sample: Sample) -> None:
        await self._published(f"{self.apis.housing}/houses", house(sample))

    async def _ad(self, sample: Sample) -> None:
        await self._published(f"{self.apis.recruitment}/ads", ad(sample, self.today))

    async def _event(self, sample: Sample) -> None:
        await self._post(f"{self.apis.recruitment}/events", event(sample, self.today), self.officer)

    async def _published(self, url: str, form: Sample) -> None:
        sent = await self._post(url, form, {})
        await self._post(f"{url}/{sent['id']}/publication", None, self.officer)

    async def _post(self, url: str, form: Sample | None, headers: dict[str, str]) -> Sample:
        answer = await self.http.post(url, json=form, headers=headers)
        saved: Sample = answer.raise_for_status().json()
        return saved


async def send_samples(apis: Apis, issuer: str, kinds: Sequence[str] | None = None) -> int:
    """Send those kinds to a running system, or those of which it has nothing: how many things that is.

    Raises httpx.HTTPError when it does not take them.
    """
    officer = bearer(staff_token(issuer, roles=OFFICER))
    async with httpx.AsyncClient(timeout=30) as http:
        samples = Samples(http, apis, officer, datetime.now(SWEDEN).date())
        return await samples.send(await samples.lacking() if kinds is None else kinds)


@cache
def known() -> dict[str, list[Sample]]:
    kinds: dict[str, list[Sample]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return kinds


def house(sample: Sample) -> Sample:
    """A house as its owner offers it."""
    facts = {name: value for name, value in sample.items() if name not in ("at", "property", "owner")}
    easting, northing = sample["at"]
    return {
        **facts,
        "property_designation": sample["property"],
        "position": {"easting": easting, "northing": northing},
        "owner": {"name": sample["owner"], "email": address(sample["owner"]), "language": "sv"},
        "listing_consent": True,
    }


def ad(sample: Sample, today: date) -> Sample:
    """An ad as its company posts it."""
    (label, ssyk), (company, number) = sample["occupation"], sample["company"]
    return {
        "headline": sample["headline"],
        "description": {"text": sample["text"]},
        "occupation": {"label": label, "ssyk": ssyk},
        "number_of_vacancies": sample["vacancies"],
        "application_deadline": (today + timedelta(days=sample["days"])).isoformat(),
        "application_details": {"email": address(company)},
        "workplace_address": {"municipality": "Östersund", "city": sample["city"]},
        "employment_type": sample["employment"],
        "working_hours_type": sample["hours"],
        "must_have": {"skills": sample.get("skills", []), "languages": sample.get("languages", [])},
        "nice_to_have": {"skills": sample.get("nice", [])},
        "sector": sample["sector"],
        "language": "sv",
        "employer": {"name": company, "organization_number": number},
        "contact_email": address(company),
    }


def event(sample: Sample, today: date) -> Sample:
    """An event as staff announce it. `closes` is how many days before it registration does."""
    starts = datetime.combine(today + timedelta(days=sample["days"]), time.fromisoformat(sample["at"]), SWEDEN)
    closes = starts - timedelta(days=sample.get("closes", 0))
    return {
        "title": sample["title"],
        "description": sample["text"],
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=sample["hours"])).isoformat(),
        "place": sample["place"],
        "capacity": sample["capacity"],
        "kind": sample["kind"],
        "language": sample.get("language", "sv"),
        "registration_closes_at": closes.isoformat(),
    }


def address(name: str) -> str:
    """Where nobody reads."""
    plain = name.lower().translate(str.maketrans("åäö ", "aao."))
    return f"{plain}@example.com"
