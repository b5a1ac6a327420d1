"""The permit guide: one question a page with the answers in the address, and what they oblige to."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Away, Refused
from portal.clients.eservices import EServices
from portal.clients.permit_guide import EServiceLink, Match, Obligation, PermitGuide, Result
from portal.pages import Page, PublicPage
from portal.public.filling import Filling, definition_for
from portal.public.guide_questions import (
    GUIDE,
    VERSION,
    Asked,
    QuestionsView,
    asked_in,
    more_questions,
    question_again,
    question_view,
)
from portal.public.tokens import token_in

router = APIRouter()
DRAFT = "u"
"""In the address of what was saved: an e-service and the token of its draft."""


@dataclass(frozen=True)
class StartView:
    words: str
    found: Sequence[Match]
    eservices: frozenset[str]


@dataclass(frozen=True)
class Answered:
    """An answer that can be changed."""

    label: str
    text: str
    path: str


@dataclass(frozen=True)
class ResultView:
    result: Result
    answers: Sequence[Answered]
    eservices: frozenset[str]
    """Those that there are: others' are told of and not linked to."""
    kept: Sequence[tuple[str, str]]
    go_on: str | None
    more: str | None
    save: str
    is_new: bool

    @property
    def to_save(self) -> list[Obligation]:
        return [one for one in self.result.obligations if one.eservice and one.eservice.id in self.eservices]


@dataclass(frozen=True)
class SavedDraft:
    title: str
    path: str
    link: str


@router.get(GUIDE)
async def begin(page: PublicPage, q: str = "") -> Response:
    words = q.strip()[:80]
    found = await page.ask(PermitGuide).search(words) if words else ()
    there = await _eservices(page) if found else {}
    return page.show("public/permit_guide.html", StartView(words, found, frozenset(there)))


@router.get(f"{GUIDE}/fragor")
async def ask(page: PublicPage) -> Response:
    """The next question, or on to the result when there is none."""
    asked = asked_in(page)
    try:
        result = await _result(page, asked)
    except Refused as refused:
        return await _asked_again(page, asked, refused)
    if stale := _stale(result):
        return page.go(asked.without(stale).path("/fragor"))
    if asked.wants_more and result.optional:
        guide = await page.ask(PermitGuide).questions(result.version)
        return page.show("public/guide_question.html", more_questions(asked.of(result), result, guide))
    if result.next is None:
        return page.go(replace(asked, version=result.version).path("/resultat"))
    view = question_view(asked.of(result), result, result.next)
    return _shown(page, replace(view, is_new=asked.is_new))


@router.get(f"{GUIDE}/resultat")
async def show_result(page: PublicPage) -> Response:
    asked = asked_in(page)
    try:
        result, there = await asyncio.gather(_result(page, asked), _eservices(page))
    except Refused as refused:
        return page.go(_mended(asked, refused).path("/fragor"))
    if stale := _stale(result):
        return page.go(asked.without(stale).path("/resultat"))
    return page.show("public/guide_result.html", _result_view(asked, result, frozenset(there)))


@router.post(f"{GUIDE}/utkast")
async def save(page: PublicPage) -> Response:
    """Begin a draft of each e-service that is chosen, with the answers that fit."""
    asked = asked_in(page)
    result = await _result(page, asked)
    chosen = (await page.form()).getlist("eservice")
    links = [one.eservice for one in result.obligations if one.eservice and one.eservice.id in chosen]
    begun = await asyncio.gather(*(_begun(page, link) for link in links))
    if len(begun) == 1:
        return page.go(f"/utkast/{begun[0].token}")
    named = [f"{one.definition.id}:{one.token}" for one in begun]
    return page.go(asked.path("/sparat", drafts=named) if named else asked.path("/resultat"))


@router.get(f"{GUIDE}/sparat")
async def tell_what_was_saved(page: PublicPage) -> Response:
    titles = await _eservices(page)
    named = [one.partition(":") for one in page.request.query_params.getlist(DRAFT)]
    found = [(eservice, token_in(token)) for eservice, _, token in named if eservice in titles]
    base = page.look.settings.portal_url + page.address("/utkast/")
    drafts = [SavedDraft(titles[eservice], f"/utkast/{token}", f"{base}{token}") for eservice, token in found if token]
    return page.show("public/guide_saved.html", (drafts, asked_in(page).path("/resultat")))


async def _begun(page: Page, link: EServiceLink) -> Filling:
    return await Filling(page, await definition_for(page, link.id)).save(link.answers)


async def _result(page: Page, asked: Asked) -> Result:
    return await page.ask(PermitGuide).result(asked.answers, asked.day, asked.version)


def _shown(page: Page, view: QuestionsView) -> Response:
    return (page.again if view.mistakes else page.show)("public/guide_question.html", view)


async def _asked_again(page: Page, asked: Asked, refused: Refused) -> Response:
    """The question again, with what was typed. Whatever else is wrong in the address is left out."""
    mended = _mended(asked, refused)
    if asked.last not in refused.fields:
        return page.go(mended.path("/fragor"))
    result = await _result(page, mended)
    if result.next is None or result.next.id != asked.last:
        return page.go(mended.path("/fragor"))
    return _shown(page, question_again(asked.of(result), result, result.next, refused))


def _mended(asked: Asked, refused: Refused) -> Asked:
    """What the address says without what the guide does not know, of the guide that holds when its own has closed.

    Raises Refused for anything else.
    """
    if refused.status not in (410, 422):
        raise refused
    has_closed = "definition" in refused.fields
    return replace(
        asked.without(refused.fields),
        day=None if "date" in refused.fields else asked.day,
        version=None if has_closed else asked.version,
        is_new=has_closed,
    )


def _stale(result: Result) -> list[str]:
    """Questions that are answered, and not asked any longer since another answer was changed."""
    return [answer.question for answer in result.answers if not answer.asked]


async def _eservices(page: Page) -> dict[str, str]:
    """Those that there are, by what they are called. The guide goes on without them."""
    try:
        return {one.id: one.title for one in await page.ask(EServices).all()}
    except Away:
        return {}


def _result_view(asked: Asked, result: Result, there: frozenset[str]) -> ResultView:
    same = asked.of(result)
    return ResultView(
        result=result,
        answers=list(_answered(same, result)),
        eservices=there,
        kept=[*same.pairs, (VERSION, result.version)],
        go_on=same.path("/fragor") if result.next else None,
        more=same.path("/fragor", wants_more=True) if result.optional else None,
        save=same.path("/utkast"),
        is_new=asked.is_new,
    )


def _answered(asked: Asked, result: Result) -> Iterator[Answered]:
    for one in result.answers:
        path = asked.without([one.question]).path("/fragor", wants_more=one.optional)
        yield Answered(one.label, one.answer_label, path)
