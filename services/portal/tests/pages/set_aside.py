"""The queue of what failed: grouped, one cause, one message that waits and one that is discarded, a parked event."""

from typing import TYPE_CHECKING

import httpx

from ..set_aside import PAGE, dead_letter, parked_event

if TYPE_CHECKING:
    from ..registry import Scene

ERROR = "owner_contact_id: missing"


async def queue(scene: "Scene") -> str:
    await dead_letter(scene.system, ERROR)
    await dead_letter(scene.system, "KeyError")
    await parked_event(scene.system)
    return PAGE


async def one_cause(scene: "Scene") -> str:
    await dead_letter(scene.system, ERROR)
    return f"{PAGE}/notifications/mottagna?fel={ERROR}"


async def parked(scene: "Scene") -> str:
    return (await parked_event(scene.system)).rpartition("/")[0]


async def letter(scene: "Scene") -> str:
    return await dead_letter(scene.system, ERROR, owner_contact_id="Anna Ek")


async def event(scene: "Scene") -> str:
    return await parked_event(scene.system)


async def discarded(scene: "Scene") -> str:
    page = await dead_letter(scene.system, ERROR)
    url = f"{scene.system.apis.notifications}/notifications/dead-letters/{page.rpartition('/')[2]}/discard"
    async with httpx.AsyncClient(verify=False) as http:
        form = {"reason": "Huset är registrerat på nytt för hand."}
        (await http.post(url, json=form, headers=scene.system.token("administrator"))).raise_for_status()
    return page


async def without_a_reason(scene: "Scene") -> str:
    return f"{await dead_letter(scene.system, ERROR)}/avskriv"


ROWS = [
    {"name": "felko", "at": queue, "who": "alma sund"},
    {"name": "felko-en-orsak", "at": one_cause, "who": "alma sund"},
    {"name": "felko-gick-inte-att-skicka", "at": parked, "who": "alma sund"},
    {"name": "felko-inget-vantar", "at": f"{PAGE}/notifications/mottagna?fel=OSError", "who": "alma sund"},
    {"name": "felko-meddelande", "at": letter, "who": "alma sund"},
    {"name": "felko-meddelande-avskrivet", "at": discarded, "who": "alma sund"},
    {"name": "felko-parkerad-handelse", "at": event, "who": "alma sund"},
    {"name": "felko-avskriv-utan-skal", "at": without_a_reason, "who": "alma sund", "status": 422, "form": {}},
    {"name": "felko-inte-for-handlaggare", "at": PAGE, "who": "maja berg", "status": 403},
]
