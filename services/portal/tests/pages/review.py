"""Houses and ads that wait, one of each, and what is published, declined, or decided by somebody else just now."""

from typing import TYPE_CHECKING

import httpx

from deploy.submissions import house, job_ad

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/handlaggare/granska"


async def waiting_house(scene: "Scene") -> str:
    return f"{PAGE}/hus/{await _sent(scene, house)}"


async def waiting_ad(scene: "Scene") -> str:
    return f"{PAGE}/annonser/{await _sent(scene, job_ad)}"


async def published_house(scene: "Scene") -> str:
    page = await waiting_house(scene)
    await _as_officer(scene, page, "publication", None)
    return page


async def declined_house(scene: "Scene") -> str:
    page = await waiting_house(scene)
    await _as_officer(scene, page, "refusal", {"reason": "Vi visar bara hus i kommunen. Det här ligger i Krokom."})
    return page


async def declining(scene: "Scene") -> str:
    return f"{await waiting_house(scene)}/avslag"


async def declined_ones(scene: "Scene") -> str:
    await declined_house(scene)
    return f"{PAGE}?status=avslagna"


async def queue(scene: "Scene") -> str:
    await waiting_house(scene)
    return PAGE


async def queue_of_ads(scene: "Scene") -> str:
    await waiting_ad(scene)
    return f"{PAGE}?typ=annonser"


async def _as_officer(scene: "Scene", page: str, step: str, form: dict[str, str] | None) -> None:
    url = f"{scene.system.apis.housing}/houses/{page.rpartition('/')[2]}/{step}"
    async with httpx.AsyncClient(verify=False) as http:
        (await http.post(url, json=form, headers=scene.system.token("housing-officer"))).raise_for_status()


async def _sent(scene: "Scene", compose: object) -> str:
    async with httpx.AsyncClient(verify=False) as http:
        composed = await compose(http, scene.system.apis, {})
        return str((await http.post(composed.url, json=composed.form)).raise_for_status().json()["id"])


ROWS = [
    {"name": "granska-hus-som-vantar", "at": queue, "who": "bo lund"},
    {"name": "granska-annonser-som-vantar", "at": queue_of_ads, "who": "alma sund"},
    {"name": "granska-hus", "at": waiting_house, "who": "bo lund"},
    {"name": "granska-annons", "at": waiting_ad, "who": "rita norén"},
    {"name": "granska-hus-redan-publicerat", "at": published_house, "who": "bo lund", "status": 422, "form": {}},
    {"name": "granska-hus-avslaget", "at": declined_house, "who": "bo lund"},
    {"name": "granska-hus-publicerat", "at": published_house, "who": "bo lund"},
    {"name": "granska-hus-utan-skal", "at": declining, "who": "bo lund", "status": 422, "form": {"reason": ""}},
    {"name": "granska-hus-som-avslagits", "at": declined_ones, "who": "bo lund"},
    {"name": "granska-inte-for-handlaggare", "at": PAGE, "who": "maja berg", "status": 403},
]
