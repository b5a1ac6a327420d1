"""Events: the list, one in each state, and a registration from its form to what came of it."""

from typing import TYPE_CHECKING, Any

from .. import begun
from ..visitors import Visitor
from .houses import within

if TYPE_CHECKING:
    from ..registry import Scene

ADA = {"name": "Ada Byron", "email": "ada@example.com", "party_size": "2"}


async def listed(scene: "Scene") -> str:
    await begun.begun(scene)
    return "/evenemang"


def _by_link(name: str, has_begun: bool = False, **event: Any) -> dict[str, Any]:
    """A row of somebody who has opened the link in the mail about their registration."""

    async def at(scene: "Scene") -> str:
        page = await begun.announced(scene, **event)
        await begun.registered(scene, page)
        scene.links[name] = await begun.registered(scene, page, party_size=2)
        if has_begun:
            await begun.started(scene, page)
        return scene.links[name].rpartition("/")[0]

    return {"name": name, "at": at}


async def cancelled(scene: "Scene") -> str:
    row = _by_link("egen-anmalan-avbokad")
    path: str = await row["at"](scene)
    visitor = Visitor(scene.portal)
    await visitor.get(scene.links[row["name"]])
    await visitor.post(path)
    return path


ROWS = [
    {"name": "evenemang", "at": listed},
    {"name": "evenemang-ett", "at": begun.event_page},
    {"name": "evenemang-fullt", "at": begun.full_page},
    {"name": "evenemang-stangt", "at": begun.closed_page},
    {"name": "anmalan", "at": within(begun.fair_page, "/anmalan")},
    {"name": "anmalan-fel", "at": within(begun.event_page, "/anmalan"), "status": 422, "form": {"name": "Ada"}},
    {"name": "anmalan-kontrollera", "at": within(begun.event_page, "/anmalan"), "form": ADA},
    {"name": "anmald", "at": within(begun.event_page, "/anmald?besked=confirmed&antal=2")},
    {"name": "vantelista", "at": within(begun.event_page, "/anmald?besked=waitlisted&antal=1")},
    _by_link("egen-anmalan"),
    _by_link("egen-anmalan-vantelista", capacity=2, title="Jobbmässa i Åre"),
    _by_link("egen-anmalan-borjat", has_begun=True),
    {**_by_link("egen-anmalan-for-sent", has_begun=True), "status": 422, "form": {}},
    {"name": "egen-anmalan-avbokad", "at": cancelled},
    {"name": "egen-anmalan-stangd", "at": "/anmalan/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b", "status": 403},
]
