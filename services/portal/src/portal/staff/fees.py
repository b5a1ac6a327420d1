"""The invoice basis: what a unit has approved is taken out, once, and fetched again."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.fees import Export, Fees
from portal.clients.staff_cases import Cases
from portal.files import passed_on
from portal.forms.widgets import Choice
from portal.i18n import of_service
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from shared.clock import day_in_sweden, now

router = APIRouter()
FEES = "/handlaggare/avgifter"


@dataclass(frozen=True)
class FeesView:
    units: Sequence[Choice]
    unit_names: Mapping[str, str]
    since: str
    until: str
    key: str
    rows: Sequence[Export]
    first: str
    following: str
    made: str = ""
    refused: str = ""


@router.get(FEES)
async def fees(page: StaffPage, efter: str = "", klart: str = "") -> Response:
    today = day_in_sweden(now())
    month = {"since": today.replace(day=1).isoformat(), "until": today.isoformat()}
    return page.show("staff/fees.html", await _view(page, month, efter, made=klart if klart.isdecimal() else ""))


@router.post(FEES)
async def export(page: StaffPage) -> Response:
    """Take it out; what was typed stays when it is refused."""
    form = {name: next(iter(typed), "") for name, typed in typed_in(await page.form()).items()}
    sent = {name: form.get(name, "") for name in ("unit", "since", "until")}
    try:
        made = await page.ask(Fees).export(sent, form.get("nyckel", ""))
    except Refused as refused:
        if refused.status in (401, 404):
            raise
        told = " ".join(refused.fields.values()) or refused.detail
        return page.again("staff/fees.html", await _view(page, sent, "", refused=told))
    return page.go(address(FEES, klart=str(made.number)))


@router.get("/handlaggare/avgifter/{number}.{kind}")
async def export_file(page: StaffPage, number: str, kind: str) -> Response:
    """Fee by fee, with who pays."""
    if kind not in ("csv", "json") or not number.isdecimal():
        raise HTTPException(404)
    return passed_on(await page.ask(Fees).export_file(number, kind))


async def _view(page: Page, form: Mapping[str, str], after: str, made: str = "", refused: str = "") -> FeesView:
    found, services = await asyncio.gather(page.ask(Fees).exports(after), page.ask(Cases).eservices_of_units())
    units = {one.unit: one.unit_label for one in services.items}
    return FeesView(
        units=[Choice(unit, of_service(label), unit == form.get("unit")) for unit, label in units.items()],
        unit_names=units,
        since=form["since"],
        until=form["until"],
        key=secrets.token_urlsafe(),
        rows=found.items,
        first=FEES if after else "",
        following=address(FEES, efter=found.next) if found.next else "",
        made=made,
        refused=refused,
    )
