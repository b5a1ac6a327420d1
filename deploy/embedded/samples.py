"""Houses, job ads and events that an embedded system begins with, sent in and published over the APIs."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.embedded.tokens import bearer, staff_token
from deploy.submissions import Apis
from shared.clock import SWEDEN

DATA = Path(__file__).parent / "samples.yaml"
WAITING = ("submitted", "posted")
"""What a house or an ad is until an officer publishes or declines it."""
AT_ONCE = 4
"""SQLite takes one writer at a time, and on a slow disk the last of many waits too long."""
OFFICER = "housing-officer recruitment-officer"
Sample = dict[str, Any]


@dataclass(frozen=True)
class Samples:
    """The APIs, asked as an officer who publishes what is sent in."""

    http: httpx.AsyncClient
    apis: Apis
    officer: dict[str, str]
    today: date
    turns: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, AT_ONCE))

    async def send(self) -> int:
        """Send in all of those that are not there, and publish those that wait. How many are new."""
        sent = await asyncio.gather(self._houses(), self._ads(), self._events())
        return sum(sent)

    async def _houses(self) -> int:
        url = f"{self.apis.housing}/houses"
        there = await self._listed(f"{self.apis.housing}/staff/houses", "property_designation")
        sending = (self._published(url, house(one), there.get(one["property"])) for one in known()["houses"])
        return sum(await asyncio.gather(*sending))

    async def _ads(self) -> int:
        url = f"{self.apis.recruitment}/ads"
        there = await self._listed(f"{self.apis.recruitment}/staff/ads", "headline")
        sending = (self._published(url, ad(one, self.today), there.get(one["headline"])) for one in known()["ads"])
        return sum(await asyncio.gather(*sending))

    async def _events(self) -> int:
        url = f"{self.apis.recruitment}/events"
        there = await self._listed(url, "title")
        new = [event(one, self.today) for one in known()["events"] if one["title"] not in there]
        await asyncio.gather(*(self._post(url, one, self.officer) for one in new))
        return len(new)

    async def _listed(self, url: str, name: str) -> dict[str, Sample]:
        """All of a list, each by its name."""
        found: dict[str, Sample] = {}
        wanted: dict[str, Any] | None = {"limit": 100}
        while wanted:
            answer = await self.http.get(url, params=wanted, headers=self.officer)
            page = answer.raise_for_status().json()
            found |= {item[name]: item for item in page["items"]}
            wanted = {"limit": 100, "after": page["next"]} if page["next"] else None
        return found

    async def _published(self, url: str, form: Sample, there: Sample | None) -> bool:
        """Whether it was sent in: it was not there."""
        one = there or await self._post(url, form, {})
        if one["status"] in WAITING:
            await self._post(f"{url}/{one['id']}/publication", None, self.officer)
        return there is None

    async def _post(self, url: str, form: Sample | None, headers: dict[str, str]) -> Sample:
        async with self.turns:
            answer = await self.http.post(url, json=form, headers=headers)
        saved: Sample = answer.raise_for_status().json()
        return saved


async def send_samples(apis: Apis, issuer: str) -> int:
    """Send to a running system what it does not have of them: how many that is.

    Raises httpx.HTTPError when it does not take them.
    """
    officer = bearer(staff_token(issuer, roles=OFFICER))
    async with httpx.AsyncClient(timeout=30) as http:
        return await Samples(http, apis, officer, datetime.now(SWEDEN).date()).send()


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
