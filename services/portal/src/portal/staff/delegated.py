"""What was decided by delegation in a month, as the board is told."""

import asyncio
import re
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.delegated import DelegatedDecision
from portal.clients.staff_cases import Cases
from portal.files import passed_on
from portal.forms.widgets import Choice
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.pages import StaffPage
from portal.public.filters import address
from shared.clock import day_in_sweden, now

router = APIRouter()
DELEGATED = "/handlaggare/delegationsbeslut"
MONTH = re.compile("20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class DelegatedView:
    month: str
    first_day: date
    units: list[Choice]
    unit_names: dict[str, str]
    rows: list[DelegatedDecision]
    csv: str
    pdf: str
    first: str
    following: str


@router.get("/handlaggare/delegationsbeslut")
async def delegated(page: StaffPage, manad: str = "", enhet: str = "", efter: str = "") -> Response:
    month = _month(manad)
    cases = page.ask(Cases)
    found, services = await asyncio.gather(
        cases.delegated(month=month, unit=enhet, after=efter), cases.eservices_of_units()
    )
    units = {one.unit: one.unit_label for one in services.items}
    chosen = {"manad": month, "enhet": enhet}
    choices = [Choice("", _("Alla"), not enhet)]
    choices += [Choice(unit, of_service(label), unit == enhet) for unit, label in units.items()]
    view = DelegatedView(
        month=month,
        first_day=date.fromisoformat(f"{month}-01"),
        units=choices,
        unit_names=units,
        rows=found.items,
        csv=address(f"{DELEGATED}.csv", **chosen),
        pdf=address(f"{DELEGATED}.pdf", **chosen),
        first=address(DELEGATED, **chosen) if efter else "",
        following=address(DELEGATED, **chosen, efter=found.next) if found.next else "",
    )
    return page.show("staff/delegated.html", view)


@router.get("/handlaggare/delegationsbeslut.{kind}")
async def delegated_file(page: StaffPage, kind: str, manad: str = "", enhet: str = "") -> Response:
    """The whole month, for spreadsheets or to print."""
    if kind not in ("csv", "pdf"):
        raise HTTPException(404)
    return passed_on(await page.ask(Cases).delegated_file(month=_month(manad), format=kind, unit=enhet))


def _month(written: str) -> str:
    """The month, or this one."""
    return written if MONTH.fullmatch(written) else day_in_sweden(now()).strftime("%Y-%m")
