"""The inbox: one list over all queues of one's units. It is whole without scripts, which make it live."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, HTTPException
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from portal import sse
from portal.clients.base import Away, Refused
from portal.clients.notifications import Notifications, Task
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.menus import CASEWORK
from portal.pages import STAFF, Page, StaffPage, StaffStream
from portal.staff.inbox_list import Found, Said, listed_by
from portal.staff.inbox_live import Live
from portal.staff.tasks import INBOX, Choice, TaskRow, following, name_of

router = APIRouter()

STEPS = {"ta": Notifications.claim, "slapp": Notifications.release, "klar": Notifications.finish}
AFTER = {"ta": "claimed", "slapp": "open", "klar": "done"}


@router.get(INBOX)
async def inbox(page: StaffPage) -> Response:
    """Who has no cases to handle is shown on to what their own role is for."""
    if page.person and not page.person.has(*CASEWORK):
        return page.go(STAFF)
    choice = Choice.of(page.request.query_params)
    try:
        found = await Found.by(page, choice)
    except Refused as refused:
        if refused.status == 422 and choice.sida:
            return page.go(choice.path(sida=""))
        raise
    return page.show("staff/inbox.html", found.view(await _said_before(page, found)))


@router.post(INBOX)
async def take_a_step(page: StaffPage) -> Response:
    """Take a task, release it, finish it; or be told why not."""
    choice = Choice.of(page.request.query_params)
    step, task_id = _step_in(await page.form())
    is_live = "hx-request" in page.request.headers
    try:
        task = await STEPS[step](page.ask(Notifications), task_id)
    except Refused as refused:
        if refused.status == 401:
            raise
        return await _refused(page, choice, task_id, refused)
    except Away:
        if not is_live:
            raise
        return _fragments(page, Said(_("Tjänsten svarar inte just nu. Försök igen om en stund."), "danger"), (), 503)
    page.request.app.state.changes.tell()
    if not is_live:
        return page.go(choice.done(step, task_id))
    found = await Found.by(page, choice, task)
    return _fragments(page, _said(found, step, task), found.rows.of([task]))


@router.get(f"{INBOX}/nasta")
async def next_case(page: StaffPage, uppgift: UUID) -> Response:
    """On to the next case of the list, or to the list when there is no other."""
    choice = Choice.of(page.request.query_params)
    tasks, found = await asyncio.gather(page.ask(Notifications).tasks_with([uppgift]), listed_by(page, choice))
    cases = [one for one in found.items if one.reference]
    upcoming = following(tasks[0], cases) if tasks else None
    return page.go(choice.case(upcoming.reference) if upcoming and upcoming.reference else choice.path())


@router.get(f"{INBOX}/strom")
async def stream(page: StaffStream) -> Response:
    query = page.request.query_params
    try:
        shown = [UUID(one) for one in query.get("rader", "").split(",") if one]
        since = float(query.get("sedan", "0"))
    except ValueError:
        raise HTTPException(404) from None
    return sse.stream(Live(page, Choice.of(query), shown, since).versions())


def _step_in(form: FormData) -> tuple[str, UUID]:
    try:
        return next((step, UUID(str(form[step]))) for step in STEPS if step in form)
    except (StopIteration, ValueError):
        raise HTTPException(422) from None


def _said(found: Found, step: str, task: Task) -> Said:
    """What was done, and the next in the list: not when one has taken something, which is what one works with then."""
    what = {"what": task.reference or name_of(task)}
    if step == "ta":
        return Said(_("Du har tagit %(what)s.") % what)
    text = _("Du har släppt %(what)s.") if step == "slapp" else _("%(what)s är klart.")
    return Said(text % what, next=found.after(task))


async def _said_before(page: Page, found: Found) -> Said | None:
    """What the step did that led here, if that is still so."""
    step = page.request.query_params.get("gjort", "")
    try:
        task_id = UUID(page.request.query_params.get("uppgift", ""))
    except ValueError:
        return None
    tasks = await page.ask(Notifications).tasks_with([task_id])
    if not tasks or AFTER.get(step) != tasks[0].status:
        return None
    return _said(found, step, tasks[0])


async def _refused(page: Page, choice: Choice, task_id: UUID, refused: Refused) -> Response:
    """The list as it is now, and why nothing was done: who has taken it before."""
    tasks = await page.ask(Notifications).tasks_with([task_id])
    found = await Found.by(page, choice, *tasks)
    text = of_service(refused.detail)
    if refused.code == "AlreadyClaimed" and tasks and tasks[0].claimed_by_name:
        who = {"who": tasks[0].claimed_by_name, "what": tasks[0].reference or name_of(tasks[0])}
        text = _("%(who)s har redan tagit %(what)s.") % who
    said = Said(text, "danger", found.after(tasks[0]) if tasks else None)
    if "hx-request" in page.request.headers:
        return _fragments(page, said, found.rows.of(tasks), refused.status)
    return page.show("staff/inbox.html", found.view(said), refused.status)


def _fragments(page: Page, said: Said, rows: Sequence[TaskRow], status: int = 200) -> Response:
    """What scripts put in place: the rest of the page stays as it is."""
    changed = [sse.partial(f"rad-{row.id}", page.fragment("staff/inbox_row.html", row)) for row in rows]
    return HTMLResponse(
        "".join([sse.partial("besked", page.fragment("staff/inbox_said.html", said)), *changed]), status
    )
