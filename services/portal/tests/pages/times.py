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


async def of_staff(scene: Any) -> str:
    """Times of the business guide's: one is booked, one is free and one is closed."""
    taken, _, shut = await booked.opened(scene.system, 3)
    await booked.booked(scene.system, taken)
    await booked.closed(scene.system, shut)
    return STAFF


async def of_several_units(scene: Any) -> str:
    await booked.published_another(scene.system)
    await booked.opened(scene.system)
    await booked.opened(scene.system, unit=booked.OTHER_UNIT)
    return STAFF


async def of_no_unit(scene: Any) -> str:
    await booked.published_another(scene.system, bookable=False)
    return STAFF


async def closing_a_booked_one(scene: Any) -> str:
    taken, _ = await booked.opened(scene.system)
    await booked.booked(scene.system, taken)
    return f"{STAFF}?stang={taken}"


STAFF = "/handlaggare/tider"
ROWS: list[dict[str, Any]] = [
    {"name": "tid-erbjuden", "at": sent_in},
    {"name": "tid-valj", "at": to_choose},
    {"name": "tid-valj-ingen", "at": to_choose, "form": {}, "status": 422},
    {"name": "tid-bokad", "at": chosen},
    {"name": "tid-avbokad", "at": "/tider/klart?hur=avbokad"},
    {"name": "tid-andrad", "at": "/tider/klart"},
    {"name": "tider-oppnade", "at": of_staff, "who": "nora vik"},
    {"name": "tider-stang", "at": closing_a_booked_one, "who": "nora vik"},
    {
        "name": "tider-fel",
        "at": STAFF,
        "who": "nora vik",
        "status": 422,
        "form": {"minutes": "tre", "place": "Rådhuset"},
    },
    {"name": "tider-flera-enheter", "at": of_several_units, "who": "alma sund"},
    {"name": "tider-inga-enheter", "at": of_no_unit, "who": "karl åberg"},
    {"name": "tider-inte-for-andra", "at": STAFF, "who": "bo lund", "status": 403},
]
