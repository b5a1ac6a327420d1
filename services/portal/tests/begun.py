"""What the houses, the job ads and the events of the tests are: what the embedded system begins with, and some more."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from deploy.embedded.samples import send_samples
from recruitment.models.events import RecruitmentEvent, Registration
from shared.clock import now
from shared.database import Database
from shared.tables import OUTBOX
from testkit.waiting import until

if TYPE_CHECKING:
    from .registry import Scene

SENT = "samples"


async def begun(scene: "Scene") -> None:
    """Send in what the system begins with, once."""
    if SENT not in scene.arranged:
        await send_samples(scene.system.apis, scene.system.issuer)
        scene.arranged[SENT] = "sent"


async def first(scene: "Scene", url: str, **wanted: str) -> str:
    """The id of the first thing in a list, as everybody sees it."""
    await begun(scene)
    async with httpx.AsyncClient(verify=False) as http:
        answer = await http.get(url, params=wanted)
    return str(answer.raise_for_status().json()["items"][0]["id"])


async def house_page(scene: "Scene") -> str:
    return f"/tomma-hus/{await first(scene, f'{scene.system.apis.housing}/houses', area='Lit')}"


async def job_page(scene: "Scene") -> str:
    return f"/lediga-jobb/{await first(scene, f'{scene.system.apis.recruitment}/ads', q='sjuksköterska')}"


async def event_page(scene: "Scene") -> str:
    return f"/evenemang/{await first(scene, f'{scene.system.apis.recruitment}/events', kind='relocation')}"


async def fair_page(scene: "Scene") -> str:
    """A fair, where one comes in a role."""
    return f"/evenemang/{await first(scene, f'{scene.system.apis.recruitment}/events', kind='recruitment')}"


async def full_page(scene: "Scene") -> str:
    """An event of one seat, which somebody has."""
    page = await announced(scene, capacity=1, title="Tur med skogsvaktaren")
    form = {"name": "Ada Byron", "email": "ada@example.com"}
    async with httpx.AsyncClient(verify=False) as http:
        url = f"{scene.system.apis.recruitment}/events/{page.rpartition('/')[2]}/registrations"
        (await http.post(url, json=form)).raise_for_status()
    return page


async def registered(scene: "Scene", event: str, **more: Any) -> str:
    """The path of the link in the mail to somebody who has registered for the event."""
    form = {"name": "Eva Ek", "email": f"{uuid4().hex}@example.com", **more}
    async with httpx.AsyncClient(verify=False) as http:
        url = f"{scene.system.apis.recruitment}/events/{event.rpartition('/')[2]}/registrations"
        answer = (await http.post(url, json=form)).raise_for_status()
    database = Database(scene.system.settings("recruitment"))
    async with database.transaction() as tx:
        registration = await tx.get_one(Registration, UUID(answer.json()["id"]), with_for_update=True)
        link = registration.new_link("/anmalan")
    await database.close()
    return link


async def started(scene: "Scene", event: str) -> None:
    """An hour ago."""
    database = Database(scene.system.settings("recruitment"))
    async with database.transaction() as tx:
        held = await tx.get_one(RecruitmentEvent, UUID(event.rpartition("/")[2]), with_for_update=True)
        held.starts_at = now() - timedelta(hours=1)
        tx.add(held)
    await database.close()


async def closed_page(scene: "Scene") -> str:
    """An event whose registration closed a moment ago."""
    closes = now() + timedelta(seconds=1)
    page = await announced(scene, title="Kurs i husbehovsodling", registration_closes_at=closes.isoformat())
    await until(lambda: now() > closes, 10)
    return page


async def announced(scene: "Scene", **more: Any) -> str:
    starts: datetime = now() + timedelta(days=400)
    event = {
        "title": "Träff",
        "description": "Vi ses vid kajen.",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(days=1)).isoformat(),
        "place": "Badhusparken, Östersund",
        "capacity": 40,
        "kind": "trip",
        **more,
    }
    officer = scene.system.token("recruitment-officer")
    async with httpx.AsyncClient(verify=False) as http:
        answer = await http.post(f"{scene.system.apis.recruitment}/events", json=event, headers=officer)
    return f"/evenemang/{answer.raise_for_status().json()['id']}"


async def told_by(scene: "Scene", service: str) -> int:
    """How many events the service has told the others of: one for each thing that was sent in."""
    database = Database(scene.system.settings(service))
    async with database.transaction() as tx:
        count = (await (await tx.connection()).execute(sa.select(sa.func.count()).select_from(OUTBOX))).scalar_one()
    await database.close()
    return int(count)
