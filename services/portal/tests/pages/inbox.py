"""The inbox of staff."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..tasks import DONE_ID, HELD_ID, a_days_work, put
from ..visitors import Visitor

if TYPE_CHECKING:
    from ..registry import Scene


def _at(path: str) -> "Callable[[Scene], Awaitable[str]]":
    """The first row that is looked at puts the tasks there."""

    async def there(scene: "Scene") -> str:
        if "tasks" not in scene.arranged:
            scene.arranged["tasks"] = "in the inbox"
            await put(scene.system, *a_days_work())
        return path

    return there


INBOX = "/handlaggare/inkorg"


async def _saved(scene: "Scene") -> str:
    """Somebody who has named two views, one of which is looked at."""
    maja = Visitor(scene.portal)
    await maja.sign_in("maja berg")
    for name, more in (("Försenade avlopp", "ko=forsenade&enhet=avlopp"), ("Värmepumpar", "ko=alla&q=pump")):
        await maja.post(f"{INBOX}/vyer", {"vy": f"{INBOX}?{more}", "namn": name})
    return await _at(f"{INBOX}?ko=alla&q=pump")(scene)


ROWS = [
    {"name": "inkorg", "at": _at(INBOX), "who": "maja berg"},
    {"name": "inkorg-alla", "at": _at(f"{INBOX}?ko=alla"), "who": "karl åberg"},
    {"name": "inkorg-klar", "at": _at(f"{INBOX}?gjort=klar&uppgift={DONE_ID}"), "who": "maja berg"},
    {"name": "inkorg-inget", "at": f"{INBOX}?ko=alla&q=finns+inte", "who": "maja berg"},
    {"name": "inkorg-sparad", "at": _saved, "who": "maja berg"},
    {
        "name": "inkorg-vy-med-for-langt-namn",
        "at": f"{INBOX}/vyer",
        "who": "maja berg",
        "status": 422,
        "form": {
            "vy": f"{INBOX}?ko=alla&q=brunn",
            "namn": "Anmälningar om brunnar och värmepumpar i hela kommunen, även sena",
        },
    },
    {"name": "inkorg-tom", "at": f"{INBOX}?ko=mina", "who": "alma sund"},
    {
        "name": "inkorg-tagen-av-annan",
        "at": _at(f"{INBOX}?ko=alla"),
        "who": "maja berg",
        "status": 409,
        "form": {"ta": str(HELD_ID)},
    },
]
