"""What a page of a case is told while it is open: who else has it open."""

import asyncio
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from uuid_utils.compat import uuid7

from portal import presence, sse
from portal.clients.base import Away, Refused
from portal.clients.staff_cases import Cases
from portal.pages import Page, StaffStream, is_signed_in
from portal.presence import RENEWED_EVERY, Names
from portal.sessions import Found
from shared.staff import ADMINISTRATOR

router = APIRouter()
CASE = "/handlaggare/arenden"
LOOKED_EVERY_SECONDS = 3
ASKED_EVERY = timedelta(minutes=1)


@router.get("/handlaggare/arenden/{reference}/strom")
async def stream(page: StaffStream, reference: str) -> Response:
    if not await may_open(page, reference):
        raise HTTPException(404)
    return sse.stream(Watching(page, reference).versions())


def stream_of(reference: str) -> str:
    """Where a page that shows the case is told of others."""
    return f"{CASE}/{quote(reference)}/strom"


async def others_of(page: Page, reference: str) -> Names:
    state = page.request.app.state
    others = await presence.others_at(state.database, [reference], _found(page).person, state.clock())
    return others.get(reference, ())


async def may_open(page: Page, reference: str) -> bool:
    """Whether the reader may open the case now, as the register finds it: that is not audited, and marks nothing read.

    A registrator finds the cases of every unit, and opens those of their own.
    """
    person = _found(page).person
    found = await page.ask(Cases).cases(text=reference)
    unit = next((one.unit for one in found.items if one.reference == reference), None)
    return unit is not None and (unit in person.units or person.has(ADMINISTRATOR))


class Watching:
    """Somebody who has the case open, until they leave, sign out, may not open it any more, or their token ends.

    When it has ended the page asks again.
    """

    def __init__(self, page: Page, reference: str) -> None:
        self._page = page
        self._found = _found(page)
        self._reference = reference
        self._state = page.request.app.state
        self._id = uuid7()
        self._renewed_at: datetime | None = None
        self._asked_at: datetime = self._state.clock()

    async def versions(self) -> sse.Versions:
        try:
            async for version in self._seen():
                yield version
        finally:
            await presence.leave(self._state.database, self._id)

    async def _seen(self) -> sse.Versions:
        number, shown = 0, None
        while await is_signed_in(self._page) and await self._may_open():
            await self._stay()
            others = await others_of(self._page, self._reference)
            if others != shown:
                number, shown = number + 1, others
                yield str(number), [sse.partial("narvarande", self._page.fragment("staff/case_others.html", others))]
            await asyncio.sleep(LOOKED_EVERY_SECONDS)

    async def _stay(self) -> None:
        at = self._state.clock()
        if self._renewed_at is None or at - self._renewed_at >= RENEWED_EVERY:
            self._renewed_at = at
            await presence.stay(self._state.database, self._id, self._reference, self._found.person, at)

    async def _may_open(self) -> bool:
        """Asked once a minute. Who cannot be told that they may is not told of others."""
        at = self._state.clock()
        if at - self._asked_at < ASKED_EVERY:
            return True
        self._asked_at = at
        try:
            return await may_open(self._page, self._reference)
        except (Away, Refused):
            return False


def _found(page: Page) -> Found:
    assert page.found is not None
    return page.found
