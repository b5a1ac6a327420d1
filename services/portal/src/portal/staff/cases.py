"""A case as staff see it: what came in, what has been done, and what can be done now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.base import Away, Refused
from portal.clients.notifications import Notifications, Task
from portal.clients.staff_cases import Case, CaseFile, Cases, StepTaken
from portal.clients.steps import Steps, Taking
from portal.files import passed_on
from portal.forms.hints import in_bytes
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.pages import Page, StaffPage
from portal.presence import Names
from portal.public.turns import typed_in
from portal.staff.asked import StepForm
from portal.staff.case_live import others_of, stream_of
from portal.staff.case_previews import as_pdf, previewed
from portal.staff.case_steps import FIRST, Action, Attempt, Options, Typed, actions_of
from portal.staff.case_words import TONES, WHY, status_text
from portal.staff.steps import BY_SLUG, MESSAGE
from portal.staff.tasks import Choice as Inbox
from portal.templating import apart, moment
from portal.views import Happening

router = APIRouter()
FETCHED = ("clean", "not_scanned")
SEND, CHANGE = "skicka", "andra"
SIGNED_OUT = 401


@dataclass(frozen=True)
class FileRow:
    file: CaseFile
    name: str
    question: str
    size: str
    can_be_fetched: bool


@dataclass(frozen=True)
class CaseView:
    case: Case
    status: Markup
    tone: str
    is_late: bool
    files: list[FileRow]
    happened: Sequence[Happening]
    actions: list[Action]
    message: Action | None
    whys: Mapping[str, Markup]
    rulings: Mapping[str, Markup]
    task: Task | None
    queue_is_away: bool
    is_own: bool
    choice: Inbox
    others: Names
    stream: str
    done: str = ""
    refused: str = ""

    @property
    def tried(self) -> Action | None:
        """The step that somebody has begun."""
        begun = (one for one in (*self.actions, *([self.message] if self.message else [])) if one.is_open)
        return next(begun, None)

    @property
    def is_wrong(self) -> bool:
        return bool(self.refused or (self.tried and (self.tried.mistakes or self.tried.changes)))


@router.get("/handlaggare/arenden/{reference}")
async def case(page: StaffPage, reference: str, klart: str = "") -> Response:
    done = BY_SLUG[klart].title if klart in BY_SLUG else ""
    return page.show("staff/case.html", replace(await _view(page, reference), done=_(done) if done else ""))


@router.get("/handlaggare/arenden/{reference}/bilagor/{attachment_id}")
async def attachment(page: StaffPage, reference: str, attachment_id: str) -> Response:
    return passed_on(await page.ask(Cases).attachment(reference, attachment_id))


@router.get("/handlaggare/arenden/{reference}/beslut/{number}.pdf")
async def decision(page: StaffPage, reference: str, number: str) -> Response:
    return passed_on(await page.ask(Cases).decision_pdf(reference, number))


@router.get("/handlaggare/arenden/{reference}/overklagande.zip")
async def appeal_package(page: StaffPage, reference: str) -> Response:
    return passed_on(await page.ask(Cases).appeal_package(reference))


@router.post("/handlaggare/arenden/{reference}/ta")
async def claim(page: StaffPage, reference: str) -> Response:
    return await _hold(page, reference, page.ask(Notifications).claim)


@router.post("/handlaggare/arenden/{reference}/slapp")
async def release(page: StaffPage, reference: str) -> Response:
    return await _hold(page, reference, page.ask(Notifications).release)


@router.post("/handlaggare/arenden/{reference}/klar")
async def finish(page: StaffPage, reference: str) -> Response:
    """On to the list, which says so and what is next."""
    task = _task_id(_first(typed_in(await page.form()), "uppgift"))
    return await _hold(page, reference, page.ask(Notifications).finish, _choice(page).done("klar", task))


@router.post("/handlaggare/arenden/{reference}/{slug}")
async def take(page: StaffPage, reference: str, slug: str) -> Response:
    """Take the step, or show what the applicant would read, or go back from there to what was typed."""
    form, typed = _form(slug), typed_in(await page.form())
    wants = _first(typed, "gor")
    if wants == CHANGE:
        return page.show("staff/case.html", await _view(page, reference, Attempt(form, typed)))
    try:
        if form.preview and wants != SEND:
            return await previewed(page, reference, form, typed)
        given = Taking(reference, _first(typed, "version"), _first(typed, "nyckel"), form.json(typed))
        await form.take(page.ask(Steps), given)
    except Refused as refused:
        if refused.status == SIGNED_OUT:
            raise
        return page.again("staff/case.html", await _view(page, reference, Attempt(form, typed, refused)))
    return page.go(_choice(page).taken(reference, slug))


@router.post("/handlaggare/arenden/{reference}/{slug}/pdf")
async def preview_pdf(page: StaffPage, reference: str, slug: str) -> Response:
    """The document as the applicant would get it."""
    form, typed = _form(slug), typed_in(await page.form())
    return await as_pdf(page, reference, form, typed)


def _form(slug: str) -> StepForm:
    if slug not in BY_SLUG:
        raise HTTPException(404)
    return BY_SLUG[slug]


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _task_id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise HTTPException(404) from None


def _choice(page: Page) -> Inbox:
    """The list of the inbox from which one came."""
    return Inbox.of(page.request.query_params)


async def _hold(page: Page, reference: str, change: Callable[[UUID], Awaitable[Task]], then: str = "") -> Response:
    try:
        await change(_task_id(_first(typed_in(await page.form()), "uppgift")))
    except Refused as refused:
        if refused.status == SIGNED_OUT:
            raise
        return page.again("staff/case.html", replace(await _view(page, reference), refused=refused.detail))
    page.request.app.state.changes.tell()
    return page.go(then or _choice(page).case(reference))


async def _view(page: Page, reference: str, attempt: Attempt | None = None) -> CaseView:
    cases = page.ask(Cases)
    case, units = await asyncio.gather(cases.case(reference), cases.eservices_of_units())
    (task, is_away), others = await asyncio.gather(_task(page, case), others_of(page, case.reference))
    tries_message = attempt is not None and attempt.form is MESSAGE
    options = Options(case, {})
    message = options.action(MESSAGE, attempt if tries_message else None) if "send_message" in case.can else None
    return CaseView(
        case=case,
        status=status_text(case.status),
        tone=TONES.get(case.status, "neutral"),
        is_late=case.due_on is not None and case.due_on < page.today,
        files=_files(case),
        happened=[*map(_happening, reversed(case.timeline)), Happening(_("Kom in"), moment(case.received_at))],
        actions=actions_of(case, units.items, None if tries_message else attempt),
        message=message,
        whys={why: _(text) for why, text in WHY.items()},
        rulings={ruling: _(text) for ruling, text in FIRST["rulings"]},
        task=task,
        queue_is_away=is_away,
        is_own=task is not None and page.person is not None and task.claimed_by == page.person.subject,
        choice=_choice(page),
        others=others,
        stream=stream_of(case.reference),
    )


async def _task(page: Page, case: Case) -> tuple[Task | None, bool]:
    """The task about the case in its unit's queue, and whether the queues are away."""
    try:
        tasks = await page.ask(Notifications).tasks_of_case(case.unit, case.reference)
    except Away:
        return None, True
    except Refused:
        return None, False
    return next(iter(tasks.items), None), False


def _happening(step: StepTaken) -> Happening:
    return Happening(of_service(step.text), moment(step.at), apart(step.by_name))


def _files(case: Case) -> list[FileRow]:
    labels = {one.field: one.label for section in case.answers for one in section.answers}
    return [
        FileRow(
            file=one,
            name=f"{case.diary_number}_{one.question}{PurePath(one.filename).suffix.lower()}",
            question=labels.get(one.question.partition(".")[0], one.question),
            size=in_bytes(one.size),
            can_be_fetched=one.scan in FETCHED,
        )
        for one in case.attachments
    ]
