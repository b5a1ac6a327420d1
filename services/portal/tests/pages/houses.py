"""Empty houses: the list, one, and what somebody writes about one or offers."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .. import begun

if TYPE_CHECKING:
    from ..registry import Scene


def within(page: Callable[["Scene"], Awaitable[str]], rest: str) -> Callable[["Scene"], Awaitable[str]]:
    async def path(scene: "Scene") -> str:
        return await page(scene) + rest

    return path


async def listed(scene: "Scene") -> str:
    await begun.begun(scene)
    return "/tomma-hus"


ROWS = [
    {"name": "tomma-hus", "at": listed},
    {"name": "tomma-hus-inget", "at": "/tomma-hus?ort=Ingenstans&erbjudande=sale"},
    {"name": "hus", "at": begun.house_page},
    {"name": "hus-fel", "at": begun.house_page, "status": 422, "form": {"name": "Sam Seeker", "email": "sam"}},
    {"name": "hus-skickat", "at": within(begun.house_page, "/skickat")},
    {"name": "erbjud-hus", "at": "/tomma-hus/erbjud"},
    {"name": "erbjud-hus-fel", "at": "/tomma-hus/erbjud", "status": 422, "form": {"area": "Lit", "rooms": "många"}},
    {"name": "erbjud-hus-mottaget", "at": "/tomma-hus/erbjud/mottaget"},
]
