"""The e-services: which there are, and what one needs to know of one before beginning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.eservices import About, Brief, EServices
from portal.clients.surveys import SURVEY, SurveysClient
from portal.forms.definition import Definition
from portal.pages import Page, PublicPage
from portal.public.filling import NEW, definition_for, sign_in_path
from portal.public.tokens import token_in

router = APIRouter()


@dataclass(frozen=True)
class Subject:
    """What some of the e-services are about."""

    id: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class ListView:
    words: str
    subject: str
    subjects: Sequence[Subject]
    found: Sequence[Brief]


@dataclass(frozen=True)
class Document:
    """A file that is asked for: always, sometimes, or if one has it."""

    name: str
    is_asked_always: bool
    is_optional: bool


@dataclass(frozen=True)
class StartView:
    about: About
    documents: Sequence[Document]
    first_step: str
    sign_in: str | None
    pasted: str | None
    """What is not the link of a draft."""
    is_open: bool
    """False when what is sent in would be refused: a survey that nobody is asked in now."""


@router.get("/e-tjanster")
async def list_eservices(page: PublicPage, q: str = "", amne: str = "") -> Response:
    known = await page.ask(EServices).all()
    matching = [one for one in known if _has(one, q)]
    found = [one for one in matching if amne in ("", one.unit)]
    view = ListView(q, amne, _subjects(matching, amne), found)
    return page.show("public/eservices.html", view)


@router.get("/e-tjanster/{slug}")
async def show_eservice(page: PublicPage, slug: str) -> Response:
    return page.show("public/eservice.html", await _start_of(page, await definition_for(page, slug)))


@router.post("/e-tjanster/{slug}")
async def resume(page: PublicPage, slug: str) -> Response:
    """On to the draft whose link was pasted."""
    form = await page.form()
    pasted = str(form.get("utkast", ""))
    token = token_in(pasted)
    if token is None:
        view = await _start_of(page, await definition_for(page, slug), pasted)
        return page.again("public/eservice.html", view)
    return page.go(f"/utkast/{token}")


def _has(one: Brief, words: str) -> bool:
    """Whether every word is found in what is said of it."""
    text = f"{one.title} {one.summary} {one.kind_label} {one.unit_label}".casefold()
    return all(word in text for word in words.casefold().split())


def _subjects(known: Iterable[Brief], chosen: str) -> list[Subject]:
    names = {one.unit: one.unit_label for one in known}
    units = [one.unit for one in known]
    found = [Subject(unit, name, units.count(unit), unit == chosen) for unit, name in names.items()]
    return sorted(found, key=lambda subject: subject.name.casefold())


def documents_of(definition: Definition) -> list[Document]:
    files = [step.fields[0] for step in definition.steps if step.kind == "files"]
    return [Document(one.label, not one.show_if, not one.required) for one in files]


async def _start_of(page: Page, definition: Definition, pasted: str | None = None) -> StartView:
    documents = documents_of(definition)
    first = f"/e-tjanster/{definition.id}/utkast/{NEW}/{definition.steps[0].path}"
    about = About.model_validate(definition.about)
    may_sign_in = about.login == "eid_or_none" and page.person is None
    sign_in = sign_in_path(page, first) if may_sign_in else None
    is_open = definition.id != SURVEY or (await page.ask(SurveysClient).surveys()).open is not None
    return StartView(about, documents, first, sign_in, pasted, is_open)
