"""Events and who comes to them: one with a waiting list, one that nobody has registered for, and a new one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import httpx

from .. import begun

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/handlaggare/evenemang"
GUESTS = (("Åsa Öberg", 2), ("Per Lind", 1), ("Karim Haddad", 2), ("=cmd", 1))


HELD_BACK = tuple((name, 10) for name in ("Åsa Öberg", "Per Lind", "Karim Haddad", "Siv Moe"))
"""The last of them asks for more than one client's share of the seats."""


async def with_guests(scene: "Scene", guests: Sequence[tuple[str, int]] = GUESTS, capacity: int = 3) -> str:
    """An event of three seats that more want to come to."""
    event_id = (await begun.announced(scene, capacity=capacity, kind="recruitment", title="Jobbmässa")).rpartition("/")[
        2
    ]
    async with httpx.AsyncClient(verify=False) as http:
        for at, (name, size) in enumerate(guests):
            form = {"name": name, "email": f"gast{at}@example.com", "party_size": size, "role": "candidate"}
            url = f"{scene.system.apis.recruitment}/events/{event_id}/registrations"
            (await http.post(url, json=form)).raise_for_status()
    return f"{PAGE}/{event_id}/deltagare"


async def with_held_back(scene: "Scene") -> str:
    return await with_guests(scene, HELD_BACK, capacity=100)


async def ids_of(scene: "Scene", path: str) -> list[str]:
    """The registrations for the event on that page."""
    async with httpx.AsyncClient(verify=False) as http:
        url = f"{scene.system.apis.recruitment}/staff/events/{path.split('/')[3]}/registrations"
        found = await http.get(url, headers=scene.system.token("recruitment-officer"))
    return [one["id"] for one in found.raise_for_status().json()["items"]]


async def seated(scene: "Scene") -> str:
    path = await with_held_back(scene)
    return f"{path}?plats={(await ids_of(scene, path))[0]}"


async def cancelling(scene: "Scene") -> str:
    """Somebody's registration, that is to be cancelled."""
    path = await with_guests(scene)
    return f"{path}?avboka={(await ids_of(scene, path))[0]}"


async def cancelled(scene: "Scene") -> str:
    return f"{await with_guests(scene)}?avbokad=1"


async def begun_already(scene: "Scene") -> str:
    path = await with_guests(scene)
    await begun.started(scene, path.removesuffix("/deltagare"))
    return path


async def cancelling_too_late(scene: "Scene") -> str:
    path, _, registration_id = (await cancelling(scene)).partition("?avboka=")
    await begun.started(scene, path.removesuffix("/deltagare"))
    return f"{path}/{registration_id}/avboka"


async def without_guests(scene: "Scene") -> str:
    return f"{PAGE}/{(await begun.announced(scene)).rpartition('/')[2]}/deltagare?nytt=1"


async def list_for_the_door(scene: "Scene") -> str:
    return f"{await with_guests(scene)}/lista"


async def events(scene: "Scene") -> str:
    await with_guests(scene)
    return PAGE


ROWS = [
    {"name": "evenemang-och-deltagare", "at": events, "who": "rita norén"},
    {"name": "deltagare", "at": with_guests, "who": "rita norén"},
    {"name": "deltagare-plats", "at": seated, "who": "rita norén"},
    {"name": "deltagare-avboka", "at": cancelling, "who": "rita norén"},
    {"name": "deltagare-avbokad", "at": cancelled, "who": "rita norén"},
    {"name": "deltagare-borjat", "at": begun_already, "who": "rita norén"},
    {"name": "deltagare-avboka-for-sent", "at": cancelling_too_late, "who": "rita norén", "status": 422, "form": {}},
    {"name": "deltagare-inga", "at": without_guests, "who": "rita norén"},
    {"name": "deltagare-lista", "at": list_for_the_door, "who": "rita norén"},
    {"name": "evenemang-nytt", "at": f"{PAGE}/nytt", "who": "rita norén"},
    {
        "name": "evenemang-nytt-fel",
        "at": f"{PAGE}/nytt",
        "who": "rita norén",
        "status": 422,
        "form": {"title": "Inflyttarkväll", "capacity": "många", "starts_at-ar": "2020"},
    },
]
