"""One's own case: what has happened in it, what one must do, when an answer comes, and what one can write and take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import OwnFile, Progress, Status
from portal.files import passed_on
from portal.forms.errors import Mistake
from portal.forms.hints import in_bytes
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.i18n import ngettext, of_service
from portal.public import decision
from portal.public.own import Own, OwnCase, key_in, mistake, new_key, once, refused_text, text_box, text_in, unanswered
from portal.templating import day, moment
from portal.views import Happening

router = APIRouter()
REFUSED_FILES = ("infected", "failed")
FETCHED_FILES = ("clean", "not_scanned")
SUPPLEMENT, WRITE, WITHDRAW, REPLACE = "receive_supplement", "send_message", "withdraw", "replace_attachment"


@dataclass(frozen=True)
class File:
    """A file of the case."""

    id: str
    name: str
    size: str
    scan: str
    is_refused: bool
    is_fetched: bool


@dataclass(frozen=True)
class CaseView:
    case: Status
    progress: Progress
    path: str
    done: Markup | None
    is_late: bool
    is_to_be_confirmed: bool
    has_news: bool
    timeline: Sequence[Happening]
    times: Sequence[tuple[Markup, Markup | str, str]]
    files: Sequence[File]
    next_step: Markup
    box: Widget
    mistakes: Sequence[Mistake]
    key: str
    can_withdraw: bool
    can_replace: bool
    is_open_by_code: bool


@dataclass(frozen=True)
class SignatureView:
    """What somebody is told who filled something in for somebody else."""

    case: Status
    path: str
    is_open_by_code: bool


@router.get("/arenden/{reference}")
async def show_case(own: OwnCase, klart: str = "") -> Response:
    case = await own.cases.status(*own.opens)
    if case.progress is None:
        return own.show("public/case_signature.html", SignatureView(case, own.path, own.secret is not None))
    return own.show("public/case.html", _view(own, case, case.progress, _message_box(), new_key(), klart))


@router.get("/arenden/{reference}/kopia")
async def fetch_copy(own: OwnCase) -> Response:
    return passed_on(await own.cases.copy(*own.opens))


@router.get("/arenden/{reference}/filer/{file_id}")
async def fetch_file(own: OwnCase, file_id: str) -> Response:
    return passed_on(await own.cases.own_file(*own.opens, file_id))


@router.post("/arenden/{reference}/meddelanden")
async def write(own: OwnCase) -> Response:
    form = await own.page.form()
    text, key = text_in(form), key_in(form)
    error = None if text.strip() else unanswered(_("Ditt meddelande"))
    try:
        if error is None:
            await once(own.cases.write(*own.opens, key, text))
            return own.done("meddelande")
    except Refused as refused:
        error = refused_text(refused)
    case = await own.cases.status(*own.opens)
    assert case.progress is not None
    view = _view(own, case, case.progress, _message_box(text, error), key)
    return own.page.again("public/case.html", view)


@router.get("/arenden/{reference}/aterkalla")
async def ask_before_withdrawal(own: OwnCase) -> Response:
    case = await own.cases.status(*own.opens)
    if case.progress is None or WITHDRAW not in case.progress.can:
        return own.page.go(own.path)
    return own.show("public/case_withdraw.html", WithdrawalView(case.progress, own.path, new_key()))


@router.post("/arenden/{reference}/aterkalla")
async def withdraw(own: OwnCase) -> Response:
    await once(own.cases.withdraw(*own.opens, key_in(await own.page.form())))
    return own.done("aterkallat")


@dataclass(frozen=True)
class WithdrawalView:
    progress: Progress
    path: str
    key: str


def _view(own: Own, case: Status, progress: Progress, box: Widget, key: str, done: str = "") -> CaseView:
    today = own.page.today
    return CaseView(
        case=case,
        progress=progress,
        path=own.path,
        done=DONE[done]() if done in DONE else None,
        is_late=progress.missing is not None and progress.missing.due_on < today,
        is_to_be_confirmed=_awaits_receipt(progress, today),
        has_news=any(one.read_at is None and not one.by_applicant for one in progress.messages),
        timeline=_timeline(own, progress),
        times=list(_times(progress)),
        files=[file_of(one) for one in progress.attachments],
        next_step=_next_step(case.status, progress, today),
        box=box,
        mistakes=mistake(box.error),
        key=key,
        can_withdraw=WITHDRAW in progress.can,
        can_replace=REPLACE in progress.can,
        is_open_by_code=own.secret is not None,
    )


def _message_box(text: str = "", error: Markup | None = None) -> Widget:
    return text_box(_("Ditt meddelande"), text, _("Handläggaren läser det. Skriv inget känsligt i onödan."), error)


def _awaits_receipt(progress: Progress, today: date) -> bool:
    taken = progress.decision
    return taken is not None and (taken.served_on is None or taken.served_on > today)


def _timeline(own: Own, progress: Progress) -> list[Happening]:
    return [
        Happening(of_service(one.text), moment(one.at), _copy_of(own) if one.what == "received" else None)
        for one in reversed(progress.history)
    ]


def _copy_of(own: Own) -> Markup:
    address = own.page.address(f"{own.path}/kopia")
    return Markup('<a class="ds-link" href="{}">{}</a>').format(address, _("Det du skickade in (PDF)"))


def file_of(one: OwnFile) -> File:
    size = in_bytes(one.size)
    return File(one.id, one.filename, size, one.scan, one.scan in REFUSED_FILES, one.scan in FETCHED_FILES)


def _times(progress: Progress) -> Sequence[tuple[Markup, Markup | str, str]]:
    """What the law's clock says, in words."""
    clock = progress.clock
    if clock is None:
        return []
    rows: list[tuple[Markup, Markup | str, str]] = []
    if clock.stopped_by is not None:
        rows.append((_("Handläggningstid"), _stopped(clock.remaining_days), ""))
    if clock.waits_for_decision:
        rows.append((_("Du får börja"), _("När du har fått ett beslut som tillåter det"), ""))
    elif clock.earliest_start_on is not None:
        rows.append((_("Du får börja tidigast"), day(clock.earliest_start_on), ""))
    if clock.answer_expected_on is not None:
        rows.append((_("Svar kan väntas senast"), day(clock.answer_expected_on), ""))
    return rows


