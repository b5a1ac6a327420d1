"""The business survey: with a result and open for the next round, and how a company finds its sector's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/naringslivsundersokning"
ORGNRS = ("5560000407", "5560000415", "5560000423", "5560000431", "5560000449", "5560000456")


async def with_result(scene: Scene) -> str:
    """A round that six restaurants have answered and is closed, and the next one, which is open."""
    headers = scene.system.token("administrator")
    async with httpx.AsyncClient(verify=False, base_url=scene.system.apis.intake) as http:
        first = await _opened(http, headers, "Hösten 2026")
        for number in range(6):
            body = {"eservice": "naringslivsundersokning", "language": "sv", "answers": _answers(number)}
            (await http.post("/applications", json=body)).raise_for_status()
        (await http.post(f"/survey-rounds/{first}/closure", headers=headers)).raise_for_status()
        await _opened(http, headers, "Våren 2031")
    return PAGE


async def _opened(http: httpx.AsyncClient, headers: dict[str, str], name: str) -> str:
    response = await http.post("/survey-rounds", json={"name": name, "answer_by": "2031-03-14"}, headers=headers)
    response.raise_for_status()
    return str(response.json()["id"])


def _answers(number: int) -> dict[str, object]:
    need = {"occupation": "5120", "needed_now": 2, "needed_within_12_months": 1, "hard_to_recruit": False}
    return {
        "orgnr": ORGNRS[number],
        "company_name": f"Krog {number} AB",
        "contact_email": f"krog{number}@example.com",
        "sector": "restaurang",
        "has_needs": True,
        "needs": [need, {**need, "occupation": "9412"}] if number else [need],
    }


ROWS = [{"name": "naringslivsundersokning", "at": with_result}]
