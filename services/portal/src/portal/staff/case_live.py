"""What a page of a case is told while it is open: who else has it open."""

import hmac
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from uuid_utils.compat import uuid7

from portal import presence, sessions, sse
from portal.pages import Page, StaffPage
from portal.presence import RENEWED_EVERY, Names
from portal.sessions import Found

router = APIRouter()
CASE = "/handlaggare/arenden"
LOOKED_EVERY_SECONDS = 3


@router.get("/handlaggare/arenden/{reference}/strom")
async def stream(page: StaffPage, reference: str, bevis: str = "") -> Response:
    found = _found(page)
    if not hmac.compare_digest(presence.proof(page.look.settings, found, reference), bevis):
        raise HTTPException(404)
    return sse.stream(Watching(page, found, reference).versions())


def stream_of(page: Page, reference: str) -> str:
    """Where a page that shows the case is told of others."""
    return f"{CASE}/{quote(reference)}/strom?bevis={presence.proof(page.look.settings, _found(page), reference)}"


async def others_of(page: Page, reference: str) -> Names:
    state = page.request.app.state
    others = await presence.others_at(state.database, [reference], _found(page).person, state.clock())
    return others.get(reference, ())


class Watching:
    """Somebody who has the case open, until they leave, sign out, or their token ends: then the page asks again."""

    def __init__(self, page: Page, found: Found, reference: str) -> None:
        self._page = page
        self._found = found
        self._reference = reference
        self._state = page.request.app.state
        self._id = uuid7()
        self._renewed_at: datetime | None = None

    async def versions(self) -> sse.Versions:
        try:
            async for version in self._seen():
                yield version
        finally:
            await presence.leave(self._state.database, self._id)
            self._state.changes.tell()

    async def _seen(self) -> sse.Versions:
        number, shown = 0, None
        while await self._may_watch():
            await self._stay()
            change = self._state.changes.upcoming()
            others = await others_of(self._page, self._reference)
            if others != shown:
                number, shown = number + 1, others
                yield str(number), [sse.partial("narvarande", self._page.fragment("staff/case_others.html", others))]
            await sse.happened(change, LOOKED_EVERY_SECONDS)

    async def _stay(self) -> None:
        at = self._state.clock()
        if self._renewed_at is not None and at - self._renewed_at < RENEWED_EVERY:
            return
        is_new, self._renewed_at = self._renewed_at is None, at
        await presence.stay(self._state.database, self._id, self._reference, self._found.person, at)
        if is_new:
            self._state.changes.tell()

    async def _may_watch(self) -> bool:
        at, person = self._state.clock(), self._found.person
        signed_in = await sessions.of_person(self._state.database, person, at)
        return at.timestamp() < person.expires_at and any(one.id == self._found.id for one in signed_in)


def _found(page: Page) -> Found:
    assert page.found is not None
    return page.found
