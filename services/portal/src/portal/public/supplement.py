"""What one sends to one's own case afterwards: what was missing, and a file in place of one that cannot be opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import Missing, OwnFile, Progress
from portal.forms.errors import Mistake
from portal.forms.widgets import Stored, Widget
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.public.case import REFUSED_FILES, REPLACE, SUPPLEMENT
from portal.public.own import Own, OwnCase, key_in, mistake, new_key, once, refused_text, text_box, text_in, unanswered
from portal.public.turns import REMOVE, UPLOAD, files_in
from portal.templating import apart

router = APIRouter()
FILES = "filer"


@dataclass(frozen=True)
class SupplementView:
    progress: Progress
    missing: Missing
    path: str
    is_late: bool
    boxes: Sequence[Widget]
    mistakes: Sequence[Mistake]
    key: str


@dataclass(frozen=True)
class ReplacementView:
    file: OwnFile
    path: str
    box: Widget
    mistakes: Sequence[Mistake]
    key: str


@router.get("/arenden/{reference}/komplettera")
async def ask_for_supplement(own: OwnCase) -> Response:
    progress = await _progress(own)
    if progress.missing is None or SUPPLEMENT not in progress.can:
        return own.page.go(own.path)
    return own.show("public/supplement.html", _view(own, progress, progress.missing, "", [], {}, new_key()))


@router.post("/arenden/{reference}/komplettera")
async def send_supplement(own: OwnCase) -> Response:
    """Files are stored at once, whatever else is wrong: the page that is shown again has them.

    When nothing is missing any longer, the page that says so has what was written.
    """
    form = await own.page.form()
    text, key = text_in(form), key_in(form)
    files, errors = await _stored(own, form)
    stays = REMOVE in form or UPLOAD in form
    if not (stays or errors or text.strip()):
        errors["text"] = unanswered(_("Ditt svar"))
    why: Exception = HTTPException(409)
    try:
        if not (stays or errors):
            await once(own.cases.supplement(*own.opens, key, text, [_id(one) for one in files]))
            return own.done("komplettering")
    except Refused as refused:
        why = refused
        of_file = any(field.startswith("attachments") for field in refused.fields)
        errors[FILES if of_file else "text"] = refused_text(refused)
    progress = await _progress(own)
    if progress.missing is None:
        raise why
    view = _view(own, progress, progress.missing, text, files, errors, key)
    return (own.page.again if errors else own.show)("public/supplement.html", view)


@router.get("/arenden/{reference}/filer/{file_id}/byt")
async def ask_for_another(own: OwnCase, file_id: str) -> Response:
    progress = await _progress(own)
    file = _refused(progress, file_id)
    if REPLACE not in progress.can:
        return own.page.go(own.path)
    return own.show("public/replacement.html", _replacement(own, file, new_key()))


@router.post("/arenden/{reference}/filer/{file_id}/byt")
async def replace_file(own: OwnCase, file_id: str) -> Response:
    form = await own.page.form()
    key, chosen = key_in(form), next(iter(files_in(form, FILES)), None)
    try:
        if chosen is None:
            error = _("Välj en fil.")
        else:
            new = await own.cases.send_file(chosen.filename or "", await chosen.read())
            await once(own.cases.replace(*own.opens, key, file_id, new.id))
            return own.done("fil")
    except Refused as refused:
        error = refused_text(refused)
    file = _refused(await _progress(own), file_id)
    return own.page.again("public/replacement.html", _replacement(own, file, key, error))


async def _progress(own: Own) -> Progress:
    """Raises a 404 for who filled it in for somebody else."""
    case = await own.cases.status(*own.opens)
    if case.progress is None:
        raise HTTPException(404)
    return case.progress


def _refused(progress: Progress, file_id: str) -> OwnFile:
    """The file that cannot be opened. Raises a 404 for any other."""
    for one in progress.attachments:
        if one.id == file_id and one.scan in REFUSED_FILES:
            return one
    raise HTTPException(404)


async def _stored(own: Own, form: FormData) -> tuple[list[Stored], dict[str, Markup]]:
    """The files that the page had and those that were chosen, stored; and what is wrong with one."""
    removed = {str(value).removeprefix(f"{FILES}:") for value in form.getlist(REMOVE)}
    files = [_known(str(value)) for value in form.getlist(FILES) if str(value) not in removed]
    errors: dict[str, Markup] = {}
    for chosen in files_in(form, FILES):
        stored = await _sent_ahead(own, chosen)
        if isinstance(stored, Stored):
            files.append(stored)
        else:
            errors[FILES] = stored
    return files, errors


async def _sent_ahead(own: Own, chosen: UploadFile) -> Stored | Markup:
    """The file, or what is wrong with it."""
    name = chosen.filename or ""
    try:
        sent = await own.cases.send_file(name, await chosen.read())
    except Refused as refused:
        if refused.status not in (413, 415, 422):
            raise
        return Markup("{}: {}").format(apart(name), of_service(refused.detail))
    return _known(f"{sent.id}/{sent.size}/{name}")


def _known(token: str) -> Stored:
    """A file that is stored already, by what the page says of it."""
    size, name = (*token.split("/", 2)[1:], "", "")[:2]
    return Stored(token, name, int(size) if size.isdecimal() else 0, "pending")


def _id(file: Stored) -> str:
    return file.id.partition("/")[0]


def _view(
    own: Own,
    progress: Progress,
    missing: Missing,
    text: str,
    files: Sequence[Stored],
    errors: dict[str, Markup],
    key: str,
) -> SupplementView:
    boxes = [text_box(_("Ditt svar"), text, error=errors.get("text")), _file_box(files, errors.get(FILES))]
    return SupplementView(
        progress=progress,
        missing=missing,
        path=own.path,
        is_late=missing.due_on < own.page.today,
        boxes=boxes,
        mistakes=[one for box in boxes for one in mistake(box.error, box.name)],
        key=key,
    )


def _file_box(files: Sequence[Stored], error: Markup | None) -> Widget:
    hint = _("PDF, bilder och vanliga kontorsdokument. Du kan välja flera.")
    label = _("Filer")
    return Widget("file", FILES, label, required=False, hint=hint, error=error, is_multiple=True, files=tuple(files))


def _replacement(own: Own, file: OwnFile, key: str, error: Markup | None = None) -> ReplacementView:
    box = Widget("file", FILES, _("Ny fil"), required=True, hint=None, error=error)
    return ReplacementView(file, own.path, box, mistake(error, FILES), key)
