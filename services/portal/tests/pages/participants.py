"""Events and who comes to them: one with a waiting list, one that nobody has registered for, and a new one."""

from typing import TYPE_CHECKING

import httpx

from .. import begun

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/handlaggare/evenemang"
GUESTS = (("Åsa Öberg", 2), ("Per Lind", 1), ("Karim Haddad", 2), ("=cmd", 1))


async def with_guests(scene: "Scene") -> str:
    """An event of three seats that more want to come to."""
    event_id = (await begun.announced(scene, capacity=3, kind="recruitment", title="Jobbmässa")).rpartition("/")[2]
    async with httpx.AsyncClient(verify=False) as http:
        for at, (name, size) in enumerate(GUESTS):
            form = {"name": name, "email": f"gast{at}@example.com", "party_size": size, "role": "candidate"}
            url = f"{scene.system.apis.recruitment}/events/{event_id}/registrations"
            (await http.post(url, json=form)).raise_for_status()
    return f"{PAGE}/{event_id}/deltagare"


async def cancelling(scene: "Scene") -> str:
    """Somebody's registration, that is to be cancelled."""
    path = await with_guests(scene)
    event_id = path.split("/")[3]
    async with httpx.AsyncClient(verify=False) as http:
        url = f"{scene.system.apis.recruitment}/staff/events/{event_id}/registrations"
        found = await http.get(url, headers=scene.system.token("recruitment-officer"))
    return f"{path}?avboka={found.raise_for_status().json()['items'][0]['id']}"


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
