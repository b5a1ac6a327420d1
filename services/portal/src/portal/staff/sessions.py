"""The page of one's own settings: where one is signed in, colours, shortcuts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal import sessions
from portal.pages import COLOURS, StaffPage

router = APIRouter()


@dataclass(frozen=True)
class SessionRow:
    id: UUID
    browser: str
    began_at: datetime
    used_at: datetime
    is_this: bool


@dataclass(frozen=True)
class SettingsView:
    sessions: list[SessionRow]
    colours: str


@router.get("/handlaggare/installningar")
async def settings(page: StaffPage) -> Response:
    assert page.person is not None
    assert page.found is not None
    state = page.request.app.state
    rows = [
        SessionRow(row.id, row.browser, row.began_at, row.used_at, row.id == page.found.id)
        for row in await sessions.of_person(state.database, page.person, state.clock())
    ]
    chosen = page.request.cookies.get("colours", COLOURS[0])
    return page.show("staff/settings.html", SettingsView(rows, chosen if chosen in COLOURS else COLOURS[0]))


@router.post("/handlaggare/installningar/farger")
async def choose_colours(page: StaffPage) -> Response:
    chosen = str((await page.form()).get("farger", ""))
    response = page.go("/handlaggare/installningar")
    sessions.set_cookie(response, page.look.settings, "colours", chosen if chosen in COLOURS else COLOURS[0])
    return response
