"""The business survey: for everybody with a result and open for the next round, and for those who ask."""

from typing import TYPE_CHECKING, Any

from .. import surveys

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/naringslivsundersokning"
STAFF = "/handlaggare/undersokningar"


async def with_result(scene: "Scene") -> str:
    """A round that companies of five sectors have answered and is closed, and the next one, which is open."""
    first = await surveys.opened(scene.system, "Hösten 2026")
    await surveys.answered_by_all(scene.system)
    await surveys.closed(scene.system, first)
    await surveys.opened(scene.system, "Våren 2031")
    return f"{PAGE}?omgang={first}"


async def not_open(scene: "Scene") -> str:
    await surveys.none_is_open(scene.system)
    return "/e-tjanster/naringslivsundersokning"


async def none_open(scene: "Scene") -> str:
    await surveys.none_is_open(scene.system)
    return STAFF


async def one_open(scene: "Scene") -> str:
    await surveys.opened(scene.system, "Hösten 2027")
    return STAFF


async def being_answered(scene: "Scene") -> str:
    round_id = await surveys.opened(scene.system, "Våren 2027")
    await surveys.invited(scene.system, round_id)
    await surveys.answered(scene.system, 0, 2, 5)
    return f"{STAFF}/{round_id}"


async def just_opened(scene: "Scene") -> str:
    return f"{STAFF}/{await surveys.opened(scene.system, 'Hösten 2028')}?ny=1"


async def closing(scene: "Scene") -> str:
    return f"{await being_answered(scene)}?stang=1"


async def over(scene: "Scene") -> str:
    path = await being_answered(scene)
    await surveys.closed(scene.system, path.rpartition("/")[2])
    return path


async def inviting(scene: "Scene") -> str:
    return f"{await being_answered(scene)}/inbjudningar"


WRONG = f"{surveys.ORGNRS[0]}; Krog 0 AB; krog0@example.com\n556000-0000; Krog 1 AB; krog"
ROWS: list[dict[str, Any]] = [
    {"name": "naringslivsundersokning", "at": with_result},
    {"name": "undersokning-inte-oppen", "at": not_open, "passes": True},
    {"name": "undersokningar", "at": one_open, "who": "nora vik", "passes": True},
    {"name": "undersokningar-oppna", "at": none_open, "who": "nora vik", "passes": True},
    {
        "name": "undersokningar-oppna-fel",
        "at": none_open,
        "who": "nora vik",
        "status": 422,
        "form": {"name": "Våren"},
        "passes": True,
    },
    {"name": "undersokningar-inte-for-andra", "at": STAFF, "who": "maja berg", "status": 403},
    {"name": "undersokning-ny", "at": just_opened, "who": "nora vik", "passes": True},
    {"name": "undersokning", "at": being_answered, "who": "nora vik", "passes": True},
    {
        "name": "undersokning-fel-rad",
        "at": inviting,
        "who": "nora vik",
        "status": 422,
        "form": {"companies": WRONG},
        "passes": True,
    },
    {"name": "undersokning-stang", "at": closing, "who": "nora vik", "passes": True},
    {"name": "undersokning-stangd", "at": over, "who": "nora vik"},
]
