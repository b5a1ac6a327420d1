"""The inbox of staff."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ..tasks import DONE_ID, HELD_ID, a_days_work, put

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
ROWS = [
    {"name": "inkorg", "at": _at(INBOX), "who": "maja berg"},
    {"name": "inkorg-alla", "at": _at(f"{INBOX}?ko=alla"), "who": "karl åberg"},
    {"name": "inkorg-klar", "at": _at(f"{INBOX}?gjort=klar&uppgift={DONE_ID}"), "who": "maja berg"},
    {"name": "inkorg-inget", "at": f"{INBOX}?ko=alla&q=finns+inte", "who": "maja berg"},
    {"name": "inkorg-tom", "at": f"{INBOX}?ko=mina", "who": "alma sund"},
    {
        "name": "inkorg-tagen-av-annan",
        "at": _at(f"{INBOX}?ko=alla"),
        "who": "maja berg",
        "status": 409,
        "form": {"ta": str(HELD_ID)},
    },
]
