"""A time with staff: chosen, booked, moved and cancelled."""

from typing import Any

from .. import booked, drafts


async def to_choose(scene: Any) -> str:
    await booked.opened(scene.system)
    return f"{drafts.sent_path(await booked.asked(scene.system))}/tid"


async def chosen(scene: Any) -> str:
    slot, _ = await booked.opened(scene.system)
    return f"{drafts.sent_path(await booked.booked(scene.system, slot))}/tid"


async def sent_in(scene: Any) -> str:
    return drafts.sent_path(await booked.asked(scene.system))


ROWS: list[dict[str, Any]] = [
    {"name": "tid-erbjuden", "at": sent_in},
    {"name": "tid-valj", "at": to_choose},
    {"name": "tid-valj-ingen", "at": to_choose, "form": {}, "status": 422},
    {"name": "tid-bokad", "at": chosen},
    {"name": "tid-avbokad", "at": "/tider/klart?hur=avbokad"},
    {"name": "tid-andrad", "at": "/tider/klart"},
]
