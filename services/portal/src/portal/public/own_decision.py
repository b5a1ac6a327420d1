"""The decision of one's own case: read, received, appealed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from portal.clients.base import Refused
from portal.files import passed_on
from portal.i18n import gettext as _
from portal.public.decision import ALREADY, IN_TIME, LATE, RECEIVED, appeal_view, decision_view
from portal.public.own import OwnCase, key_in, new_key, once, refused_text, text_in, unanswered

router = APIRouter()
Number = Annotated[int | None, Query(ge=1, le=1000)]


@router.get("/arenden/{reference}/beslut")
async def read_decision(own: OwnCase, nummer: Number = None, klart: str = "") -> Response:
    decision = await own.cases.decision(*own.opens, nummer)
    path = f"{own.path}/beslut"
    pdf = f"{path}/pdf?nummer={decision.number}"
    view = decision_view(decision, path, own.page.today, klart, back=own.path, pdf=pdf)
    return own.show("public/decision.html", view)


@router.get("/arenden/{reference}/beslut/pdf")
async def fetch_decision(own: OwnCase, nummer: Number = None) -> Response:
    return passed_on(await own.cases.decision_pdf(*own.opens, nummer))


@router.post("/arenden/{reference}/beslut/mottaget")
async def confirm(own: OwnCase) -> Response:
    """One has read the decision: from that day on one can appeal for three weeks."""
    try:
        await once(own.cases.confirm(*own.opens, key_in(await own.page.form())))
    except Refused as refused:
        if refused.code != ALREADY:
            raise
    return own.page.go(f"{own.path}/beslut?klart={RECEIVED}")


@router.get("/arenden/{reference}/beslut/overklaga")
async def ask_for_appeal(own: OwnCase) -> Response:
    decision = await own.cases.decision(*own.opens, None)
    view = appeal_view(decision, f"{own.path}/beslut", own.page.today, "", new_key())
    return own.show("public/appeal.html", view)


@router.post("/arenden/{reference}/beslut/overklaga")
async def appeal(own: OwnCase) -> Response:
    form = await own.page.form()
    text, key = text_in(form), key_in(form)
    error = None if text.strip() else unanswered(_("Ditt överklagande"))
    try:
        if error is None:
            made = await once(own.cases.appeal(*own.opens, key, text))
            return own.done(IN_TIME if made is None or made.in_time else LATE)
    except Refused as refused:
        error = refused_text(refused)
    decision = await own.cases.decision(*own.opens, None)
    view = appeal_view(decision, f"{own.path}/beslut", own.page.today, text, key, error)
    return own.page.again("public/appeal.html", view)
