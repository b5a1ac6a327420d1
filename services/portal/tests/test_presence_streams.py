"""Who has a case open is told while its page is open, to those who may open the case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest

from deploy.embedded.tokens import staff_token
from portal import presence, sessions
from portal.app import create_app
from portal.models import Kind
from portal.sessions import Person
from portal.settings import PortalSettings
from portal.staff import case_live, inbox_list, inbox_live
from shared.clock import now
from testkit.waiting import until
from tests.system import System

from .casework import Desk
from .registry import Scene
from .visitors import OURS

HOURS, MINUTES = timedelta(hours=1), timedelta(minutes=1)
KARL = Person(Kind.STAFF, "karl åberg", "Karl Åberg", "token", 0)


class Portal:
    """A portal in this process, at the services of the system. The test moves its clock."""

    def __init__(self, system: System) -> None:
        self.system = system
        kept = {"data_dir": system.folder, "database_url": system.environment["DATABASE_URL"]}
        self.app = create_app(
            PortalSettings(**kept, intake_url=system.apis.intake, notifications_url=system.apis.notifications)
        )
        self.database = self.app.state.database
        self.at = now()
        self.app.state.clock = lambda: self.at

    async def signs_in(self, role: str = "caseworker", unit: str = "halsoskydd") -> "Maja":
        token = staff_token(self.system.issuer, "maja berg", role, unit)
        ends = (self.at + 8 * HOURS).timestamp()
        person = Person(Kind.STAFF, "maja berg", "Maja Berg", token, ends, roles=[role], units=[unit])
        return Maja(self, person, await sessions.begin(self.database, person, "", self.at))


class Maja:
    """Somebody who has signed in to it."""

    def __init__(self, portal: Portal, person: Person, cookie: str) -> None:
        self.portal = portal
        self.person = person
        self.cookie = cookie

    async def get(self, path: str) -> int:
        """How it is answered, when the answer has ended."""
        headers = {**OURS, "Cookie": f"staff={self.cookie}"}
        transport = httpx2.ASGITransport(self.portal.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://portal", headers=headers) as browser:
            return (await browser.get(path)).status_code

    @asynccontextmanager
    async def opens(self, reference: str) -> AsyncIterator[asyncio.Task[int]]:
        """The stream of the case's page, which others see."""
        stream = asyncio.create_task(self.get(stream_of(reference)))
        await until(lambda: stream.done() or self.is_seen_at(reference))
        assert not stream.done()
        yield stream
        await self.end()
        await until(stream.done)

    async def is_seen_at(self, reference: str) -> bool:
        others = await presence.others_at(self.portal.database, [reference], KARL, self.portal.at)
        return others == {reference: ["Maja Berg"]}

    async def end(self) -> None:
        await sessions.forget(self.portal.database, Kind.STAFF, self.cookie)


def stream_of(reference: str) -> str:
    return f"/handlaggare/arenden/{reference}/strom"


@pytest.fixture
async def ours(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Portal]:
    for live in (case_live, inbox_live):
        monkeypatch.setattr(live, "LOOKED_EVERY_SECONDS", 0.05)
    ours = Portal(scene.system)
    async with ours.app.state.services:
        yield ours
    await ours.database.close()


async def test_who_signs_out_is_no_longer_told_and_no_longer_told_of(ours: Portal, desk: Desk):
    reference = await desk.receives()
    maja = await ours.signs_in()
    async with maja.opens(reference) as stream:
        await maja.end()

        assert await until(stream.done)
        assert not await maja.is_seen_at(reference)


async def test_who_signs_out_is_told_no_more_of_the_inbox(ours: Portal, monkeypatch: pytest.MonkeyPatch):
    looks: list[object] = []

    async def listed_by(*asked: object) -> object:
        looks.append(asked)
        return await inbox_list.listed_by(*asked)

    monkeypatch.setattr(inbox_live, "listed_by", listed_by)
    maja = await ours.signs_in()
    stream = asyncio.create_task(maja.get("/handlaggare/inkorg/strom?enhet=halsoskydd"))
    await until(lambda: len(looks) > 1 or stream.done())
    was_told = not stream.done()

    await maja.end()

    assert await until(stream.done)
    assert (was_told, stream.result()) == (True, 200)


@pytest.mark.parametrize(("step", "form"), [("secrecy", {"confidential": True}), ("move", {"unit": "avlopp"})])
async def test_who_may_not_open_the_case_any_longer_is_told_no_more(
    ours: Portal, desk: Desk, step: str, form: dict[str, object]
):
    reference = await desk.receives()
    maja = await ours.signs_in()
    async with maja.opens(reference) as stream:
        await desk.takes(reference, step, form)
        ours.at += MINUTES

        assert await until(stream.done)
        assert not await maja.is_seen_at(reference)
        assert await maja.get(stream_of(reference)) == 404


async def test_the_head_of_the_unit_is_told_also_when_the_case_is_confidential(ours: Portal, desk: Desk):
    reference = await desk.receives()
    await desk.takes(reference, "secrecy", {"confidential": True})
    head = await ours.signs_in("unit-head")

    async with head.opens(reference) as stream:
        assert not stream.done()


@pytest.mark.parametrize("role", ["caseworker", "registrator"])
async def test_who_works_in_another_unit_is_not_told(ours: Portal, desk: Desk, role: str):
    reference = await desk.receives()
    maja = await ours.signs_in(role, "avlopp")

    assert await maja.get(stream_of(reference)) == 404


async def test_an_administrator_is_told_in_every_unit(ours: Portal, desk: Desk):
    reference = await desk.receives()
    maja = await ours.signs_in("administrator", "avlopp")

    async with maja.opens(reference) as stream:
        assert not stream.done()


async def test_who_comes_and_goes_wakes_no_other_page(ours: Portal, desk: Desk):
    change = ours.app.state.changes.upcoming()
    reference = await desk.receives()
    maja = await ours.signs_in()

    async with maja.opens(reference) as stream:
        await maja.end()
        await until(stream.done)

    assert not change.is_set()


@pytest.mark.parametrize("stream", [stream_of("A2KD-7NQX"), "/handlaggare/inkorg/strom?rader=x"])
async def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(ours: Portal, stream: str):
    maja = await ours.signs_in()
    began_at = ours.at
    ours.at += 40 * MINUTES

    assert await maja.get(stream) == 404
    [session, *_] = await sessions.of_person(ours.database, maja.person, ours.at)
    assert session.used_at == began_at
