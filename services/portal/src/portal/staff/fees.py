"""The invoice basis: what a unit has approved is taken out, once, and fetched again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.fees import Export, Fees
from portal.clients.lists import Listed
from portal.clients.staff_cases import Cases
from portal.files import passed_on
from portal.forms.definition import Option
from portal.forms.parse import typed_of
from portal.forms.sending import FormView, Topic, empty, question, send
from portal.i18n import SWEDISH
from portal.i18n import gettext as _
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from shared.clock import day_in_sweden, now

router = APIRouter()
FEES = "/handlaggare/avgifter"


@dataclass(frozen=True)
class FeesView:
    form: FormView
    unit_names: Mapping[str, str]
    rows: Sequence[Export]
    first: str
    following: str
    made: str = ""


@router.get(FEES)
async def fees(page: StaffPage, efter: str = "", klart: str = "") -> Response:
    units, made = await asyncio.gather(_units(page), page.ask(Fees).exports(efter))
    topics, today = _period(units), day_in_sweden(now())
    month = {"unit": next(iter(units), None), "since": today.replace(day=1), "until": today}
    view = _view(units, made, empty(topics, typed_of(topics[0].fields, month, SWEDISH)), efter)
    return page.show("staff/fees.html", replace(view, made=klart if klart.isdecimal() else ""))


@router.post(FEES)
async def export(page: StaffPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> Export:
        return await page.ask(Fees).export(answers, key)

    units = await _units(page)
    made, form = await send(_period(units), typed_in(await page.form()), by)
    if made is None:
        return page.again("staff/fees.html", _view(units, await page.ask(Fees).exports(), form))
    return page.go(address(FEES, klart=str(made.number)))


@router.get(FEES + "/{number}.{kind}")
async def export_file(page: StaffPage, number: str, kind: str) -> Response:
    """Fee by fee, with who pays."""
    if kind not in ("csv", "json") or not number.isdecimal():
        raise HTTPException(404)
    return passed_on(await page.ask(Fees).export_file(number, kind))


def _view(units: Mapping[str, str], made: Listed[Export], form: FormView, after: str = "") -> FeesView:
    following = address(FEES, efter=made.next) if made.next else ""
    return FeesView(form, units, made.items, FEES if after else "", following)


async def _units(page: Page) -> dict[str, str]:
    return {one.unit: one.unit_label for one in (await page.ask(Cases).eservices_of_units()).items}


def _period(units: Mapping[str, str]) -> list[Topic]:
    names = tuple(Option(unit, label) for unit, label in units.items())
    fields = [
        question("unit", "choice", _("Enhet"), required=True, options=names),
        question("since", "date", _("Från och med"), required=True),
        question("until", "date", _("Till och med"), required=True),
    ]
    return [Topic(None, fields)]