def _stopped(days: int | None) -> Markup:
    said = _("Står stilla tills vi har fått din komplettering.")
    if not days:
        return said
    left = ngettext("Sedan återstår %(num)s dag.", "Sedan återstår %(num)s dagar.", days) % {"num": days}
    return Markup("{} {}").format(said, left)


def _next_step(status: str, progress: Progress, today: date) -> Markup:
    if _awaits_receipt(progress, today):
        return _("Läs beslutet och bekräfta att du har tagit del av det.")
    taken = progress.decision
    if status == "decided" and taken is not None and taken.appeal_until is not None:
        last = {"day": day(taken.appeal_until)}
        return _("Vill du överklaga ska vi ha fått överklagandet senast %(day)s. Annars gäller beslutet.") % last
    return NEXT.get(status, _nothing)()


def _nothing() -> Markup:
    return _("Du behöver inte göra något mer.")


Say = Callable[[], Markup]
NEXT: dict[str, Say] = {
    "received": lambda: _("En handläggare läser igenom det du har skickat. Saknas något hör vi av oss."),
    "awaiting_supplement": lambda: _("När vi har fått din komplettering går handläggningen vidare."),
    "complete": lambda: _("Vi handlägger ärendet och hör av oss när det är avgjort."),
    "appealed": lambda: _("Vi ser efter om överklagandet kom i tid, och lämnar det sedan till länsstyrelsen."),
    "forwarded": lambda: _("Länsstyrelsen prövar överklagandet och hör av sig till dig."),
}
DONE: dict[str, Say] = {
    "komplettering": lambda: _("Din komplettering är skickad. Handläggaren får veta det."),
    "meddelande": lambda: _("Ditt meddelande är skickat till handläggaren."),
    "aterkallat": lambda: _("Du har återkallat ärendet. Handläggningen är avslutad."),
    "fil": lambda: _("Den nya filen är skickad och har tagit den gamla filens plats."),
    "omdome": lambda: _("Tack! Ditt svar hjälper oss att bli bättre."),
    **decision.DONE,
}
