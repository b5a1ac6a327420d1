"""Another version of a definition: uploaded as YAML, or with other texts in place of some."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.definitions import TextRead, VersionBrief, VersionRead
from portal.forms.errors import Mistake
from portal.forms.sending import SHOWN_AGAIN, FormView, Topic, empty, key_in, key_of, question, send
from portal.i18n import gettext as _
from portal.i18n import marked, of_service
from portal.pages import StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from portal.staff.definition_views import DEFINITIONS, VERSIONS, asked_of, path_of
from portal.templating import apart

router = APIRouter()
BOXES = ("source", "note")
LONGEST_NOTE = 500
LONGEST_TEXT = 5_000
NOT_TEXT = marked("Filen går inte att läsa som text. Spara den som YAML i UTF-8.")
NO_SOURCE = marked("Skriv definitionen, eller välj en fil.")
LANGUAGES = {"sv": marked("På svenska"), "en": marked("På engelska")}
NO_NOTE = marked("Skriv varför, så att den som godkänner förstår ändringen.")


@dataclass(frozen=True)
class UploadView:
    path: str
    key: str
    source: str
    note: str
    mistakes: Sequence[Mistake] = ()
    notice: Markup | None = None

    @property
    def wrong(self) -> set[str]:
        """The boxes that something is wrong in."""
        return {one.path for one in self.mistakes}


@dataclass(frozen=True)
class TextsView:
    path: str
    name: str
    texts: Sequence[TextRead]


@dataclass(frozen=True)
class TextView:
    path: str
    action: str
    place: str
    form: FormView


@router.get(f"{DEFINITIONS}/{{service}}/{{kind}}")
async def uploading(page: StaffPage, service: str, kind: str, fran: UUID | None = None) -> Response:
    """With the source of a version to begin from, or nothing."""
    ask = page.ask(asked_of(service))
    if all(one.kind != kind for one in (await ask.all()).items):
        raise HTTPException(404)
    source = (await ask.one(fran)).source if fran else ""
    view = UploadView(f"{DEFINITIONS}/{service}/{kind}", secrets.token_urlsafe(12), source, "")
    return page.show("staff/definition_upload.html", view)


@router.post(f"{DEFINITIONS}/{{service}}/{{kind}}")
async def upload(page: StaffPage, service: str, kind: str) -> Response:
    """On to the version; or the page again with all that was written, and every problem by its place."""
    form = await page.form()
    typed = typed_in(form)
    source, problems = await _source_of(form)
    note = str(form.get("note", "")).strip()
    if not note:
        problems.append(_mistake(_(NO_NOTE), "note"))
    view = UploadView(f"{DEFINITIONS}/{service}/{kind}", key_in(typed), source, note, problems)
    if problems:
        return page.again("staff/definition_upload.html", view)
    sent = {"source": source, "note": note}
    try:
        made = await page.ask(asked_of(service)).propose(kind, sent, key_of(typed, sent))
    except Refused as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        return page.again("staff/definition_upload.html", _refused(view, refused))
    return page.go(_address(service, made))


@router.get(f"{VERSIONS}/{{service}}/{{version}}/texter")
async def texts(page: StaffPage, service: str, version: UUID) -> Response:
    """What people read, place by place."""
    one = await page.ask(asked_of(service)).one(version)
    return page.show("staff/definition_texts.html", TextsView(path_of(service, one.id), one.name, one.texts))


@router.get(f"{VERSIONS}/{{service}}/{{version}}/text")
async def text(page: StaffPage, service: str, version: UUID, plats: str = "") -> Response:
    """One of them, to be changed. The title's place has no name."""
    one = await page.ask(asked_of(service)).one(version)
    said = _text_at(one, plats)
    form = empty(_boxes(), {"sv": [said.sv], "en": [said.en]})
    return page.show("staff/definition_text.html", _text_view(service, one, plats, form))


@router.post(f"{VERSIONS}/{{service}}/{{version}}/text")
async def change_text(page: StaffPage, service: str, version: UUID, plats: str = "") -> Response:
    one = await page.ask(asked_of(service)).one(version)
    before = _text_at(one, plats)

    async def by(answers: dict[str, Any], key: str) -> VersionBrief:
        return await page.ask(asked_of(service)).change_texts(version, _changed(before, answers), key)

    made, form = await send(_boxes(), typed_in(await page.form()), by)
    if made is None:
        return page.again("staff/definition_text.html", _text_view(service, one, plats, form))
    return page.go(_address(service, made))


async def _source_of(form: FormData) -> tuple[str, list[Mistake]]:
    """What the file says, or what is written where none is chosen."""
    written = str(form.get("source", "")).replace("\r\n", "\n")
    file = form.get("fil")
    if isinstance(file, UploadFile) and file.filename:
        try:
            return (await file.read()).decode("utf-8-sig").replace("\r\n", "\n"), []
        except UnicodeDecodeError:
            return written, [_mistake(_(NOT_TEXT), "fil")]
    return written, [] if written.strip() else [_mistake(_(NO_SOURCE))]


def _refused(view: UploadView, refused: Refused) -> UploadView:
    found = [_refusal(place, of_service(message)) for place, message in refused.problems]
    return replace(view, mistakes=found, notice=None if found else of_service(refused.detail))


def _refusal(place: str, message: Markup) -> Mistake:
    """At a box of the page, or within the definition."""
    if place in BOXES:
        return _mistake(message, place)
    return _mistake(Markup("<code>{}</code>: {}").format(apart(place), message))


def _mistake(text: Markup, box: str = "source") -> Mistake:
    return Mistake(box, text, box)


def _text_at(one: VersionRead, place: str) -> TextRead:
    """Raises a 404 when there is no text."""
    found = next((text for text in one.texts if text.place == place), None)
    if found is None:
        raise HTTPException(404)
    return found


def _changed(before: TextRead, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are other than they were; when none is, what is there, so that the service says so."""
    said = {"sv": before.sv, "en": before.en}
    changed = [language for language, text in said.items() if answers[language] != text] or ["sv"]
    texts = [{"place": before.place, "language": language, "text": answers[language]} for language in changed]
    return {"texts": texts, "note": answers["note"]}


def _boxes() -> list[Topic]:
    texts = [
        question(language, "textarea", _(words), required=True, max_length=LONGEST_TEXT)
        for language, words in LANGUAGES.items()
    ]
    why = _("Den som godkänner läser det.")
    note = question("note", "text", _("Varför?"), required=True, max_length=LONGEST_NOTE, note=why)
    return [Topic(None, [*texts, note])]


def _text_view(service: str, one: VersionRead, place: str, form: FormView) -> TextView:
    path = path_of(service, one.id)
    return TextView(f"{path}/texter", address(f"{path}/text", plats=place), place, form)


def _address(service: str, made: VersionBrief) -> str:
    return address(path_of(service, made.id), klart="uppladdad")
