"""Whatever staff change is kept with who did it, in the transaction that changes it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlmodel import col, select

from housing.app import api as housing
from notifications.app import api as notifications
from notifications.models.deliveries import Delivery
from notifications.models.tasks import Task
from recruitment.app import api as recruitment
from recruitment.models.ads import Ad
from recruitment.models.events import RecruitmentEvent
from shared.database import Database
from shared.tables import AuditEntry

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
Example = Callable[[str], Any]
BERIT: dict[str, Any] = {"subject": "berit"}


async def audited(database: Database, *things: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What was done with those things."""
    async with database.reading() as session:
        entries = await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        return [(one.who, one.action, one.details) for one in entries if any(map(one.names, things))]


@pytest.fixture
def noon() -> Iterator[None]:
    """The examples' deadlines lie ahead."""
    running = recruitment.state.clock
    recruitment.state.clock = lambda: NOON
    yield
    recruitment.state.clock = running


def counted(action: str) -> float:
    return REGISTRY.get_sample_value("kommunbuss_audited_total", {"action": action}) or 0.0


@pytest.mark.parametrize("app", [housing])
async def test_who_publishes_a_house_is_kept(client: httpx.AsyncClient, database: Database, example: Example, staff):
    before = counted("publish house")
    house = (await client.post("/houses", json=example("/houses"))).json()["id"]

    published = await client.post(f"/houses/{house}/publication", headers=staff("housing-officer", **BERIT))
    shown = await client.get("/staff/houses", headers=staff("housing-officer"))

    assert await audited(database, house) == [("berit", "publish house", {"house": house})]
    assert [one["published_by"] for one in shown.json()["items"] if one["id"] == house] == ["berit"]
    assert "berit" not in published.text
    assert counted("publish house") == before + 1


@pytest.mark.parametrize("app", [recruitment])
async def test_who_publishes_an_ad_and_who_announces_an_event_is_kept(
    client: httpx.AsyncClient, database: Database, example: Example, staff, noon
):
    ad = (await client.post("/ads", json=example("/ads"))).json()["id"]

    await client.post(f"/ads/{ad}/publication", headers=staff("recruitment-officer", **BERIT))
    event = await client.post("/events", json=example("/events"), headers=staff("recruitment-officer", **BERIT))

    announced = event.json()["id"]
    assert await audited(database, ad, announced) == [
        ("berit", "publish ad", {"ad": ad}),
        ("berit", "announce event", {"event": announced}),
    ]
    async with database.reading() as session:
        kept = await session.get(Ad, UUID(ad)), await session.get(RecruitmentEvent, UUID(announced))
    assert [kept[0] and kept[0].published_by, kept[1] and kept[1].announced_by] == ["berit", "berit"]
    assert "berit" not in event.text


@pytest.mark.parametrize(("app", "thing", "role"), [(housing, "house", "housing"), (recruitment, "ad", "recruitment")])
async def test_who_declines_a_house_or_an_ad_is_kept(
    client: httpx.AsyncClient, database: Database, example: Example, staff, noon, thing: str, role: str
):
    sent = (await client.post(f"/{thing}s", json=example(f"/{thing}s"))).json()["id"]

    reason = {"reason": "Det saknas uppgifter."}
    await client.post(f"/{thing}s/{sent}/refusal", json=reason, headers=staff(f"{role}-officer", **BERIT))

    assert await audited(database, sent) == [("berit", f"decline {thing}", {thing: sent})]


@pytest.mark.parametrize("app", [recruitment])
async def test_who_cancels_somebodys_registration_is_kept(
    client: httpx.AsyncClient, database: Database, example: Example, staff, noon
):
    officer = staff("recruitment-officer", **BERIT)
    event = (await client.post("/events", json=example("/events"), headers=officer)).json()["id"]
    guest = {"name": "Kim", "email": "kim@example.com"}
    registration = (await client.post(f"/events/{event}/registrations", json=guest)).json()["id"]

    await client.post(f"/staff/events/{event}/registrations/{registration}/cancellation", headers=officer)

    about = {"event": event, "registration": registration}
    assert await audited(database, registration) == [("berit", "cancel registration", about)]


@pytest.mark.parametrize("app", [recruitment])
async def test_who_gives_somebody_a_seat_is_kept(
    client: httpx.AsyncClient, database: Database, example: Example, staff, noon
):
    officer = staff("recruitment-officer", **BERIT)
    form = {**example("/events"), "capacity": 100}
    event = (await client.post("/events", json=form, headers=officer)).json()["id"]
    for number in range(4):
        guest = {"name": "Kim", "email": f"kim{number}@example.com", "party_size": 10}
        last = (await client.post(f"/events/{event}/registrations", json=guest)).json()["id"]

    await client.post(f"/staff/events/{event}/registrations/{last}/seat", headers=officer)

    assert await audited(database, last) == [("berit", "give seat", {"event": event, "registration": last})]


@pytest.mark.parametrize("app", [notifications])
async def test_who_held_a_task_and_gave_it_back_is_kept_when_somebody_else_has_finished_it(
    client: httpx.AsyncClient, database: Database, staff
):
    task = Task(event_id=uuid4(), about=str(uuid4()), queue="boende", title="Granska hus")
    async with database.transaction() as tx:
        tx.add(task)
    berit, bo = staff("caseworker", subject="berit"), staff("caseworker", subject="bo")

    for person, step in [(berit, "claim"), (berit, "release"), (bo, "claim"), (bo, "done")]:
        await client.post(f"/tasks/{task.id}/{step}", headers=person)

    about = {"task": str(task.id), "queue": "boende", "about": task.about}
    assert await audited(database, str(task.id)) == [
        ("berit", "claim task", about),
        ("berit", "release task", about),
        ("bo", "claim task", about),
        ("bo", "finish task", about),
    ]


@pytest.mark.parametrize("app", [notifications])
async def test_who_read_of_whose_mails_is_kept_with_which(client: httpx.AsyncClient, database: Database, staff):
    mail = Delivery(
        event_id=uuid4(),
        about=str(uuid4()),
        publisher="housing",
        unit="boende",
        contact_id=uuid4(),
        template="house_received",
        priority=1,
    )
    async with database.transaction() as tx:
        tx.add(mail)
    before = counted("read deliveries")

    for query in (f"about={mail.about}", "limit=1", f"event_id={uuid4()}"):
        await client.get(f"/deliveries?{query}", headers=staff("caseworker", **BERIT))

    assert await audited(database, str(mail.id)) == [
        ("berit", "read deliveries", {"about": mail.about, "mails": [str(mail.id)]}),
        ("berit", "read deliveries", {"mails": [str(mail.id)]}),
    ]
    assert counted("read deliveries") == before + 3


@pytest.mark.parametrize("app", [notifications])
async def test_what_is_refused_is_not_kept_as_done(client: httpx.AsyncClient, database: Database, staff):
    task = Task(event_id=uuid4(), about=str(uuid4()), queue="boende", title="Granska hus")
    async with database.transaction() as tx:
        tx.add(task)
    before = counted("finish task")

    refused = await client.post(f"/tasks/{task.id}/done", headers=staff("caseworker", **BERIT))

    assert refused.status_code == 409
    assert await audited(database, str(task.id)) == []
    assert counted("finish task") == before
