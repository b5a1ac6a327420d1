"""Cases in numbers: of the weeks behind us, and of a unit that has none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import sqlalchemy as sa

from deploy.casework import Clerk, send_in
from deploy.submissions import complaint
from eservice_intake.cases.entries import CaseEntry
from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Decision
from shared.clock import now
from shared.database import Database

if TYPE_CHECKING:
    from ..registry import Scene

PAGE = "/handlaggare/statistik"
COMMENTS = "/handlaggare/omdomen"
WRITTEN = (
    (2, "Jag förstod inte vad som menades med olägenhet.\n\nDet tog lång tid att få svar."),
    (5, "Det gick fort & lätt."),
)
DECISION = {
    "outcome": "no_action",
    "reasons": "Bullret ligger under riktvärdena.",
    "legal_basis": ["26 kap. 9 § miljöbalken"],
}
DAYS = (75, 68, 66, 60, 53, 47, 46, 40, 33, 31, 26, 20, 18, 12, 5)
DECIDED = {75: 40, 68: 50, 66: 30, 60: 44, 53: 31, 47: 20, 40: 12, 33: 15, 20: 3}
"""How many days ago cases came; and of those, how many days ago they were decided."""


async def with_cases(scene: Scene) -> str:
    """Cases that came and were decided over some weeks."""
    came: dict[int, str] = {}
    async with httpx.AsyncClient(verify=False) as http:
        head = Clerk(http, scene.system.apis, scene.system.token("caseworker", "unit-head", subject="bo"))
        for days in DAYS:
            form = complaint(f"statistik-{days}@example.com")
            applicant = await send_in(http, scene.system.apis, form["eservice"], form["answers"])
            came[days] = applicant.reference
            if days in DECIDED:
                await head.take(applicant.reference, "decisions", {"decision": DECISION})
    await _put_back(scene, came)
    return PAGE


async def with_comments(scene: Scene) -> str:
    """Two cases that are over, and what their applicants wrote."""
    async with httpx.AsyncClient(verify=False) as http:
        head = Clerk(http, scene.system.apis, scene.system.token("caseworker", "unit-head", subject="bo"))
        for rating, comment in WRITTEN:
            form = complaint(f"omdome-{rating}@example.com")
            applicant = await send_in(http, scene.system.apis, form["eservice"], form["answers"])
            await head.take(applicant.reference, "decisions", {"decision": DECISION})
            said = {"rating": rating, "succeeded": rating > 2, "comment": comment}
            secret = {"X-Application-Secret": applicant.receipt["secret"]}
            path = f"{scene.system.apis.intake}/applications/{applicant.reference}/feedback"
            (await http.post(path, json=said, headers=secret)).raise_for_status()
    return COMMENTS


async def _put_back(scene: Scene, came: dict[int, str]) -> None:
    """To when they came and were decided: no API does that, for good reasons."""
    database = Database(scene.system.settings("eservice-intake"))
    async with database.transaction() as tx:
        for days, reference in came.items():
            at, about = now() - timedelta(days=days), sa.select(Case.id).where(Case.reference == reference)
            case_id = (await tx.exec(about)).scalar_one()
            for table, key in ((Case, Case.id), (CaseEntry, CaseEntry.id)):
                await tx.exec(sa.update(table).where(key == case_id).values(received_at=at))
            decided_at = now() - timedelta(days=DECIDED.get(days, 0))
            await tx.exec(sa.update(Decision).where(Decision.case_id == case_id).values(decided_at=decided_at))
    await database.close()


ROWS = [
    {"name": "statistik", "at": with_cases, "who": "karl åberg"},
    {"name": "statistik-utan-arenden", "at": f"{PAGE}?veckor=4&enhet=avlopp", "who": "karl åberg"},
    {"name": "omdomen", "at": with_comments, "who": "karl åberg"},
    {"name": "omdomen-inte-for-registrator", "at": COMMENTS, "who": "rita norén", "status": 403},
    {"name": "statistik-inte-for-handlaggare", "at": PAGE, "who": "maja berg", "status": 403},
]
