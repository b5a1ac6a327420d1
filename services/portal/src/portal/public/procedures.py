"""Procedures as the single digital gateway wants them: all that one must know before, in English as in Swedish."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from portal.clients.eservices import About, EServices, Redress
from portal.forms.definition import Definition
from portal.i18n import SWEDISH
from portal.pages import PublicPage
from portal.public.eservices import Document, documents_of
from portal.public.filling import definition_for

router = APIRouter()
PATH = "/forfaranden"


@dataclass(frozen=True)
class ProcedureView:
    id: str
    about: About
    documents: Sequence[Document]
    topics: Sequence[str]
    redress: Redress


@router.get(PATH)
async def list_procedures(page: PublicPage) -> Response:
    return page.show("public/procedures.html", await page.ask(EServices).all())


@router.get(f"{PATH}/{{slug}}")
async def show_procedure(page: PublicPage, slug: str, lang: str = "") -> Response:
    """`?lang=en` leads to the page in English, for those who link to it from abroad."""
    if lang in page.look.languages.catalogues:
        return RedirectResponse(f"{'' if lang == SWEDISH else '/' + lang}{PATH}/{slug}", 303)
    definition, redress = await asyncio.gather(definition_for(page, slug), page.ask(EServices).redress(slug))
    about = About.model_validate(definition.about)
    topics = _topics(definition)
    return page.show("public/procedure.html", ProcedureView(slug, about, documents_of(definition), topics, redress))


def _topics(definition: Definition) -> list[str]:
    """What is asked, page by page."""
    return [step.title for step in definition.steps if step.kind != "files"]
